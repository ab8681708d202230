"""The network as known at one instant: what is in it, and that no measure can see anything later."""

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import networkscope as ns
from networkscope import schema
from networkscope.errors import ParameterError, SchemaError
from networkscope.measures.registry import MEASURES
from networkscope.settings import Employer, Settings

AS_OF = pd.Timestamp("2026-11-16", tz="UTC")
FAST = (Phase.explicit, Phase.generate)  # a failing book is not made smaller: that takes minutes
GRAPH_FIRST = {"communities", "ego_graph", "warm_paths"}
OPTIONS = {  # what a measure needs beside the snapshot
    "closing_curve": {"kind": "thank_you"},
    "insiders": {"companies": ["Acme"]},
    "target_coverage": {"companies": ["Acme"]},
    "know_anyone": {"companies": ["Acme"]},
    "warm_paths": {"companies": ["Acme"]},
}
SETTINGS = Settings(
    timezone="Europe/Vienna",
    employers=(Employer("Acme", ("acme.example",), until=pd.Timestamp("2027-01-31").date()),),
    cadence_days=(("alumni", 60),),
)


@pytest.fixture(scope="module")
def sample():
    return ns.open_book("data/sample", as_of="2026-11-16")


@pytest.fixture(scope="module", autouse=True)
def all_measures():
    """Each public name is imported when it is first used; this registers every measure."""
    for name in ns.__all__:
        getattr(ns, name)


def ask(measure, now):
    """The measure of this snapshot as comparable values."""
    options = OPTIONS.get(measure, {})
    if measure == "community_table":
        found = ns.community_table(now, ns.communities(now, ns.alter_graph(now)))
    elif measure in GRAPH_FIRST:
        found = MEASURES[measure](now, ns.alter_graph(now), **options)
    else:
        found = MEASURES[measure](now, **options)
    if hasattr(found, "nodes"):
        return ns.to_frames(found)
    if measure == "backtest":
        return (found.scores, found.bands)
    return (found,)


def same(left, right):
    for one, other in zip(left, right, strict=True):
        if isinstance(one, pd.DataFrame):
            assert_frame_equal(one.reset_index(drop=True), other.reset_index(drop=True))
        else:
            assert one == other


people = [f"p{number}" for number in range(8)]
days = st.integers(0, 500).map(lambda days: AS_OF - pd.Timedelta(days=days, hours=days % 24 + 1))
later = st.integers(0, 400).map(lambda hours: AS_OF + pd.Timedelta(hours=hours))


def events(when):
    row = st.fixed_dictionaries(
        {
            "contact_id": st.sampled_from(people),
            "occurred_at": when,
            "channel": st.sampled_from(schema.CHANNELS),
            "direction": st.sampled_from(schema.DIRECTIONS),
            "purpose": st.sampled_from(schema.PURPOSES),
            "group_size": st.sampled_from([None, 2, 3, 9]),
            "source": st.sampled_from(["calendar", "own interactions"]),
            "subject": st.sampled_from(["tea", None]),
        }
    )
    return st.lists(row, max_size=40)


def names(when):
    row = st.fixed_dictionaries(
        {
            "referrer_id": st.sampled_from(people),
            "referred_id": st.sampled_from(people),
            "given_on": when.map(lambda moment: moment.tz_localize(None).normalize()),
            "outcome": st.sampled_from(schema.OUTCOMES),
        }
    )
    return st.lists(row, max_size=6)


def log(rows, first=0):
    """The rows as a table; each is an event of its own, which keeps its number in whatever order."""
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at", "channel", "direction", "purpose",
                                        "group_size", "source", "subject"])  # fmt: skip
    numbers = [str(first + number) for number in range(len(frame))]
    frame["event_id"] = numbers
    frame["source_ref"] = [f"log.csv:{number}" for number in numbers]
    frame["occurred_at"] = frame["occurred_at"].astype(schema.INSTANT)
    return frame


def leads(rows, first=0):
    frame = pd.DataFrame(rows, columns=["referrer_id", "referred_id", "given_on", "outcome"])
    frame["referral_id"] = [str(first + number) for number in range(len(frame))]
    frame["given_on"] = frame["given_on"].astype(schema.DATE)
    return frame


def contacts():
    return pd.DataFrame(
        {
            "contact_id": people,
            "name": [f"Person {each}" for each in people],
            "organization": ["Acme", "Acme", "Globex", None, None, "Initech", "Acme", "Globex"],
            "circle": ["alumni", "family", None, "alumni", None, None, "alumni", None],
            "emails": [f"{each}@acme.example" for each in people],
        }
    )


def taken(interactions, referrals, as_of=AS_OF):
    return ns.snapshot(
        contacts(), interactions, referrals, as_of=as_of, timezone="Europe/Vienna", settings=SETTINGS
    )


@settings(max_examples=5, phases=FAST)
@given(
    events(days), events(later), names(days), names(later.map(lambda moment: moment + pd.Timedelta(days=1)))
)
def test_no_measure_sees_what_comes_later(past, future, given_then, given_later):
    """All measures at once: with everything that happened afterwards in the tables, nothing changes."""
    now = taken(log(past), leads(given_then))
    both = taken(
        pd.concat([log(future, first=len(past)), log(past)]),
        pd.concat([leads(given_later, first=len(given_then)), leads(given_then)]),
    )
    assert len(MEASURES) >= 38
    for measure in MEASURES:
        same(ask(measure, now), ask(measure, both))


@settings(max_examples=3, phases=FAST)
@given(events(days), names(days), st.randoms(use_true_random=False))
def test_neither_order_nor_index_matters_and_no_input_changes(past, given_then, random):
    table, referrals = log(past), leads(given_then)
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = table.iloc[order]
    before = shuffled.copy(deep=True), referrals.copy(deep=True)
    now, other = taken(table, referrals), taken(shuffled, referrals)
    for measure in MEASURES:
        same(ask(measure, now), ask(measure, other))
    assert_frame_equal(shuffled, before[0])
    assert_frame_equal(referrals, before[1])


def test_an_earlier_moment_of_the_book_holds_nothing_later(sample):
    march = sample.at("2026-03-01")
    assert (march.interactions["occurred_at"] < march.as_of).all()
    assert (march.referrals["given_on"] < "2026-03-01").all()
    assert not (march.referrals[["contacted_on", "closed_on"]] >= "2026-03-01").any(axis=None)
    assert not (march.contacts["connected_on"] >= "2026-03-01").any()
    assert march.co_mentions["event_id"].isin(march.interactions["event_id"]).all()
    assert len(march.interactions) < len(sample.at().interactions)


def test_a_page_on_a_person_shows_nothing_later(sample):
    march = sample.at("2026-03-01")
    busiest = sample.interactions["contact_id"].value_counts().index[0]
    page = ns.People(march).page(busiest).html
    assert "Nov 2026" not in page
    assert "2026-11" not in page


def test_what_lies_ahead_is_what_stood_in_the_calendar_then():
    at = pd.to_datetime(["2026-11-15 23:59", "2026-11-16 00:00", "2026-11-20", "2027-01-14 23:59", "2027-01-15"],
                        format="ISO8601", utc=True)  # fmt: skip
    coming = pd.DataFrame({"contact_id": "p1", "occurred_at": at, "known_at": AS_OF - pd.Timedelta(days=9)})
    later = coming.assign(known_at=AS_OF, subject="made later")
    undated = coming.assign(
        known_at=pd.Series(pd.NaT, coming.index, dtype=schema.INSTANT), subject="nobody knows since when"
    )
    now = ns.snapshot(contacts(), log([]), as_of=AS_OF, appointments=pd.concat([coming, later, undated]))
    # From the instant on, for sixty days: January 15 is the first day that is too far off.
    assert now.appointments["occurred_at"].tolist() == at[1:4].tolist()
    assert now.appointments["day"].dt.strftime("%m-%d").tolist() == ["11-16", "11-20", "01-14"]
    # They were made as November 7 began, and then only two of them were less than sixty days off.
    assert now.at("2026-11-07 00:01").appointments["day"].dt.strftime("%m-%d").tolist() == ["11-16", "11-20"]
    assert now.at("2026-11-07").appointments.empty
    in_vienna = ns.snapshot(contacts(), log([]), as_of=AS_OF, appointments=coming, timezone="Europe/Vienna")
    assert in_vienna.appointments["day"].dt.strftime("%m-%d").tolist() == ["11-16", "11-20", "01-15"]


def test_no_measure_looks_ahead(sample):
    now = sample.at("2026-06-01")
    coming = pd.DataFrame(
        {
            "contact_id": now.contacts["contact_id"].head(9),
            "channel": "call",
            "occurred_at": now.as_of + pd.Timedelta(days=2),
            "known_at": now.as_of - pd.Timedelta(days=2),
        }
    )
    tables = {name: getattr(now, name) for name in schema.TABLES if name != "appointments"}
    plain, ahead = (
        ns.snapshot(**tables, **more, as_of=now.as_of, timezone=now.timezone, settings=now.settings)
        for more in ({}, {"appointments": coming})
    )
    for measure in ("dormant_contacts", "followups", "ask_ladder", "referral_yield"):
        same(ask(measure, plain), ask(measure, ahead))


def test_what_was_noted_later_is_not_known():
    lines = pd.DataFrame({"contact_id": ["p1", "p2", "p3"], "role": "family", "knows_of_search": pd.NA,
                          "source_ref": None,
                          "noted_on": pd.to_datetime(["2026-11-16", "2026-11-17", None])})  # fmt: skip
    now = ns.snapshot(contacts(), log([]), as_of=AS_OF, corrections=lines)
    assert now.corrections["contact_id"].tolist() == ["p1", "p3"]  # an undated line holds since ever
    assert now.at("2026-11-15").corrections["contact_id"].tolist() == ["p3"]
    decisions = lines.assign(kind=None, until=pd.NaT, done_on=lines["noted_on"]).head(2)
    now = ns.snapshot(contacts(), log([]), as_of=AS_OF, decisions=decisions)
    assert now.decisions["contact_id"].tolist() == ["p1"]
    assert now.at("2026-11-15").decisions.empty


def test_machines_and_the_owner_are_in_no_measure_and_stay_in_the_snapshot():
    people = contacts().assign(emails=None)
    people.loc[people["contact_id"] == "p1", "emails"] = "no-reply@shop.example"
    people.loc[people["contact_id"] == "p2", "emails"] = "nora@x.example"
    rows = [
        {"contact_id": f"p{n}", "occurred_at": AS_OF - pd.Timedelta(days=n), "direction": "inbound"}
        for n in (1, 2, 3)
    ]
    mine = Settings(owner_emails=("nora@x.example",))
    now = ns.snapshot(people, log(rows), leads([]), as_of=AS_OF, settings=mine)
    ids = people["contact_id"].tolist()
    for _ in range(2):  # whatever was asked before
        assert ns.people_roles(now)["contact_id"].tolist() == ids
        assert ns.standing(now).index.tolist() == ids
        found = ns.dormant_contacts(now)
        assert found["contact_id"].tolist() == [who for who in ids if who not in ("p1", "p2")]
    assert now.interactions["contact_id"].nunique() == 3


def test_one_truth_from_readme_and_weekly_page(sample):
    """The plain call uses the fitted kappa and the cadence of book.toml, as every page does."""
    now = sample.at()
    page = ns.dormant_contacts(now, kappa=ns.fit_kappa(now))
    assert_frame_equal(ns.dormant_contacts(now), page)
    assert set(page["cadence_days"].dropna()) == set(map(float, sample.settings.cadence.values()))


def test_the_same_moment_by_two_ways(sample):
    through_now = sample.at().at("2026-06-01")
    for name in schema.TABLES:
        assert_frame_equal(getattr(through_now, name), getattr(sample.at("2026-06-01"), name))


@settings(max_examples=20, phases=FAST)
@given(events(days), st.sampled_from(["2026-11-10", "2026-11-02", "2026-11-09 12:30"]))
def test_events_prepared_before_are_those_of_the_earlier_moment(rows, moment):
    """Talks that several sources hold are told apart day by day, so at a midnight they can be cut off as they are."""
    now = taken(log(rows), leads([]))
    assert len(now.events) <= len(rows)
    fresh = taken(log(rows), leads([]), as_of=moment).events
    assert_frame_equal(now.at(moment).events, fresh, check_dtype=False, check_categorical=False)


def test_a_later_moment_is_refused(sample):
    with pytest.raises(ParameterError, match="later than this snapshot"):
        sample.at("2026-12-01")
    with pytest.raises(ParameterError, match="not a date"):
        sample.at("soon")


def test_an_outcome_reached_later_is_still_open():
    given = pd.DataFrame({
        "referral_id": ["1", "2"], "referrer_id": "p0", "referred_id": "p1", "outcome": "offer",
        "given_on": pd.to_datetime(["2026-10-01", "2026-10-01"]),
        "closed_on": pd.to_datetime(["2026-11-16", "2026-11-17"]),
    })  # fmt: skip
    known = taken(log([]), given).referrals
    assert known["outcome"].tolist() == ["offer", "open"]
    assert known["closed_on"].isna().tolist() == [False, True]


def test_the_owner_is_left_out():
    table = log([{"contact_id": "p1", "occurred_at": AS_OF - pd.Timedelta(days=2), "direction": "outbound"}])
    now = ns.snapshot(contacts(), table, as_of=AS_OF, owner="p1")
    assert "p1" not in set(now.contacts["contact_id"]) | set(now.interactions["contact_id"])


def test_a_measure_is_computed_once_and_its_frame_is_the_callers():
    now = taken(log([]), leads([]))
    first = ns.dormant_contacts(now)
    first["state"] = "mine"
    assert ("dormant_contacts", repr({"horizon_days": 60, "kappa": None, "dormant_after_days": 365,
                                      "half_life_days": 180})) in now.prepared  # fmt: skip
    assert not (ns.dormant_contacts(now)["state"] == "mine").any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group_max": 0}, "group_max"),
        ({"as_of": "November"}, "not a date"),
        ({"timezone": "Mars"}, "time zone"),
    ],
)
def test_a_wrong_option_is_named(options, message):
    with pytest.raises(ParameterError, match=message):
        ns.snapshot(contacts(), log([]), **{"as_of": AS_OF, **options})


def test_a_wrong_table_is_named():
    with pytest.raises(SchemaError, match=r"contacts: column 'contact_id' is missing"):
        ns.snapshot(pd.DataFrame({"name": ["Ann"]}), log([]), as_of=AS_OF)
    with pytest.raises(ParameterError, match="'friends' is no table"):
        ns.snapshot(contacts(), log([]), as_of=AS_OF, friends=contacts())
