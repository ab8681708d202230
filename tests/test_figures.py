"""Charts and sentences: from the sample, from nothing, and with strange names."""

import json
import math
from pathlib import Path

import pandas as pd
import pytest

import networkscope as ns
from networkscope import schema
from networkscope.display.charts import OUTCOME_LOOKS
from tests.on_tables import snapshot_of

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
DAY = pd.Timestamp("2026-11-16")


@pytest.fixture(scope="module")
def frames():
    """The frames that the charts take, from the sample, and the same without rows."""
    book = ns.open_book(SAMPLE, as_of="2026-11-16")
    now = book.at()
    return {
        "book": book,
        "ties": ns.dormant_contacts(now),
        "items": ns.followups(now),
        "due": ns.to_do(ns.followups(now)),
        "curve": ns.closing_curve(now, "thank_you"),
        "yield": ns.referral_yield(now, by="circle"),
        "overall": ns.referral_yield(now, by="all"),
        "forest": ns.referral_forest(now),
        "reach": ns.reach_by_month(now),
    }


def texts(figure) -> str:
    return json.dumps(json.loads(figure.to_json()), ensure_ascii=False)


def test_a_dot_for_each_tie_that_was_ever_worth_something(frames):
    ties = frames["ties"]
    shown = ties[~ties["state"].isin(["never_touched", "one_way"])]  # what is one-way is worth nothing yet
    figure = ns.draw_fading(ties)
    assert sum(len(trace.x) for trace in figure.data) == len(shown)
    words = {"active": "in touch", "late": "a little late", "drifting": "fading", "dormant": "quiet for long"}
    assert {trace.name for trace in figure.data} == {words[state] for state in shown["state"].unique()}


def test_ties_that_are_not_drawn_are_counted_in_the_title(frames):
    worth = int((frames["ties"]["value"] > 0).sum())
    figure = ns.draw_fading(frames["ties"], most=10)
    assert sum(len(trace.x) for trace in figure.data) == 10
    assert f"(10 of {worth})" in figure.layout.title.text
    assert "(" not in ns.draw_fading(frames["ties"], most=worth).layout.title.text


def test_a_touch_on_the_day_of_the_report_has_a_place_on_the_axis(frames):
    ties = frames["ties"][frames["ties"]["value"] > 0].head(3)
    days = pd.array([0, 1, 20], dtype=schema.COUNT)
    figure = ns.draw_fading(ties.assign(days_silent=days, state="active"))
    assert sorted(figure.data[0].x) == [0.5, 1.0, 20.0]
    assert figure.layout.xaxis.range[0] <= math.log10(0.5)


def test_bars_add_up_to_what_is_overdue_updates_aside(frames):
    items, due = frames["items"], frames["due"]
    owed = due[(due["state"] == "overdue") & (due["kind"] != "monthly_update")]
    assert len(owed) > 0
    for given in (items[~items["left_alone"].fillna(False).astype(bool)], due):
        assert sum(sum(trace.x) for trace in ns.draw_overdue(given).data) == len(owed)
    # What is due today is not over, and what is too late is owed no more.
    other = owed.head(3).assign(state=["due_today", "expired", "not_due"])
    assert not ns.draw_overdue(other).data


def test_the_forest_names_everybody_once(frames):
    names = dict(zip(frames["book"].contacts["contact_id"], frames["book"].contacts["name"], strict=True))
    figure = ns.draw_forest(frames["forest"], names)
    labels = [label for trace in figure.data if trace.text is not None for label in trace.text]
    assert len(labels) == len(frames["forest"])
    assert figure.layout.meta["min_width"] > 600


def forest(pairs, outcome="conversation"):
    """A forest of these pairs of referrer and name, in the order in which they were given."""
    day = pd.Timestamp("2026-01-01")
    referrals = pd.DataFrame(
        [
            {"referral_id": f"r{i}", "referrer_id": one, "referred_id": other, "kind": "person",
             "given_on": day + pd.Timedelta(days=i), "outcome": outcome}
            for i, (one, other) in enumerate(pairs)
        ]
    )  # fmt: skip
    return ns.referral_forest(snapshot_of(referrals=referrals, as_of="2027-01-01"))


def test_the_forest_gives_everybody_a_row_so_that_no_label_meets_another():
    figure = ns.draw_forest(forest([(f"p{i:02}", f"p{i + 1:02}") for i in range(18)]), {})
    dots = [
        (x, y)
        for trace in figure.data
        if trace.text is not None
        for x, y in zip(trace.x, trace.y, strict=True)
    ]
    assert sorted(y for _, y in dots) == list(range(19))
    assert sorted(x for x, _ in dots) == list(range(19))
    assert 19 * 18 <= figure.layout.height <= 19 * 30 + 120


def test_a_forest_of_many_names_is_cut_and_says_so():
    wide = [(f"a{i}", f"b{i}") for i in range(300)] + [("b0", "c0"), ("c0", "d0")]
    figure = ns.draw_forest(forest(wide), {}, most=100)
    labels = [label for trace in figure.data if trace.text is not None for label in trace.text]
    assert len(labels) == 100
    assert {"a0", "b0", "c0", "d0"} <= set(labels), "the longest trail comes first"
    assert "100 of 602 people" in figure.layout.title.text
    assert figure.layout.height < 2600
    assert figure.layout.legend.y == 1, "the legend is right above, however tall the chart is"


def test_each_outcome_has_a_look_of_its_own():
    looks = {outcome: (color, symbol) for outcome, (color, symbol) in OUTCOME_LOOKS.items()}
    assert len(set(looks.values())) == len(looks) == len(schema.OUTCOMES)


def test_a_long_name_leaves_room_for_the_chart_and_is_whole_in_the_hover(frames):
    name = "Nora " + "Wintergarten-" * 15 + "Meier"
    groups = frames["yield"].dropna(subset="circle")
    figure = ns.draw_yield(groups.assign(circle=[name, *["twin"] * (len(groups) - 1)]), "circle")
    assert max(map(len, figure.layout.yaxis.ticktext)) <= 46
    assert any(name in text for text in figure.data[0].customdata)
    assert len(set(figure.data[0].y)) == len(figure.data[0].x), "two of one name are two rows"
    labels = [
        label
        for trace in ns.draw_forest(forest([("a", "b")]), {"a": name}).data
        for label in trace.text or ()
    ]
    assert max(map(len, labels)) <= 40


def test_those_who_gave_most_names_are_drawn_first(frames):
    groups = frames["yield"].dropna(subset="circle").nlargest(3, "name_count", keep="all")
    figure = ns.draw_yield(frames["yield"].dropna(subset="circle"), "circle", most=len(groups))
    assert {text.split(" (")[0] for text in figure.layout.yaxis.ticktext} == set(groups["circle"])


def test_axes_of_counts_and_powers_have_no_crowded_or_broken_ticks(frames):
    one = frames["due"].head(1).assign(kind="promise", state="overdue", days_overdue=3)
    bars = ns.draw_overdue(one)
    assert bars.layout.xaxis.dtick == 1
    assert bars.layout.showlegend, "its colour says how old it is"
    ties = frames["ties"]
    for some in (ties, ties[ties["value"] > 0].head(1), ties.assign(value=6.0, days_silent=20), ties.head(0)):
        layout = ns.draw_fading(some).layout
        for axis in (layout.xaxis, layout.yaxis):
            shown = [tick for tick in axis.tickvals if axis.range[0] <= math.log10(tick) <= axis.range[1]]
            assert 2 <= len(shown) < 15 or some.empty
            assert shown == list(axis.tickvals)


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


def test_months_are_written_as_in_the_tables(frames):
    ticks = ns.draw_reach(frames["reach"]).axes[0].get_xticklabels()
    assert [tick.get_text().replace("\u00a0", " ") for tick in ticks][:1] == ["Jan 2022"]


def test_nothing_gives_empty_charts_and_plain_sentences(frames):
    none = {name: frame.head(0) for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}
    assert not ns.draw_fading(none["ties"]).data
    assert not ns.draw_overdue(none["due"]).data
    ns.draw_yield(none["yield"], "circle")
    ns.draw_closing({})
    assert "no contacts yet" in ns.describe_ties(none["ties"], DAY)
    assert "No follow-up of any kind" in ns.describe_followups(none["items"], none["due"], DAY)
    nothing_due = ns.describe_followups(frames["items"].assign(state="closed_late"), none["due"], DAY)
    assert nothing_due == "Nothing that you owe is overdue on 16 November 2026. Well done."
    assert "No conversation and no referral" in ns.describe_yield(none["overall"])


def test_the_sentences_carry_the_counts(frames):
    ties, items, due = frames["ties"], frames["items"], frames["due"]
    touched = int((ties["state"] != "never_touched").sum())
    assert f"in touch with {touched} of {len(ties)} contacts before 16 November 2026" in ns.describe_ties(
        ties, DAY
    )
    owed = int(((due["state"] == "overdue") & (due["kind"] != "monthly_update")).sum())
    told = ns.describe_followups(items, due, DAY)
    assert told.startswith(f"{owed} follow-ups overdue on 16 November 2026: ")
    updates = int((due["kind"] == "monthly_update").sum())
    assert (f" {updates} people of your search are due an update." in told) == (updates > 1)


def test_what_is_owed_is_said_by_kind_and_day(frames):
    def told(*kinds_and_states: tuple[str, str]) -> str:
        rows = frames["items"].head(len(kinds_and_states))
        kinds, states = zip(*kinds_and_states, strict=True)
        rows = rows.assign(kind=list(kinds), state=list(states), left_alone=False)
        return ns.describe_followups(rows, ns.to_do(rows), DAY)

    assert told(("promise", "overdue")) == "1 follow-up overdue on 16 November 2026: 1 promise."
    assert told(("thank_you", "overdue"), ("promise", "not_due")) == (
        "1 follow-up overdue on 16 November 2026: 1 thank-you. 1 more will fall due."
    )
    assert ": 2 thank-yous." in told(("thank_you", "overdue"), ("thank_you", "overdue"))
    assert told(("thank_you", "overdue"), ("promise", "due_today"), ("promise", "expired")) == (
        "1 follow-up overdue on 16 November 2026: 1 thank-you. 1 is due today."
    )
    assert told(("monthly_update", "overdue"), ("nudge", "due_today"), ("promise", "due_today")) == (
        "Nothing that you owe is overdue on 16 November 2026. Well done. 2 are due today. "
        "1 person of your search is due an update."
    )


def test_how_many_ties_there_are(frames):
    ties = frames["ties"]
    single = ns.describe_ties(ties[ties["state"] == "active"].head(1), DAY)
    assert single.startswith(
        "You have been in touch with your only contact before 16 November 2026: 1 in touch"
    )


def test_a_sentence_says_nothing_of_what_there_is_none_of(frames):
    overall = frames["overall"]
    assert "more name" not in ns.describe_yield(overall.assign(outside_count=0))
    assert "; 1 more name came without one." in ns.describe_yield(overall.assign(outside_count=1))
    assert "(the aim is 2 to 3)" in ns.describe_yield(overall)
    share = ns.ask_share(frames["book"].at(), by="all")
    none = frames["ties"].head(0)
    assert "more it is not known" not in ns.describe_asks(share.assign(unknown_count=0), none)
    assert " of 1 message or talk of yours asked for nothing" in ns.describe_asks(
        share.assign(touch_count=1), none
    )
    assert "Nothing else is worth" not in ns.describe_asks(share, none)
    pace = pd.DataFrame(
        {"weeks_left": 4.0, "until": pd.Timestamp("2027-01-31"), "work": ["capture", "warm_up"]}
    )
    risk = pd.DataFrame({"risk": ["none"]})
    for suffices, expected in (
        ([True, None], "cannot be told yet"),
        ([True, True], "suffices."),
        ([True, False], "warm-ups"),
    ):
        frame = pace.assign(suffices=pd.array(suffices, dtype="boolean"))
        assert expected in ns.describe_leaving(frame, risk)
    assert "0 " not in ns.describe_leaving(none, pd.DataFrame({"risk": ["none"]}))


def test_the_week_is_as_long_as_it_says(frames):
    book, due = frames["book"], frames["due"]
    week = {"days": 7, "timezone": "Europe/Vienna"}
    midnight = pd.Timestamp("2026-11-16", tz="Europe/Vienna")
    ties, before = frames["ties"], frames["ties"].copy()
    before.loc[[0, 2], "touch_count"] -= [1, 2]
    said = ns.describe_week(ties, before, due, due.iloc[:0], **week, as_of=midnight)
    owed = (due["kind"] != "monthly_update").sum()
    week_ended = "In the 7 days to 15 November 2026 you were in touch with 2 people, 3 times."
    assert said == f"{week_ended} {owed} follow-ups are due; 7 days ago there were 0."
    said = ns.describe_week(ties, ties, due, due, as_of=midnight + pd.Timedelta(hours=9), **week)
    assert said.startswith("In the 7 days to 16 November 2026, 09:00 you were in touch with nobody. ")
    assert said.endswith("; 7 days ago there were as many.")
    before = due.assign(kind="owed_reply").iloc[:1]
    said = ns.describe_week(ties, ties, due, before, **week, as_of=midnight)
    assert said.endswith("; 7 days ago there was 1.")
    # In Cairo the clock had no midnight on 24 April.
    cairo = {"days": 7, "timezone": "Africa/Cairo"}
    said = ns.describe_week(
        ties, ties, due, due, as_of=ns.look_back("2026-05-01", 7, timezone="Africa/Cairo"), **cairo
    )
    assert said.startswith("In the 7 days to 23 April 2026 you were in touch with nobody. ")
    nobody = ns.dormant_contacts(
        snapshot_of(contacts=book.contacts, as_of=midnight, timezone="Europe/Vienna")
    )
    nothing = ns.describe_week(nobody, nobody, due.head(0), due.head(0), as_of=midnight, **week)
    assert nothing.startswith("Nothing is known yet")
