"""How far each name got: own dates against the log, as of then, the same name twice."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import SchemaError
from networkscope.snapshot.leads import referral_steps
from tests.on_tables import on_tables

referral_steps = on_tables(referral_steps, "interactions referrals")

LATER = "2030-01-01"
DATES = ("given_on", "contacted_on", "met_on", "reported_back_on", "closed_on")


def events(*rows):
    """Interactions from (contact, instant, channel, direction) and perhaps a purpose."""
    rows = [(*row, None)[:5] for row in rows]
    columns = ["contact_id", "occurred_at", "channel", "direction", "purpose"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True))


def given_names(*rows):
    """Referrals, each a dict; ann names bo on 10 January unless it says otherwise."""
    frame = pd.DataFrame(
        [{"referrer_id": "ann", "referred_id": "bo", "given_on": "2026-01-10"} | row for row in rows]
    )
    frame = frame.assign(**{name: pd.to_datetime(frame[name]) for name in DATES if name in frame})
    return frame.assign(referral_id=[f"r{i}" for i in range(len(frame))])


def steps(log, names, **options):
    out = referral_steps(log, names, **({"as_of": LATER} | options))
    return [
        tuple(None if pd.isna(day) else f"{day:%m-%d}" for day in pair)
        for pair in zip(out["first_contact_on"], out["first_talk_on"], strict=True)
    ]


@pytest.mark.parametrize(
    ("log", "row", "expected"),
    [
        ([], {}, (None, None)),
        ([("bo", "2026-01-12", "email", "outbound")], {}, ("01-12", None)),
        ([("bo", "2026-01-12", "email", "inbound")], {}, (None, None)),
        ([("bo", "2026-01-12", "email", "outbound", "promise")], {}, (None, None)),
        ([("bo", "2026-01-09", "call", "mutual")], {}, (None, None)),
        ([("bo", "2026-01-10", "call", "mutual")], {}, ("01-10", "01-10")),
        ([("bo", "2026-01-15", "call", "inbound")], {}, ("01-15", "01-15")),
        ([("cy", "2026-01-12", "call", "mutual")], {}, (None, None)),
        ([("bo", "2026-01-14", "call", "mutual")], {"contacted_on": "2026-01-12"}, ("01-12", "01-14")),
        ([("bo", "2026-01-14", "call", "mutual")], {"met_on": "2026-01-20"}, ("01-14", "01-14")),
        ([], {"met_on": "2026-01-20"}, ("01-20", "01-20")),
        ([], {"outcome": "interview", "closed_on": "2026-02-01"}, ("02-01", "02-01")),
        ([], {"outcome": "offer", "contacted_on": "2026-01-13"}, ("01-13", "01-13")),
        ([], {"outcome": "declined", "closed_on": "2026-02-01"}, ("02-01", None)),
        ([], {"outcome": "dead_end", "closed_on": "2026-02-01"}, (None, None)),
    ],
)
def test_contacted_and_talked_with(log, row, expected):
    assert steps(events(*log), given_names(row)) == [expected]


def test_a_crowd_touches_nobody():
    log = events(("bo", "2026-01-12", "meeting", "mutual")).assign(group_size=5)
    assert steps(log, given_names({})) == [(None, None)]
    assert steps(log, given_names({}), group_max=5) == [("01-12", "01-12")]


def test_what_came_later_was_not_known():
    names = given_names({"contacted_on": "2026-01-12", "met_on": "2026-01-20", "outcome": "offer"})
    names["closed_on"] = pd.Timestamp("2026-03-01")
    assert referral_steps(events(), names, as_of="2026-01-10").empty
    seen = {
        day: referral_steps(events(), names, as_of=day) for day in ("2026-01-11", "2026-01-13", "2026-03-01")
    }
    assert [out["outcome"].tolist() for out in seen.values()] == [["open"]] * 3
    assert [out["contacted_on"].notna().tolist() for out in seen.values()] == [[False], [True], [True]]
    assert referral_steps(events(), names, as_of="2026-03-02")["outcome"].tolist() == ["offer"]


def test_the_day_is_the_owners():
    # 23:30 UTC on 9 January is 10 January in Vienna, the day the name was given.
    log = events(("bo", "2026-01-09 23:30", "call", "mutual"))
    assert steps(log, given_names({})) == [(None, None)]
    assert steps(log, given_names({}), timezone="Europe/Vienna") == [("01-10", "01-10")]


def test_the_same_name_again_is_one_name():
    names = given_names(
        {"outcome": "dead_end"},
        {"given_on": "2026-02-01", "contacted_on": "2026-02-02", "outcome": "conversation"},
        {"referrer_id": "cy"},
    )
    out = referral_steps(events(), names, as_of=LATER)
    assert out["referral_id"].tolist() == ["r0", "r2"]
    assert out["outcome"].tolist() == ["conversation", "open"]
    assert out["first_contact_on"].tolist() == [pd.Timestamp("2026-02-02"), pd.NaT]


def test_inferred_names_stay_apart_from_logged_ones():
    names = given_names(
        {"inferred": True, "contacted_on": "2026-01-11"},
        {"inferred": False, "given_on": "2026-01-15"},
        {"inferred": True, "referred_id": "di"},
    )
    apart = referral_steps(events(), names, as_of=LATER, include_inferred=False)
    assert apart[["referral_id", "inferred"]].values.tolist() == [["r2", True], ["r1", False]]
    assert apart["first_contact_on"].isna().all()
    together = referral_steps(events(), names, as_of=LATER)
    assert together[["referral_id", "inferred"]].values.tolist() == [["r0", False], ["r2", True]]
    assert together["first_contact_on"].notna().tolist() == [True, False]


def test_leads_and_nameless_names():
    names = given_names(
        {"kind": "company", "referred_id": None, "organization": "Acme"},
        {"kind": None, "referred_id": None, "opening": "Cook"},
        {"kind": "person", "referred_id": None},
        {"kind": "person", "referred_id": None},
        {"kind": None},
    )
    out = referral_steps(events(("bo", "2026-01-12", "email", "outbound")), names, as_of=LATER)
    assert out["is_name"].tolist() == [False, False, True, True, True]
    assert out["first_contact_on"].notna().tolist() == [False] * 4 + [True]


def test_nothing_in_nothing_out():
    nothing = referral_steps(schema.empty("interactions"), schema.empty("referrals"), as_of=LATER)
    something = referral_steps(
        events(("bo", "2026-01-12", "email", "outbound")), given_names({}), as_of=LATER
    )
    assert nothing.empty
    assert nothing.dtypes.to_dict() == something.dtypes.to_dict()


def test_a_table_that_does_not_fit_is_named():
    with pytest.raises(SchemaError, match="contact_id"):
        referral_steps(pd.DataFrame({"who": ["bo"]}), given_names({}), as_of=LATER)
    with pytest.raises(SchemaError, match="outcome"):
        referral_steps(events(), given_names({"outcome": "hired"}), as_of=LATER)


PEOPLE = st.sampled_from(["ann", "bo", "cy"])
DAYS = st.integers(0, 20).map(lambda day: pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
NAMES = st.lists(
    st.fixed_dictionaries(
        {"referrer_id": PEOPLE, "referred_id": PEOPLE, "given_on": DAYS, "inferred": st.booleans()},
        optional={"contacted_on": DAYS, "met_on": DAYS, "closed_on": DAYS},
    ),
    min_size=1,
    max_size=6,
).map(lambda rows: given_names(*rows))
LOG = st.lists(
    st.tuples(PEOPLE, DAYS, st.sampled_from(["call", "email"]), st.sampled_from(schema.DIRECTIONS)),
    max_size=8,
).map(lambda rows: events(*rows))


@settings(max_examples=30)
@given(LOG, NAMES, DAYS, st.booleans(), st.randoms(use_true_random=False))
def test_order_index_and_future_do_not_matter(log, names, as_of, include, random):
    before = log.copy(), names.copy()
    options = {"as_of": as_of, "include_inferred": include}
    out = referral_steps(log, names, **options)
    pd.testing.assert_frame_equal(log, before[0])
    pd.testing.assert_frame_equal(names, before[1])
    mixed = [f.iloc[random.sample(range(len(f)), len(f))].set_axis([3] * len(f)) for f in (log, names)]
    pd.testing.assert_frame_equal(referral_steps(*mixed, **options), out)
    past_log = log[log["occurred_at"] < as_of.tz_localize("UTC")]
    past = names[names["given_on"] < as_of].copy()
    for column in set(DATES) & set(past):
        past[column] = past[column].where(past[column] < as_of)
    pd.testing.assert_frame_equal(referral_steps(past_log, past, **options), out)
    assert (out["first_contact_on"] <= out["first_talk_on"])[out["first_talk_on"].notna()].all()
