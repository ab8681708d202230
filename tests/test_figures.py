"""Charts and sentences: from the sample, from nothing, and with strange names."""

import json
from pathlib import Path

import pandas as pd
import pytest

import networkscope as ns
from networkscope.figures.choosing import IN_A_REPORT, choose

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
DAY = pd.Timestamp("2026-11-16")


@pytest.fixture(scope="module")
def frames():
    """The frames that the charts take, from the sample, and the same without rows."""
    book = ns.open_book(SAMPLE, as_of="2026-11-16")
    log = {"as_of": book.as_of, "timezone": book.timezone}
    tables = (book.contacts, book.interactions, book.referrals)
    gaps = ns.followup_gaps(*tables, **log)
    return {
        "book": book,
        "ties": ns.dormant_contacts(*tables[:2], **log),
        "gaps": gaps,
        "curve": ns.closing_curve(gaps, "thank_you", **log),
        "yield": ns.referral_yield(*tables, by="circle", **log),
        "overall": ns.referral_yield(*tables, by="all", **log),
        "forest": ns.referral_forest(book.referrals, **log),
        "reach": ns.reach_by_month(*tables[:2], **log),
    }


def texts(figure) -> str:
    return json.dumps(json.loads(figure.to_json()), ensure_ascii=False)


def test_a_dot_for_each_tie_that_was_ever_worth_something(frames):
    ties = frames["ties"]
    shown = ties[ties["state"] != "never_touched"]
    figure = ns.draw_fading(ties)
    assert sum(len(trace.x) for trace in figure.data) == int((shown["value"] > 0).sum())
    assert {trace.name for trace in figure.data} == {
        state.replace("_", " ") for state in shown["state"].unique()
    }


def test_bars_add_up_to_what_is_overdue_updates_aside(frames):
    gaps = frames["gaps"]
    owed = gaps[(gaps["state"] == "open") & (gaps["kind"] != "monthly_update")]
    assert sum(sum(trace.x) for trace in ns.draw_overdue(gaps).data) == len(owed)


def test_the_forest_names_everybody_once(frames):
    names = dict(zip(frames["book"].contacts["contact_id"], frames["book"].contacts["name"], strict=True))
    figure = ns.draw_forest(frames["forest"], names)
    labels = [label for trace in figure.data if trace.text is not None for label in trace.text]
    assert len(labels) == len(frames["forest"])
    assert figure.layout.meta["min_width"] > 600


def test_yield_has_a_dot_and_an_interval_per_group(frames):
    groups = frames["yield"]
    dots = ns.draw_yield(groups.assign(circle=groups["circle"].fillna("none")), "circle").data[0]
    assert len(dots.x) == int((groups["conversation_count"] > 0).sum())
    assert all(value >= 0 for value in (*dots.error_x.array, *dots.error_x.arrayminus))


def test_what_people_are_called_is_no_mark_up(frames):
    ties = frames["ties"].head(5).assign(name="<b>x</b> %{y}", value=1.0, days_silent=3, state="active")
    assert "<b>x" not in texts(ns.draw_fading(ties)).replace("<b>%{customdata[0]}</b>", "")
    assert "%{y}" not in texts(ns.draw_fading(ties))


def test_printed_charts_are_pictures_with_words(frames):
    for figure in (ns.draw_closing({"thanks": frames["curve"]}), ns.draw_reach(frames["reach"])):
        data, metadata = ns.show_picture(figure, "in words")._repr_mimebundle_()
        assert len(data["image/png"]) > 1000
        assert metadata["image/png"]["alt"] == "in words"


def test_nothing_gives_empty_charts_and_plain_sentences(frames):
    none = {name: frame.head(0) for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}
    assert not ns.draw_fading(none["ties"]).data
    assert not ns.draw_overdue(none["gaps"]).data
    ns.draw_yield(none["yield"], "circle")
    ns.draw_closing({})
    assert "no contacts yet" in ns.describe_ties(none["ties"], DAY)
    assert "No follow-up of any kind" in ns.describe_gaps(none["gaps"], DAY)
    assert "No conversation and no referral" in ns.describe_yield(none["overall"])
    assert ns.describe_reach(none["reach"]) == "No touch is on record yet."


def test_the_sentences_carry_the_counts(frames):
    ties, gaps = frames["ties"], frames["gaps"]
    touched = int((ties["state"] != "never_touched").sum())
    assert f"in touch with {touched} of {len(ties)} contacts before 16 November 2026" in ns.describe_ties(
        ties, DAY
    )
    owed = int(((gaps["state"] == "open") & (gaps["kind"] != "monthly_update")).sum())
    assert ns.describe_gaps(gaps, DAY).startswith(f"{owed} follow-ups overdue on 16 November 2026")
    one = gaps[gaps["state"] == "open"].head(1).assign(kind="promise")
    assert ns.describe_gaps(one, DAY).startswith("1 follow-up overdue")


def test_a_person_on_a_page(frames):
    book, ties = frames["book"], frames["ties"]
    tables = (book.contacts, book.interactions, book.referrals)
    moves = ns.next_moves(book.contacts, ties, frames["gaps"])
    page = ns.show_person(moves["contact_id"][0], *tables, ties, moves).html
    assert "Timeline" in page
    assert moves["move"][0] in page


def test_a_choice_is_offered_only_where_somebody_sits(monkeypatch):
    shown = []
    monkeypatch.setenv(IN_A_REPORT, "1")
    choose(shown.append, ["a", "b"], value="b", label="Which")
    assert shown == []
    monkeypatch.delenv(IN_A_REPORT)
    choose(shown.append, ["a", "b"], value="b", label="Which")
    assert shown == ["b"]
