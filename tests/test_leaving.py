"""Who is at risk, who could recommend, does the pace suffice, what is in hand."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.leaving import at_risk, readiness, runway
from networkscope.measures.recommendations import recommendation_gaps
from networkscope.roles.employers import next_exit, on_employer_domains
from networkscope.settings import Employer
from tests.on_tables import on_tables

dormant_contacts = on_tables(dormant_contacts, "contacts interactions")
at_risk = on_tables(at_risk, "contacts interactions employers")
readiness = on_tables(readiness, "contacts interactions employers")
runway = on_tables(runway, "contacts interactions dormant uncaptured praise recommendations employers")
recommendation_gaps = on_tables(
    recommendation_gaps, "contacts dormant recommendations endorsements positions"
)

AS_OF = "2026-02-01"
WORK = Employer("Work", ("@Work.example",), dt.date(2020, 1, 1), dt.date(2026, 2, 28))
OLD = Employer("Old", ("old.example",), dt.date(2015, 1, 1), dt.date(2019, 12, 31))
NEXT = Employer("Next", ("next.example",), dt.date(2026, 3, 1), None)
PEOPLE = pd.DataFrame(
    {
        "contact_id": ["ann", "bo", "cy", "di", "ed"],
        "organization": ["Work Ltd", "Work", "Else", "Else", None],
        "past_organizations": [None, None, "OLD GmbH", None, None],
        "title": ["CEO", "Team Lead", "Cook", "Head of IT", None],
        "emails": [
            "a@work.example",
            "b@mail.work.example; b@old.example",
            "c@next.example",
            "d@WORK.example",
            None,
        ],
        "phones": [None, " ", None, "+43 1", None],
        "connected_on": pd.to_datetime(["2020-01-01", None, "2026-01-20", "2023-01-01", "2026-06-01"]),
    }
)


def log(*rows):
    frame = pd.DataFrame(rows, columns=["contact_id", "occurred_at", "direction"])
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True), source_ref="l")


EVENTS = log(
    ("ann", "2026-01-02", "mutual"), ("bo", "2025-01-02", "mutual"), ("bo", "2025-01-03", "mutual"),
    ("cy", "2026-01-20", "mutual"), ("di", "2025-12-02", "outbound"),
)  # fmt: skip
TIES = dormant_contacts(PEOPLE, EVENTS, as_of=AS_OF)
RECOMMENDED, ENDORSED = schema.empty("recommendations"), schema.empty("endorsements")
HELD = pd.DataFrame(
    {"organization": ["Work"], "title": ["Team Lead"], "started_on": pd.to_datetime(["2020-01-01"])}
)


def test_addresses_of_employers():
    today = pd.Timestamp(AS_OF)
    found = on_employer_domains(PEOPLE["emails"], (WORK, OLD, NEXT), today)
    assert found["email_count"].tolist() == [1, 2, 1, 1, 0]
    assert found["employer_email_count"].tolist() == [1, 2, 0, 1, 0]  # Next has not begun
    assert found["employer"].fillna("").tolist() == ["Work", "Old", "", "Work", ""]
    lookalike = on_employer_domains(pd.Series(["x@network.example"]), (WORK,), today)
    assert lookalike["employer_email_count"].tolist() == [0]


@pytest.mark.parametrize(
    ("day", "name", "days"), [("2026-02-01", "Work", 28), ("2026-02-28", "Work", 1), ("2026-03-01", None, 0)]
)
def test_next_exit_counts_the_last_day(day, name, days):
    firm, left = next_exit((OLD, WORK, NEXT), pd.Timestamp(day))
    assert (firm and firm.name, left) == (name, days)


def test_at_risk_the_worthiest_first():
    found = at_risk(PEOPLE, EVENTS, (WORK, OLD), as_of=AS_OF)
    # di has a telephone, cy another address; bo has two touches, so more value than ann; ed has nothing.
    assert found["contact_id"].tolist() == ["bo", "ann", "ed"]
    assert found["risk"].tolist() == ["employer_only", "employer_only", "unreachable"]
    assert found["email_count"].tolist() == [2, 1, 0]
    assert found["value"].is_monotonic_decreasing
    assert found.loc[1, "why"] == "every address (1) is at Work"
    assert at_risk(PEOPLE, EVENTS, (), as_of=AS_OF)["risk"].tolist() == ["unreachable"]
    linked = PEOPLE.assign(profiles="linkedin.com/in/x")
    assert at_risk(linked, EVENTS, (WORK, OLD), as_of=AS_OF).empty


def gaps(**options):
    tables = {"recommendations": RECOMMENDED, "endorsements": ENDORSED, "positions": HELD} | options
    return recommendation_gaps(PEOPLE, TIES, *tables.values(), as_of=AS_OF, employers=(WORK, OLD))


def test_recommendation_gaps():
    found = gaps()
    # di never answered, ed was never touched. Strengths: cy 0.95, ann 0.89, bo 0.44; all share an employer.
    assert found["contact_id"].tolist() == ["cy", "ann", "bo"]
    assert found["shared_employer"].tolist() == ["Old", "Work", "Work"]
    assert found["tier"].tolist() == [
        "peer",
        "stretch",
        "peer",
    ]  # the owner leads a team; a CEO is two steps up
    assert found["days_left"].tolist() == [28] * 3
    nurse = gaps(positions=HELD.assign(title="Nurse"))
    assert nurse["tier"].tolist() == ["peer", "stretch", "boss"]


def test_who_has_recommended_is_no_gap():
    written = pd.DataFrame(
        {
            "contact_id": ["ann", "bo", "cy"],
            "direction": ["received", "given", "received"],
            "written_on": pd.to_datetime(["2025-01-01", None, "2026-02-01"]),  # cy's is not known yet
        }
    )
    praised = pd.DataFrame({"contact_id": ["bo", "bo"], "direction": ["received", "given"]})
    found = gaps(recommendations=written, endorsements=praised)
    assert found["contact_id"].tolist() == ["cy", "bo"]
    assert found["given_count"].tolist() == [0, 1]
    assert found["endorsements_given_count"].tolist() == [0, 1]
    assert found["endorsements_received_count"].tolist() == [0, 1]


def test_without_a_profile_export_nothing_is_claimed():
    assert gaps(positions=schema.empty("positions")).empty


def plan(events=EVENTS, employers=(WORK,), as_of=AS_OF, written=RECOMMENDED, due=3):
    ties = dormant_contacts(PEOPLE, events, as_of=as_of)
    to_do = pd.DataFrame({"contact_id": range(due)})
    return runway(PEOPLE, events, ties, to_do, to_do.iloc[:0], written, employers, as_of=as_of)


def test_runway():
    found = plan()
    assert found["work"].tolist() == ["warm_up", "capture", "recommendation"]
    assert found["weeks_left"].tolist() == [4.0] * 3
    # bo (two contact-days, dormant) is the top quarter by value; three to capture; nobody to ask.
    assert found["due_count"].tolist() == [1, 3, 0]
    assert found["needed_per_week"].tolist() == [0.25, 0.75, 0.0]
    # Nobody warmed up; cy was connected on 20 January; no recommendation is dated.
    assert found["done_count"].fillna(-1).tolist() == [0, 1, -1]
    assert found["pace_per_week"].fillna(-1).tolist() == [0.0, 0.25, -1.0]
    assert found["suffices"].tolist() == [False, False, True]
    assert found.loc[1, "why"] == "3 due in 4.0 weeks, 0.8 a week"


def test_warming_up_counts_where_somebody_was_drifting():
    warm = pd.concat([EVENTS, log(("bo", "2026-01-25", "outbound"))])
    assert plan(warm)["done_count"].tolist()[0] == 1
    fresh = pd.concat([EVENTS, log(("ann", "2026-01-26", "outbound"))])  # two days silent four weeks ago
    assert plan(fresh)["done_count"].tolist()[0] == 0
    theirs = pd.concat([EVENTS, log(("bo", "2026-01-25", "inbound"))])
    assert plan(theirs)["done_count"].tolist()[0] == 0


def test_pace_is_unknown_while_the_log_is_young():
    found = plan(log(("bo", "2026-01-25", "mutual")))
    assert found["done_count"].isna().tolist() == [True, False, True]
    received = RECOMMENDED.copy()
    received.loc[0, ["direction", "written_on"]] = ["received", pd.Timestamp("2026-01-04")]
    assert plan(written=schema.conform("recommendations", received))["done_count"].tolist()[2] == 1


def test_the_last_day_and_no_exit():
    last = plan(as_of="2026-02-28")
    assert last["needed_per_week"].tolist()[1] == pytest.approx(21.0)  # three today
    for employers in ((), (OLD,), (NEXT,)):
        nothing = plan(employers=employers)
        assert nothing.empty
        pd.testing.assert_series_equal(nothing.dtypes, last.dtypes)


def test_readiness():
    found = readiness(PEOPLE, EVENTS, (WORK, OLD), as_of=AS_OF, backed_up_on=dt.date(2026, 1, 1))
    assert found["item"].tolist() == ["private address", "at risk", "stale record", "last backup"]
    # Private: cy's mail, di's telephone. At risk: ann and bo of four with an address. Nobody of four is stale.
    assert found["count"].tolist()[:3] == [2, 2, 0]
    assert found["known_count"].tolist()[:3] == [5, 4, 4]
    assert found["share"].tolist()[:3] == [0.4, 0.5, 0.0]
    assert found["days"].tolist()[3] == 31
    stale = readiness(PEOPLE, EVENTS, (WORK,), as_of=AS_OF, stale_after_days=60)
    assert stale["count"].tolist()[2] == 2  # bo, and di on 2 December: 61 days
    for day in (None, dt.date(2026, 2, 2)):
        assert readiness(PEOPLE, EVENTS, (), as_of=AS_OF, backed_up_on=day)["days"].isna().all()
    with pytest.raises(ParameterError, match="stale_after_days"):
        readiness(PEOPLE, EVENTS, (), as_of=AS_OF, stale_after_days=0)


MEASURES = {
    "at_risk": lambda people, _, events, as_of: at_risk(people, events, (WORK, OLD), as_of=as_of),
    "gaps": lambda people, ties, _, as_of: recommendation_gaps(
        people, ties, RECOMMENDED, ENDORSED, HELD, as_of=as_of, employers=(WORK, OLD)
    ),
    "runway": lambda people, ties, events, as_of: runway(
        people, events, ties, people, people, RECOMMENDED, (WORK,), as_of=as_of
    ),
    "readiness": lambda people, _, events, as_of: readiness(people, events, (WORK, OLD), as_of=as_of),
}


@pytest.mark.parametrize("name", MEASURES)
@settings(max_examples=10)
@given(st.permutations(range(5)), st.permutations(range(5)), st.integers(0, 60))
def test_order_index_and_future_do_not_matter(name, order, other, day):
    as_of = pd.Timestamp("2025-12-20") + pd.Timedelta(days=day)
    ties = dormant_contacts(PEOPLE, EVENTS, as_of=as_of)
    before = PEOPLE.copy(), ties.copy(), EVENTS.copy()
    out = MEASURES[name](PEOPLE, ties, EVENTS, as_of)
    mixed = [
        frame.iloc[places].set_axis([3] * 5)
        for frame, places in ((PEOPLE, order), (ties, other), (EVENTS, other))
    ]
    pd.testing.assert_frame_equal(MEASURES[name](*mixed, as_of), out)
    for frame, copy in zip((PEOPLE, ties, EVENTS), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
    past = EVENTS[EVENTS["occurred_at"] < as_of.tz_localize("UTC")]
    earlier = PEOPLE.assign(connected_on=PEOPLE["connected_on"].where(PEOPLE["connected_on"] < as_of))
    known = dormant_contacts(earlier, past, as_of=as_of)
    pd.testing.assert_frame_equal(MEASURES[name](earlier, known, past, as_of), out)


@pytest.mark.parametrize("name", ["at_risk", "gaps", "readiness"])
def test_nothing_in_nothing_out(name):
    contacts, events = schema.empty("contacts"), schema.empty("interactions")
    nothing = MEASURES[name](contacts, dormant_contacts(contacts, events, as_of=AS_OF), events, AS_OF)
    something = MEASURES[name](schema.conform("contacts", PEOPLE), TIES, EVENTS, AS_OF)
    assert nothing.empty
    assert len(something)
    pd.testing.assert_series_equal(nothing.dtypes, something.dtypes)
