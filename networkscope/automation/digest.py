"""What does the week say in a few lines? The sentence and the five moves, with names where the owner wants them."""

import html
import re
from collections import Counter
from pathlib import Path

import pandas as pd

from networkscope.automation.notices import Notice
from networkscope.reports.index import ANSWER
from networkscope.wording import in_words, many

MOVES = 5


def week_notice(week: Path, level: str = "counts") -> Notice:
    """The notice on a week that is kept in this folder; at "counts" it names nobody."""
    text = "\n".join([_sentence(week), *_moves(week, level)])
    return Notice(f"Your network, {week.name}", f"{text}\n\n{week / 'index.html'}\n")


def failure_notice(why: str, index: Path) -> Notice:
    """The notice on a run that failed, or stopped; our own errors name nobody."""
    return Notice("Your weekly report failed", f"{why}; the last good week stays. See {index}")


def markdown(week: Path, level: str = "counts") -> str:
    """The week in Markdown."""
    lines = [f"# Your network, {week.name}", "", _escaped(_sentence(week)), ""]
    lines += map(_escaped, _moves(week, level))
    return "\n".join([*lines, "", f"[All reports](<{(week / 'index.html').resolve().as_uri()}>)"])


def _sentence(week: Path) -> str:
    """The answer of the weekly report: counts and days."""
    page = week / "weekly_report.html"
    found = re.search(ANSWER, page.read_text(encoding="utf-8")) if page.exists() else None
    return html.unescape(found[1]).replace("\u00a0", " ") if found else "A new week is there."


def _moves(week: Path, level: str) -> list[str]:
    """The next moves, numbered; at "counts" how many of each kind."""
    moves = pd.read_parquet(week / "tables" / "moves.parquet").head(MOVES)
    if level == "private":
        said = list(in_words(moves.fillna({"name": "(no name)"}), "{move}: {name}. {why}"))
    else:
        counted = Counter(moves["move"])
        said = [f"{move} ({many(count, 'person', 'people')})" for move, count in counted.items()]
    return [f"{number}. {line}" for number, line in enumerate(said, start=1)]


def _escaped(text: str) -> str:
    """Text as Markdown shows it: what others wrote starts no link, picture or tag."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(text.split()))
