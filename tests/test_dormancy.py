"""Dormancy: every formula worked out by hand, the order of the states, and the laws that hold for any log."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import special

from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures.dormancy import (
    BANDS,
    CHANNEL_WEIGHT,
    STATES,
    dormant_contacts,
    fit_kappa,
    top_stability,
)
from tests.on_tables import on_tables

dormant_contacts = on_tables(dormant_contacts, "contacts interactions")
fit_kappa = on_tables(fit_kappa, "contacts interactions")
top_stability = on_tables(top_stability, "contacts interactions")

AS_OF = "2026-11-16"


def people(*ids: str, **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"contact_id": list(ids), **columns})


def log(*rows: tuple[str, str], **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at"])
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True, format="ISO8601")
    return frame.assign(**{"direction": "mutual", **columns})


def one(interactions: pd.DataFrame, as_of: str = AS_OF, **options: Any) -> pd.Series:
    return dormant_contacts(people("a"), interactions, as_of=as_of, **options).iloc[0]


def test_chance_and_fading_by_hand() -> None:
    found = one(log(("a", "2026-01-05"), ("a", "2026-01-07")), "2026-04-05")
    # January 7 to April 5: 24 + 28 + 31 + 5 = 88 days. kappa n H = 0.27 x 2 x 60 = 32.4.
    assert (found["contact_days"], found["days_silent"]) == (2, 88)
    assert found["contact_chance"] == pytest.approx(32.4 / (32.4 + 88 + 30))
    # P(0) = 32.4 / 62.4; what has gone is 1 - P(88) / P(0) = 88 / 150.4.
    assert found["fading"] == pytest.approx(1 - (32.4 / 150.4) / (32.4 / 62.4)) == pytest.approx(88 / 150.4)
    assert str(found["first_touch_on"]) == "2026-01-05 00:00:00"
    assert str(found["last_touch_on"]) == "2026-01-07 00:00:00"


def test_whoever_was_in_a_group_mail_is_less_far_away() -> None:
    # Touched on 7 January (88 days ago, as above), and the writer of a mail to nine on 19 February: 45 days ago.
    rows = log(("a", "2026-01-05"), ("a", "2026-01-07"), ("a", "2026-02-19"), group_size=[None, None, 9])
    found = one(rows.assign(direction=["mutual", "mutual", "inbound"]), "2026-04-05")
    assert found[["contact_days", "days_silent", "days_unseen"]].tolist() == [2, 88, 45]
    # kappa n H = 32.4, and sqrt((88 + 30) (45 + 30)) = sqrt(8850) = 94.0744.
    odds = 32.4 / math.sqrt(118 * 75)
    assert found["contact_chance"] == pytest.approx(odds / (1 + odds)) == pytest.approx(0.256178, abs=1e-6)
    # P(0, 0) = 32.4 / 62.4 = 0.519231.
    assert found["fading"] == pytest.approx(1 - found["contact_chance"] / (32.4 / 62.4))
    alone = one(rows[:2], "2026-04-05")
    assert alone[["days_silent", "days_unseen"]].tolist() == [88, 88]


@pytest.mark.parametrize(
    ("direction", "channel", "size", "purpose", "unseen"),
    [
        ("inbound", "email", 300, None, 10),  # they wrote, to however many
        ("outbound", "email", 5, None, 60),  # an update of yours to many shows nobody
        ("outbound", "chat", 5, None, 60),
        ("outbound", "email", 4, None, 10),  # a touch
        ("mutual", None, 40, None, 10),  # both were guests
        ("outbound", "event", 40, None, 10),
        ("outbound", "meeting", 5, None, 10),
        ("outbound", "email", None, "promise", 60),  # no more than a note
        ("inbound", "email", 9, "promise", 10),
    ],
)
def test_what_counts_as_seen(
    direction: str, channel: str | None, size: int | None, purpose: str | None, unseen: int
) -> None:
    first = log(("a", "2026-09-17"))  # 60 days before
    later = log(("a", "2026-11-06"), direction=direction, channel=channel, group_size=size, purpose=purpose)
    rows = pd.concat(
        [first, later, log(("a", AS_OF), direction="inbound", group_size=9)]
    )  # today is not seen
    assert one(rows)["days_unseen"] == unseen


def test_whom_others_wrote_to_as_well_is_seen() -> None:
    rows = log(
        ("a", "2026-09-17"), ("b", "2026-10-17"), ("b", "2026-11-06"), ("b", AS_OF), direction="inbound"
    )
    rows = rows.assign(event_id=["e1", "e2", "e3", "e4"], group_size=[None, 9, 9, 9])
    sent = rows.assign(direction=["mutual", "inbound", "outbound", "inbound"])
    named = pd.DataFrame({"event_id": ["e2", "e3", "e4", "gone"], "contact_id": ["a", "a", "a", "c"]})
    table = dormant_contacts(people("a", "b", "c"), rows, co_mentions=named, as_of=AS_OF)
    assert table["days_unseen"].fillna(-1).tolist() == [10, -1, -1]  # b and c were never touched
    # The mail of 6 November was the owner's own, to many: that of 17 October is the last.
    assert dormant_contacts(people("a"), sent, co_mentions=named, as_of=AS_OF)["days_unseen"].tolist() == [30]


def test_late_by_hand() -> None:
    days = log(("a", "2026-01-01"), ("a", "2026-01-11"), ("a", "2026-01-31"))
    # Two gaps, 10 + 20 days: (30 + 30) x (10 ** (1 / 2.5) - 1) = 60 x 1.511886 = 90.713 days.
    ninety, late = one(days, "2026-05-01", kappa=1.0), one(days, "2026-05-02", kappa=1.0)
    assert late["late_after_days"] == pytest.approx(90.713, abs=1e-3)
    assert (ninety["days_silent"], ninety["is_late"], ninety["state"]) == (90, False, "active")
    assert (late["days_silent"], late["is_late"], late["state"]) == (91, True, "late")
    assert (
        late["why"]
        == "Not in touch for 3 months; by your rhythm so far (3 days with contact), 91 days are late."
    )
    single_gap = one(days.iloc[:2])
    assert math.isnan(single_gap["late_after_days"])
    assert single_gap["is_late"] is pd.NA


def test_strength_and_value_by_hand() -> None:
    days = log(("a", "2025-11-21"), ("a", "2026-05-20"), channel=["meeting", "email"])
    # 360 and 180 days before: 3 / 4 + 1 / 2 = 1.25 now, 3 / 2 + 1 = 2.5 at the last touch.
    found = one(days)
    assert (found["strength"], found["value"]) == pytest.approx((1.25, 2.5))
    assert found["fading_value"] == pytest.approx(2.5 * found["fading"])
    # With a half-life of 90 days: 3 / 16 + 1 / 4, and 3 / 4 + 1.
    quick = one(days, half_life_days=90)
    assert (quick["strength"], quick["value"]) == pytest.approx((0.4375, 1.75))


def test_messages_of_mine_without_an_answer_add_nothing() -> None:
    # 360, 180 and 90 days before, of weight 1; the last two are the owner's.
    days = log(("a", "2025-11-21"), ("a", "2026-05-20"), ("a", "2026-08-18"))
    tail = one(days.assign(channel="email", direction=["inbound", "outbound", "outbound"]))
    # Only what they wrote counts: 1 / 4 now, 1 at that touch. The silence begins at the last touch all the same.
    assert (tail["strength"], tail["value"], tail["days_silent"]) == pytest.approx((0.25, 1, 90))
    # Answered, both count: 1 / 4 + 1 / 2 + 2 ** -0.5 now, and 2 ** -1.5 + 2 ** -0.5 + 1 at the last of them.
    answered = one(days.assign(channel="email", direction=["inbound", "outbound", "inbound"]))
    assert (answered["strength"], answered["value"]) == pytest.approx((1.4571068, 2.0606602))
    # A call of the owner's is no message: they were there. So the message before it counts as well.
    call = one(days.assign(channel=["email", "email", "call"], direction=["inbound", "outbound", "outbound"]))
    assert call["strength"] == pytest.approx(1 / 4 + 1 / 2 + 2 / 2**0.5)


@pytest.mark.parametrize("direction", ["outbound", "inbound"])
@pytest.mark.parametrize("channel", ["email", "meeting", None])
def test_a_one_way_tie_has_no_strength(direction: str, channel: str | None) -> None:
    found = one(log(("a", "2026-11-01"), ("a", "2026-11-10"), direction=direction, channel=channel))
    assert found[["state", "touch_count", "strength", "value", "fading_value"]].tolist() == [
        "one_way",
        2,
        0,
        0,
        0,
    ]


def bands(*emails: int) -> list[Any]:
    """The bands of two-way ties of so many mails on the same day; 0 is one-way, -1 never touched."""
    ids = [f"p{number:03d}" for number in range(len(emails))]
    rows = [
        (who, "2026-11-01", "mutual" if count else "outbound")
        for who, count in zip(ids, emails, strict=True) for _ in range(max(count, abs(count + 1)))
    ]  # fmt: skip
    touches = log(*(row[:2] for row in rows), channel="email", direction=[row[2] for row in rows])
    found = dormant_contacts(people(*ids), touches, as_of=AS_OF)
    assert found["tie_band"].cat.categories.tolist() == list(BANDS) == ["close", "warm", "loose", "cold"]
    return found["tie_band"].astype(object).where(found["tie_band"].notna(), None).tolist()


def test_bands_by_hand() -> None:
    # Of 20 the first 5% is one, the next 15% three, the next 40% eight, and eight are left.
    by_rank = ["close"] + ["warm"] * 3 + ["loose"] * 8 + ["cold"] * 8
    assert bands(*range(20, 0, -1)) == by_rank
    assert bands(*range(1, 21)) == by_rank[::-1]
    # One-way and never touched ties have no band, and do not count among the twenty.
    assert bands(*range(20, 0, -1), 0, -1, 0) == [*by_rank, None, None, None]
    assert bands(*range(19, 0, -1), 0, 0) == [None] * 21
    assert bands() == []


def test_equal_values_share_the_lower_band() -> None:
    # The fourth and the fifth are equal: not both are among the first four, so both are loose.
    assert bands(20, 19, 18, 16, 16, *range(15, 0, -1))[2:6] == ["warm", "loose", "loose", "loose"]
    assert bands(*[7] * 20) == ["cold"] * 20
    assert bands(*[9] * 12, *[1] * 8) == ["loose"] * 12 + ["cold"] * 8
    # Forty: two are close, or one, where the second is equal to the third.
    assert bands(*range(40, 0, -1))[:3] == ["close", "close", "warm"]
    assert bands(40, 38, 38, *range(37, 0, -1))[:3] == ["close", "warm", "warm"]


def test_every_channel_has_its_weight_and_an_unknown_one_counts_one() -> None:
    assert set(CHANNEL_WEIGHT) == set(schema.CHANNELS)
    for channel, weight in [*CHANNEL_WEIGHT.items(), (None, 1.0)]:
        assert one(log(("a", "2026-11-15"), channel=channel))["value"] == weight
    assert one(log(("a", "2026-11-15")))["value"] == 1.0


def test_several_events_of_a_local_day_are_one_contact_day() -> None:
    days = log(("a", "2026-03-01T22:30"), ("a", "2026-03-01T23:30"), ("a", "2026-03-02T12:00"))
    assert one(days, "2026-03-04")[["contact_days", "touch_count", "days_silent"]].tolist() == [2, 3, 2]
    # In Vienna 23:30 UTC is half past midnight: the first event on 1 March, the others on 2 March.
    assert one(days, "2026-03-03", timezone="Europe/Vienna")["contact_days"] == 2
    # In Tokyo (UTC+9) the three fall on 2 March.
    assert one(days, "2026-03-04", timezone="Asia/Tokyo")[["contact_days", "days_silent"]].tolist() == [1, 2]


def test_today_is_no_silence_and_the_cut_off_is_exact() -> None:
    days = log(("a", "2026-11-16T09:00"))
    assert one(days, "2026-11-16T10:00")["days_silent"] == 0
    assert one(days, "2026-11-16T10:00")["fading"] == 0
    assert one(days, "2026-11-16T09:00")["state"] == "never_touched"


def test_large_groups_touch_nobody() -> None:
    days = log(("a", "2026-10-01"), ("a", "2026-10-02"), group_size=[5, 4])
    assert one(days)["contact_days"] == 1
    assert one(days, group_max=5)["contact_days"] == 2


def test_never_touched_counts_zero_and_has_no_chance() -> None:
    found = one(log(("stranger", "2026-10-01")))
    assert found[["contact_days", "touch_count", "strength", "value"]].tolist() == [0, 0, 0, 0]
    missing = ["days_silent", "contact_chance", "fading", "fading_value", "late_after_days", "is_late"]
    assert found[[*missing, "first_touch_on", "last_topic", "last_channel"]].isna().all()
    assert (found["state"], found["why"]) == (
        "never_touched",
        "You were never in touch, as far as your records show.",
    )


@pytest.mark.parametrize(
    ("directions", "days", "options", "state", "why"),
    [
        (["outbound"] * 2, ["2020-01-01", "2020-01-02"], {}, "one_way", "You wrote 2 times and heard nothing"),
        (["inbound"], ["2026-11-15"], {}, "one_way", "They wrote 1 time and heard nothing back; silent for 1 day."),
        (["mutual"], ["2026-11-15"], {}, "active", "Last in touch 1 day ago (1 day with contact so far); "),
        (["inbound", "outbound"], ["2025-11-15", "2025-11-16"], {}, "dormant", "You used to be in touch, but "),
        # 364 / (32.4 + 364 + 30) = 0.8537
        (["inbound", "outbound"], ["2025-11-15", "2025-11-17"], {}, "drifting", "Not in touch for 12 months: by now"),
        (["mutual"], ["2026-11-05"], {"cadence_days": {"Work": 10}}, "drifting", "Not in touch for 11 days; for this "),
        (["mutual"], ["2026-11-06"], {"cadence_days": {"Work": 10}}, "active", "Last in touch 10 days ago (1 day "),
        (["mutual"], ["2026-11-05"], {"cadence_days": {"family": 10}}, "active", "Last in touch 11 days ago (1 day "),
        # fading is R / (16.2 + R + 30): it reaches one half between 46 and 47 days
        (["mutual"], ["2026-10-01"], {}, "active", "Last in touch 46 days ago (1 day "),
        (["mutual"], ["2026-09-30"], {}, "drifting", "Not in touch for 47 days: by now 50% of the chance "),
    ],
)  # fmt: skip
def test_the_first_state_that_holds(
    directions: list[str], days: list[str], options: dict[str, Any], state: str, why: str
) -> None:
    touches = log(*(("a", day) for day in days), direction=directions)
    found = dormant_contacts(people("a", circle=["work "]), touches, as_of=AS_OF, **options).iloc[0]
    assert found["state"] == state
    assert found["why"].startswith(why)


def test_three_years_make_a_long_dormant_tie() -> None:
    # From 2023-11-17 to 2026-11-16 are 3 x 365 days, for 29 February 2024 lies between.
    touches = log(("a", "2023-11-17"), ("b", "2023-11-18"), ("c", "2023-01-01"))
    touches["direction"] = ["mutual", "mutual", "outbound"]
    found = dormant_contacts(people("a", "b", "c"), touches, as_of=AS_OF)
    assert found["days_silent"].tolist()[:2] == [1095, 1094]
    assert found["long_dormant"].tolist() == [True, False, False]
    assert found["state"].tolist() == ["dormant", "dormant", "one_way"]


def test_last_topic_skips_blank_subjects_and_ties_are_told_by_content() -> None:
    days = [("a", "2026-10-01"), ("a", "2026-10-02"), ("a", "2026-10-03"), ("a", "2026-10-03")]
    told = {
        "subject": ["Roof", " Garden ", "  ", None],
        "channel": ["call", "email", "email", "chat"],
        "source_ref": ["f:1", "f:2", "f:3", "f:4"],
    }
    found = one(log(*days, **told))
    # chat comes after email in the table's own order of channels
    assert found[["last_topic", "last_channel", "last_source_ref"]].tolist() == ["Garden", "chat", "f:4"]
    unknown = one(log(*days[2:], channel=["email", None], source_ref=["f:3", "f:4"]))
    assert unknown[["last_channel", "last_source_ref"]].tolist() == ["email", "f:3"]


def test_contacts_keep_their_order_and_unknown_people_are_ignored() -> None:
    contacts = people("b", "a", name=["Bo", None]).set_index(pd.Index([7, 7]))
    found = dormant_contacts(contacts, log(("a", "2026-11-01"), ("x", "2026-11-02")), as_of=AS_OF)
    assert found.index.tolist() == [0, 1]
    assert found["contact_days"].tolist() == [0, 1]
    assert found["name"].isna().tolist() == [False, True]
    assert not found["why"].str.contains("Bo").any()


@pytest.mark.parametrize(
    "options",
    [
        {"horizon_days": 0}, {"horizon_days": math.inf}, {"kappa": 0}, {"kappa": math.nan}, {"kappa": "x"},
        {"dormant_after_days": -1}, {"half_life_days": 0}, {"group_max": 0}, {"group_max": 1.5},
        {"group_max": True}, {"cadence_days": {"work": 0}}, {"timezone": "Mars/Base"}, {"as_of": "soon"},
    ],
)  # fmt: skip
def test_nonsense_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        dormant_contacts(people("a"), log(("a", AS_OF)), **{"as_of": AS_OF, **options})
    for measure in (fit_kappa, top_stability):
        with pytest.raises(ParameterError):
            measure(people("a"), log(("a", AS_OF)), as_of=AS_OF, horizon_days=-1)


def test_missing_columns_are_named() -> None:
    with pytest.raises(SchemaError, match="direction"):
        dormant_contacts(people("a"), log(("a", AS_OF)).drop(columns="direction"), as_of=AS_OF)


def test_empty_in_empty_out_with_the_same_types() -> None:
    full = dormant_contacts(people("a"), log(("a", "2026-10-01")), as_of=AS_OF)
    empty = dormant_contacts(schema.empty("contacts"), schema.empty("interactions"), as_of=AS_OF)
    assert len(empty) == 0
    assert_frame_equal(empty, full.iloc[:0], check_index_type=False)
    stable = top_stability(people("a"), log(("a", "2026-10-01")), as_of=AS_OF)
    nothing = top_stability(people("a"), schema.empty("interactions"), as_of=AS_OF)
    assert_frame_equal(nothing, stable.iloc[:0])


# --- any log


EVENT = st.tuples(
    st.sampled_from("abcx"),
    st.integers(0, 900),
    st.integers(0, 23),
    st.sampled_from(schema.DIRECTIONS),
    st.sampled_from([*schema.CHANNELS, None]),
    st.sampled_from([None, 1, 4, 5]),
    st.sampled_from([None, "", "Roof", "Garden"]),
)
START = pd.Timestamp("2024-01-01", tz="UTC")
CUT = "2025-12-01"


def drawn(events: list[tuple[Any, ...]]) -> pd.DataFrame:
    names = ["contact_id", "day", "hour", "direction", "channel", "group_size", "subject"]
    frame = pd.DataFrame(events, columns=names)
    moment = START + pd.to_timedelta(
        frame["day"].astype("int64") * 24 + frame["hour"].astype("int64"), unit="h"
    )
    frame = frame.assign(occurred_at=moment.astype(schema.INSTANT), source_ref="f:1")
    return schema.conform("interactions", frame.drop(columns=["day", "hour"]))


@settings(max_examples=30)
@given(st.lists(EVENT, max_size=25), st.randoms())
def test_rows_and_future_do_not_matter_and_inputs_stay(events: list[tuple[Any, ...]], random: Any) -> None:
    contacts, interactions = people("a", "b", "c"), drawn(events)
    before = interactions.copy(deep=True)
    found = dormant_contacts(contacts, interactions, as_of=CUT)
    stable = top_stability(contacts, interactions, as_of=CUT, top=2)
    assert_frame_equal(interactions, before)
    order = random.sample(range(len(events)), len(events))
    shuffled = interactions.iloc[order].set_index(pd.Index([0] * len(order)))
    past = interactions[interactions["occurred_at"] < pd.Timestamp(CUT, tz="UTC")]
    turned = contacts.iloc[::-1]
    for other in (shuffled, past):
        assert_frame_equal(dormant_contacts(contacts, other, as_of=CUT), found, check_exact=True)
        turned_back = dormant_contacts(turned, other, as_of=CUT).iloc[::-1].reset_index(drop=True)
        assert_frame_equal(turned_back, found, check_exact=True)
        assert_frame_equal(top_stability(turned, other, as_of=CUT, top=2), stable, check_exact=True)


TALK = st.tuples(
    st.sampled_from("ab"),
    st.integers(0, 2),
    st.integers(9, 11),
    st.sampled_from(schema.DIRECTIONS),
    st.sampled_from(["call", "meeting", "email", None]),
    st.sampled_from([None, 2, 3, 5]),
    st.sampled_from([None, "Roof", "Garden"]),
)


@given(
    st.lists(st.tuples(TALK, st.sampled_from(["notes", "calendar", "phone", None])), max_size=12),
    st.randoms(),
)
def test_of_each_day_the_source_that_tells_most_is_counted(told: list[Any], random: Any) -> None:
    contacts, interactions = people("a", "b"), drawn([talk for talk, _ in told])
    interactions["source"] = pd.array([source for _, source in told], dtype=schema.TEXT)
    interactions["source_ref"] = pd.array([f"f:{n}" for n in range(len(told))], dtype=schema.TEXT)
    before = interactions.copy(deep=True)
    found = dormant_contacts(contacts, interactions, as_of=CUT)
    assert_frame_equal(interactions, before)
    order = random.sample(range(len(told)), len(told))
    shuffled = interactions.iloc[order].set_index(pd.Index([0] * len(order)))
    assert_frame_equal(dormant_contacts(contacts, shuffled, as_of=CUT), found, check_exact=True)
    small = [(*talk[:2], talk[4], source) for talk, source in told if talk[5] != 5]
    talks = Counter((*row[:2], row[3]) for row in small if row[2] in ("call", "meeting") and row[3])
    days = {key[:2] for key in talks}
    most = sum(max(n for key, n in talks.items() if key[:2] == day) for day in days)
    assert found["touch_count"].sum() == most + len(small) - talks.total()


@given(st.lists(EVENT, max_size=25))
def test_against_the_definitions_read_one_contact_at_a_time(events: list[tuple[Any, ...]]) -> None:
    found = dormant_contacts(people("a", "b", "c"), drawn(events), as_of=CUT).set_index("contact_id")
    today = (pd.Timestamp(CUT, tz="UTC") - START).days
    for who in "abc":
        own = [e for e in events if e[0] == who and e[1] < today and e[5] != 5]
        days = sorted({event[1] for event in own})
        row = found.loc[who]
        assert row["contact_days"] == len(days)
        if not own:
            assert row["state"] == "never_touched"
            continue
        silent, reach = today - days[-1], 0.27 * len(days) * 60
        late = math.inf
        if len(days) > 2:
            gaps = [b - a for a, b in pairwise(days)]
            late = (30 + sum(gaps)) * (10 ** (1 / (0.5 + len(gaps))) - 1)
            assert row["late_after_days"] == pytest.approx(late)
        there = [e[1] for e in events if e[0] == who and e[1] < today and (
            e[5] != 5 or e[3] != "outbound" or e[4] in schema.TOGETHER)]  # fmt: skip
        assert row["days_unseen"] == today - max(there) <= silent
        odds = reach / math.sqrt((silent + 30) * (today - max(there) + 30))
        chance = odds / (1 + odds)
        fading = 1 - chance / (reach / (reach + 30))
        ages = [today - event[1] - event[2] / 24 for event in own]
        weights = [CHANNEL_WEIGHT.get(event[4], 1.0) for event in own]
        ways = {event[3] for event in own}
        # In the order of the touches: at one instant theirs, then the owner's, then what was mutual.
        order, channels = ("inbound", "outbound", "mutual"), (None, *schema.CHANNELS)
        place = [(e[1], e[2], order.index(e[3]), channels.index(e[4])) for e in own]
        theirs = [at for at, e in zip(place, own, strict=True)
                  if e[3] != "outbound" or e[4] in schema.CONVERSATIONS]  # fmt: skip
        counted = [] if ways in ({"outbound"}, {"inbound"}) else [at <= max(theirs) for at in place]
        strength = sum(
            w * 2 ** (-age / 180) for w, age, counts in zip(weights, ages, counted, strict=False) if counts
        )
        left = 2 ** (
            -min((age for age, counts in zip(ages, counted, strict=False) if counts), default=0) / 180
        )
        rules = [
            ways in ({"outbound"}, {"inbound"}), silent >= 365, fading >= 0.5 or silent > max(90, 1.5 * late),
            silent > late, True,
        ]  # fmt: skip
        assert row["state"] == STATES[1:][rules.index(True)]
        assert (row["days_silent"], row["touch_count"]) == (silent, len(own))
        assert row["contact_chance"] == pytest.approx(chance)
        assert row["fading"] == pytest.approx(fading)
        assert row["strength"] == pytest.approx(strength, rel=1e-6)
        assert row["strength"] == pytest.approx(row["value"] * left)


# --- fitting kappa


def once_then_back(count: int, back_count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Everybody once, 30 days before the window of 60 days; some of them again, within it."""
    ids = [f"p{i:03d}" for i in range(count)]
    first = [(who, "2026-08-18") for who in ids]  # 90 days before 2026-11-16
    again = [(who, "2026-09-17") for who in ids[:back_count]]  # the first day of the window
    return people(*ids), log(*first, *again)


def test_fit_kappa_by_hand() -> None:
    contacts, interactions = once_then_back(60, 20)
    # n H / (R + 30) = 1 x 60 / (30 + 30) = 1, so P = kappa / (1 + kappa) for everybody, and at the mode
    # 20 - 60 kappa / (1 + kappa) - 4 (ln kappa - ln 0.27) = 0, which a grid finds as well.
    grid = np.exp(np.linspace(-3, 1, 400_001))
    posterior = 20 * np.log(grid) - 60 * np.log1p(grid) - 2 * np.log(grid / 0.27) ** 2
    kappa = fit_kappa(contacts, interactions, as_of=AS_OF, WINDOWS=1)
    assert kappa == pytest.approx(grid[posterior.argmax()], rel=1e-4)
    assert 20 - 60 * special.expit(math.log(kappa)) - 4 * math.log(kappa / 0.27) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("count", "back_count"), [(29, 15), (60, 9), (60, 51)])
def test_fit_kappa_needs_enough(count: int, back_count: int) -> None:
    assert fit_kappa(*once_then_back(count, back_count), as_of=AS_OF, WINDOWS=1) == 0.27
    enough = once_then_back(30, 10)
    assert fit_kappa(*enough, as_of=AS_OF, WINDOWS=1) != 0.27


def test_fit_kappa_converges_far_from_the_prior() -> None:
    contacts, interactions = once_then_back(5_000, 4_990)
    # The log-odds of 4990 : 10 are 6.2, the prior pulls them down a little.
    assert 3 < math.log(fit_kappa(contacts, interactions, as_of=AS_OF, WINDOWS=1)) < 6.2


# --- the top of the report


def test_top_stability_by_hand() -> None:
    # Old meetings (a) against recent e-mails (b), both silent since 1 October. At the last touch, 360 days
    # after a's first ten meetings: 30 x 2^-2 + 1 = 8.5 at a half-life of 180 days, 2.9 at 90, 16 at 360.
    # b: six e-mails on the last day count 6 under each. So a leads at 180 and 360 days, b at 90.
    old = [("a", f"2025-10-06T{hour:02d}:00") for hour in range(10)]
    recent = [("a", "2026-10-01T00:00"), *[("b", "2026-10-01T00:00")] * 6]
    interactions = log(*old, *recent, channel=["meeting"] * 10 + ["email"] * 7)
    interactions = pd.concat([interactions, log(("b", "2025-10-06"), channel="email")])
    table = top_stability(people("b", "a"), interactions, as_of=AS_OF, top=1)
    assert table["half_life_days"].tolist() == [90, 360]
    assert table["kept_count"].tolist() == [0, 1]
    assert table["top_count"].tolist() == [1, 1]
    assert table["kept_share"].tolist() == [0.0, 1.0]
    assert top_stability(people("b", "a"), interactions, as_of=AS_OF)["kept_count"].tolist() == [2, 2]


def test_equal_people_are_ranked_by_id_whatever_the_order_of_rows() -> None:
    # At 180 days both are worth 2.5: a 1 + 3 / 2, b 1 + 0.75 + 2 x 0.75 / 2. b leads at 90, a at 360 days.
    a, b = [("a", "2026-10-01"), ("a", "2026-04-04")], [("b", "2026-10-01")] * 2 + [("b", "2026-04-04")] * 2
    interactions = log(*a, *b, channel=["email", "meeting", "email", "chat", "chat", "chat"])
    for contacts in (people("a", "b"), people("b", "a")):
        assert dormant_contacts(contacts, interactions, as_of=AS_OF)["value"].tolist() == [2.5, 2.5]
        assert top_stability(contacts, interactions, as_of=AS_OF, top=1)["kept_count"].tolist() == [0, 1]


def told_twice(*sources: str, **columns: Any) -> pd.DataFrame:
    """Talks of one day with a, each from a source."""
    rows = log(*[("a", f"2026-10-01T{9 + n:02}") for n in range(len(sources))], source=list(sources))
    told = {"channel": "meeting", "source_ref": [f"{name}:{n}" for n, name in enumerate(sources)], **columns}
    return rows.assign(**told)


def test_a_meeting_in_the_calendar_and_in_a_note_counts_once() -> None:
    once = one(told_twice("notes"))
    both = one(told_twice("notes", "calendar"))
    assert both[["touch_count", "contact_days"]].tolist() == [1, 1]
    assert both["strength"] == once["strength"]
    assert both["last_source_ref"] == "notes:0; calendar:1"
    # One was a call on the one, a video call on the other: still one talk. It went both ways.
    ways = told_twice("notes", "calendar", channel=["call", "video"], direction=["outbound", "mutual"])
    assert one(ways)[["touch_count", "last_channel", "state"]].tolist() == [1, "call", "active"]


def test_thanks_said_in_a_meeting_of_the_calendar_are_not_one_way() -> None:
    ways = told_twice("notes", "calendar", direction=["outbound", "mutual"], purpose=["thank_you", "unknown"])
    assert one(ways)[["touch_count", "state"]].tolist() == [1, "active"]


def test_what_one_source_tells_twice_happened_twice() -> None:
    assert one(told_twice("notes", "notes"))["touch_count"] == 2
    assert one(told_twice("notes", "notes", "calendar"))["touch_count"] == 2
    assert one(told_twice("calendar", "notes", "calendar", "notes"))["touch_count"] == 2
    assert one(told_twice("notes", "calendar", "phone"))["touch_count"] == 1
    # Messages, other days, other people, unknown sources and crowds are left as they are.
    assert one(told_twice("notes", "calendar", channel=["meeting", "email"]))["touch_count"] == 2
    assert one(told_twice("notes", "calendar", channel=None))["touch_count"] == 2
    assert one(told_twice("notes", None))["touch_count"] == 2
    # 10:00 UTC is midnight in Honolulu, and 9:00 UTC the evening before.
    assert one(told_twice("notes", "calendar"), timezone="Pacific/Honolulu")["touch_count"] == 2
    crowd = one(told_twice("notes", "calendar", group_size=[None, 9]))
    assert (crowd["touch_count"], crowd["last_source_ref"]) == (1, "notes:0")


def test_what_a_note_leaves_open_the_calendar_tells() -> None:
    told = told_twice("notes", "calendar", subject=[None, "Coffee"])
    assert one(told)["last_topic"] == "Coffee"
    assert one(told.iloc[::-1])["last_source_ref"] == "notes:0; calendar:1"
    # What lies ahead is not seen: before ten o'clock only the note is known.
    early = one(told, "2026-10-01T09:30")
    assert early["last_source_ref"] == "notes:0"
    assert pd.isna(early["last_topic"])


def test_a_rhythm_that_stopped_is_drifting() -> None:
    """Fourteen days between fifteen evenings: late after 39 days, and stopped after 90."""
    days = [f"{day:%Y-%m-%d}" for day in pd.date_range("2026-01-01", periods=15, freq="14D")]
    for silent, state in ((38, "active"), (39, "late"), (90, "late"), (91, "drifting")):
        row = one(
            log(*[("a", day) for day in days]),
            f"{pd.Timestamp(days[-1]) + pd.Timedelta(days=silent):%Y-%m-%d}",
            kappa=1.0,
        )
        assert (row["days_silent"], row["state"]) == (silent, state)
    assert (
        row["why"]
        == "Not in touch for 3 months; your rhythm so far (15 days with contact, late from 39 days) has stopped."
    )
