"""Who is reached and from where, how far it has gone by circle and cohort, and what titles say."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networkscope import schema
from networkscope.errors import ParameterError
from networkscope.measures.coverage import circle_coverage, funnel
from networkscope.measures.reach import first_touch_mix, reach_by_month
from networkscope.roles.seniority import seniority_of
from tests.on_tables import on_tables

circle_coverage = on_tables(circle_coverage, "contacts interactions referrals")
funnel = on_tables(funnel, "contacts interactions referrals")
first_touch_mix = on_tables(first_touch_mix, "contacts interactions referrals")
reach_by_month = on_tables(reach_by_month, "contacts interactions")

NO_NAMES = schema.empty("referrals")


def log(*rows):
    """Interactions from (contact, instant, channel, direction) and perhaps a purpose and a group size."""
    frame = pd.DataFrame(
        [(*row, None, None)[:6] for row in rows],
        columns=["contact_id", "occurred_at", "channel", "direction", "purpose", "group_size"],
    )
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], utc=True, format="ISO8601"))


def names(*rows):
    frame = pd.DataFrame(rows, columns=["referrer_id", "referred_id", "given_on"])
    frame = frame.assign(given_on=pd.to_datetime(frame["given_on"]))
    return frame.assign(referral_id=[f"r{i}" for i in range(len(frame))])


def people(**columns):
    frame = pd.DataFrame(columns)
    return (
        frame.assign(connected_on=pd.to_datetime(frame["connected_on"])) if "connected_on" in frame else frame
    )


PEOPLE = people(
    contact_id=["ann", "bo", "cy", "di"],
    organization=["Acme GmbH", "ACME", "Other", None],
    circle=["alumni", "Alumni ", "friends", None],
)


def test_months_and_effective_numbers():
    events = log(
        ("ann", "2026-01-05 09:00", "email", "outbound"),
        ("ann", "2026-01-05 17:00", "email", "outbound"),  # the same contact-day
        ("bo", "2026-01-06", "call", "inbound"),  # a talk, whoever began it
        ("cy", "2026-01-07", "email", "outbound"),
        ("di", "2026-01-08", "email", "outbound"),  # neither company nor circle
        ("di", "2026-01-09", "email", "inbound"),  # came in
        ("di", "2026-01-10", "meeting", "mutual", None, 5),  # a crowd
        ("ann", "2026-03-31 23:30", "email", "outbound"),  # April in Vienna
    )
    found = reach_by_month(PEOPLE, events, as_of="2026-05-01", timezone="Europe/Vienna")
    assert found["month"].tolist() == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert found["people_count"].tolist() == [4, 0, 0, 1]
    assert found["contact_days"].tolist() == [4, 0, 0, 1]
    # January: Acme on 2 days, Other on 1: exp(ln 3 - 2 ln 2 / 3) = 3 / 2^(2/3) = 1.89
    assert found["organization_count"].tolist() == [2, 0, 0, 1]
    assert found["organization_days"].tolist() == [3, 0, 0, 1]
    assert found.loc[0, "organization_effective_count"] == pytest.approx(3 / 2 ** (2 / 3))
    assert found.loc[0, "circle_effective_count"] == pytest.approx(3 / 2 ** (2 / 3))
    assert found["circle_effective_count"].isna().tolist() == [False, True, True, False]
    assert found.loc[0, "why"] == "4 people, 2 organizations, 2 circles, 4 contact-days"


@pytest.mark.parametrize(
    ("row", "event", "given_on", "kind"),
    [
        ({"connected_on": "2025-12-12"}, "outbound", None, "warm"),  # 30 days before 11 January
        ({"connected_on": "2025-12-13"}, "outbound", None, "cold"),
        ({"connected_on": "2025-12-13"}, "outbound", "2026-01-11", "referred"),
        ({"connected_on": "2025-12-12"}, "outbound", "2026-01-11", "warm"),
        ({}, "outbound", "2026-01-12", "cold"),  # the name came too late
        ({"introduced_by": "Ann"}, "outbound", None, "referred"),
        ({"introduced_by": " "}, "outbound", None, "cold"),
        ({"listed": True}, "outbound", None, "unknown"),
        ({"listed": True, "connected_on": "2026-08-01"}, "outbound", None, "cold"),  # not yet recorded
        ({}, "inbound", None, "inbound"),
        ({}, "mutual", None, "cold"),
    ],
)
def test_kinds_of_first_touches(row, event, given_on, kind):
    given = names(("cy", "bo", given_on)) if given_on else NO_NAMES
    contact = people(**{name: [value] for name, value in {"contact_id": "bo", **row}.items()})
    events = log(("bo", "2026-01-11", "email", event), ("bo", "2026-01-12", "email", "outbound"))
    found = first_touch_mix(contact, events, given, as_of="2026-02-01")
    assert found[f"{kind}_count"].tolist() == [1]
    assert found["first_touch_count"].tolist() == [1]
    assert found["known_count"].tolist() == [int(kind in ("warm", "referred", "cold"))]
    assert math.isnan(found.loc[0, "cold_share"]) == (kind in ("inbound", "unknown"))


def test_nobody_refers_himself_and_an_introduction_by_mail_is_one():
    contact, events = people(contact_id=["bo"]), log(("bo", "2026-01-11", "email", "outbound"))
    own = names(("bo", "bo", "2026-01-01"))
    assert first_touch_mix(contact, events, own, as_of="2026-02-01").loc[0, "cold_count"] == 1
    inferred = names(("ann", "bo", "2026-01-01")).assign(inferred=True)
    assert first_touch_mix(contact, events, inferred, as_of="2026-02-01").loc[0, "referred_count"] == 1
    later = inferred.assign(given_on=pd.Timestamp("2026-01-12"))  # the first touch was the day before
    assert first_touch_mix(contact, events, later, as_of="2026-02-01").loc[0, "referred_count"] == 0


COVERED = log(
    ("ann", "2026-01-05", "email", "outbound"),
    ("ann", "2026-01-06", "email", "inbound"),
    ("bo", "2026-02-05", "call", "outbound"),
    ("cy", "2026-02-06", "email", "outbound", "promise"),
    ("cy", "2026-02-07", "email", "inbound"),
)


def test_coverage_counts_every_circle():
    given = names(("di", "xx", "2026-02-01"), ("ann", "ann", "2026-02-01"))
    found = circle_coverage(PEOPLE.assign(listed=True), COVERED, given, as_of="2026-03-01")
    assert found["circle"].tolist()[:2] == ["Alumni", "friends"]
    assert found["circle"].isna().tolist() == [False, False, True]
    assert found["people_count"].tolist() == [2, 1, 1]
    # A call counts as a reply; a promise is no touch; who gave a name (di) was contacted, whatever the log says.
    assert found["contacted_count"].tolist() == [2, 0, 1]
    assert found["replied_count"].tolist() == [2, 0, 1]
    assert found["met_count"].tolist() == [1, 0, 0]
    assert found["gave_name_count"].tolist() == [0, 0, 1]
    assert found.loc[0, "met_share"] == 0.5
    assert pd.isna(found.loc[1, "met_share"])
    assert found.loc[0, "why"] == "2 people, 2 contacted, 2 replied, 1 met, 0 gave a name"


def test_coverage_by_company_seniority_and_domain():
    known = PEOPLE.assign(
        title=["CEO", "Nurse", "Nurse", None],
        seniority=[None, "Director", None, None],
        emails=["a@x.example; a@Y.example", "b@x.example", None, "none"],
    )
    seen = {
        by: dict(zip(found[by].fillna("?"), found["people_count"], strict=True))
        for by in ("organization", "seniority", "domain")
        for found in [circle_coverage(known, COVERED, NO_NAMES, as_of="2026-03-01", by=by)]
    }
    assert seen["organization"] == {"ACME": 2, "Other": 1, "?": 1}
    assert seen["seniority"] == {"executive": 1, "director": 1, "staff": 1, "?": 1}
    assert seen["domain"] == {"x.example": 2, "y.example": 1, "?": 2}
    with pytest.raises(ParameterError, match="by must be one of"):
        circle_coverage(known, COVERED, NO_NAMES, as_of="2026-03-01", by="star_sign")


def test_funnel_by_month_of_first_touch():
    found = funnel(PEOPLE, COVERED, NO_NAMES, as_of="2026-03-01")
    assert found["cohort"].tolist() == ["2026-01", "2026-02", "not in touch yet", "all"]
    assert found["people_count"].tolist() == [1, 2, 1, 4]
    assert found["contacted_count"].tolist() == [1, 1, 0, 2]
    assert found["contacted_share"].tolist() == [1.0, 0.5, 0.0, 0.5]
    assert found["replied_low"].isna().tolist() == [False, False, True, False]


TITLES = {
    "Chief Executive Officer": "executive", "CEO & Co-Founder": "executive", "Geschäftsführerin": "executive",
    "Directrice Générale": "executive", "Vice President": "director", "Head of Analytics": "director",
    "Leiterin Marketing": "director", "Director of Student Affairs": "director", "Senior Product Manager": "manager",
    "Teamleiter IT": "manager", "Chef de projet": "manager", "Partner Manager": "manager", "Sous Chef": "staff",
    "Staff Engineer": "senior", "Sr. Data Analyst": "senior", "Associate Professor": "senior",
    "Staff Nurse": "staff", "Executive Assistant to the CEO": "staff", "Product Owner": "staff",
    "HR Business Partner": "staff", "International Sales": "staff", "Intern, Office of the CTO": "junior",
    "Werkstudent": "junior", "Étudiante": "junior", "Junior Product Manager": "junior",
    "Retired teacher": None, "Looking for work": None, "プロダクト": None, " ": None, None: None,
}  # fmt: skip


def test_seniority_by_the_words_of_a_title():
    found = seniority_of(pd.Series(list(TITLES)))
    assert [None if pd.isna(level) else level for level in found] == list(TITLES.values())
    assert seniority_of(pd.Series([], dtype=object)).dtype == found.dtype


WHO = st.sampled_from(["ann", "bo", "cy", "di", "nobody"])
DAYS = st.integers(0, 90).map(lambda day: pd.Timestamp("2026-01-01") + pd.Timedelta(days=day))
LOGS = st.lists(
    st.tuples(
        WHO, DAYS, st.sampled_from(["call", "email"]), st.sampled_from(schema.DIRECTIONS),
        st.sampled_from([None, "promise"]), st.sampled_from([None, 2, 9]),
    ),
    max_size=9,
).map(lambda rows: log(*rows))  # fmt: skip
NAMES = st.lists(st.tuples(WHO, WHO, DAYS), max_size=4).map(lambda rows: names(*rows))
MEASURES = [
    lambda people, events, _, as_of: reach_by_month(people, events, as_of=as_of),
    lambda people, events, given, as_of: first_touch_mix(people, events, given, as_of=as_of),
    lambda people, events, given, as_of: circle_coverage(people, events, given, as_of=as_of),
    lambda people, events, given, as_of: circle_coverage(people, events, given, as_of=as_of, by="domain"),
    lambda people, events, given, as_of: funnel(people, events, given, as_of=as_of),
]


@pytest.mark.parametrize("measure", MEASURES)
@settings(max_examples=8)
@given(LOGS, NAMES, DAYS, st.randoms(use_true_random=False))
def test_order_index_and_future_do_not_matter(measure, events, given, as_of, random):
    known = PEOPLE.assign(
        connected_on=pd.to_datetime(["2025-01-01", "2026-02-01", None, None]),
        listed=[True, True, True, False],
        emails=["a@x.example; a@y.example", "b@x.example", None, "d@y.example"],
    )
    before = [frame.copy() for frame in (known, events, given)]
    out = measure(known, events, given, as_of)
    for frame, copy in zip((known, events, given), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)
    mixed = [f.iloc[random.sample(range(len(f)), len(f))].set_axis([3] * len(f)) for f in before]
    pd.testing.assert_frame_equal(measure(*mixed, as_of), out)
    past = events[events["occurred_at"] < as_of.tz_localize("UTC")]
    pd.testing.assert_frame_equal(measure(known, past, given[given["given_on"] < as_of], as_of), out)
    for column in [name for name in out if name.endswith("_share")]:
        assert out[column].dropna().between(0, 1).all()


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_in_nothing_out(measure):
    nothing = measure(schema.empty("contacts"), schema.empty("interactions"), NO_NAMES, "2026-03-01")
    something = measure(PEOPLE.assign(emails="a@x.example"), COVERED, NO_NAMES, "2026-03-01")
    pd.testing.assert_series_equal(nothing.dtypes, something.dtypes)
    assert nothing.empty
    assert len(something)
