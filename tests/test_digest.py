"""networkscope.automation.digest: a week in a few lines, with names only where they are wanted."""

import pandas as pd
import pytest

from networkscope.automation.digest import markdown, week_notice


@pytest.fixture
def week(tmp_path):
    folder = tmp_path / "2026-W46"
    (folder / "tables").mkdir(parents=True)
    answer = "In the 7 days to 15\u00a0November 2026: 8 touches &amp; 2 people."
    (folder / "weekly_report.html").write_text(f'<p class="answer">{answer}</p>', encoding="utf-8")
    moves = pd.DataFrame(
        {
            "move": ["Say thank you", "Keep your promise", "Say thank you", "Nudge", "Nudge", "Reply"],
            "name": ["Ana Lee", "[x](http://evil.example) <b>", None, "Cy", "Di", "Sixth"],
            "why": ["She helped."] * 6,
        }
    )
    moves.to_parquet(folder / "tables" / "moves.parquet")
    return folder


def test_counts_alone_name_nobody(week):
    notice = week_notice(week)
    assert notice.title == "Your network, 2026-W46"
    assert notice.text.splitlines()[:5] == [
        "In the 7 days to 15 November 2026: 8 touches & 2 people.",
        "1. Say thank you (2 people)",
        "2. Keep your promise (1 person)",
        "3. Nudge (2 people)",
        "",
    ]
    for name in ("Ana", "Cy", "helped"):
        assert name not in notice.text + markdown(week)


def test_with_names_the_first_five_moves(week):
    lines = week_notice(week, "private").text.splitlines()
    assert lines[1] == "1. Say thank you: Ana Lee. She helped."
    assert lines[3] == "3. Say thank you: (no name). She helped."
    assert "Sixth" not in " ".join(lines)


def test_markdown_holds_no_link_but_ours(week):
    text = markdown(week, "private")
    assert text.startswith("# Your network, 2026-W46\n")
    assert r"2. Keep your promise: \[x\](http://evil.example) \<b\>. She helped." in text
    assert text.endswith(f"[All reports](<{week.as_uri()}/index.html>)")


def test_a_week_without_a_weekly_report(week):
    (week / "weekly_report.html").unlink()
    assert week_notice(week).text.startswith("A new week is there.\n")
