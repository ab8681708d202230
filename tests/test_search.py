"""When the owner looked for work, and who was part of it: starts, ends and members by hand."""

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from test_followups import books, given_names, log

from networkscope.roles.search import SEARCHES, open_search, search_members, searches
from networkscope.settings import Employer
from tests.on_tables import snapshot_of

THANKS = ("2026-10-13", ("outbound", "email", "thank_you"))
ASK = ("outbound", "email", "advice_ask")


def asked(*days: str, **columns) -> pd.DataFrame:
    return log(*[(f"p{n}", day, *ASK) for n, day in enumerate(days)], **columns)


def found(events: pd.DataFrame | None = None, **options) -> list[tuple]:
    """Each search as (started, ended, why it started, why it ended), days as month-day, the last one first."""
    options.setdefault("as_of", "2026-11-16")
    table = searches(snapshot_of(interactions=log() if events is None else events, **options))
    assert table.dtypes.to_dict() == SEARCHES

    def day(value):
        return None if pd.isna(value) else f"{value:%m-%d}"

    words = (
        table[["why_started", "why_ended"]]
        .astype(object)
        .where(table[["why_started", "why_ended"]].notna(), None)
    )
    return [
        (day(start), day(end), *why)
        for start, end, why in zip(table["started_on"], table["ended_on"], words.values.tolist(), strict=True)
    ]


def test_a_second_act_within_sixty_days_makes_a_search():
    assert found(asked("2026-09-01")) == []
    # September 1 and sixty days is October 31.
    assert found(asked("2026-09-01", "2026-10-31")) == [("09-01", None, "asked: advice ask", None)]
    assert found(asked("2026-09-01", "2026-11-01")) == []
    assert found(asked("2026-09-01", "2026-11-01", "2026-11-02")) == [
        ("11-01", None, "asked: advice ask", None)
    ]
    assert found(asked("2026-09-01", "2026-09-01")) == [
        ("09-01", None, "asked: advice ask", None)
    ]  # on one day


def test_what_is_an_act_of_search_and_what_is_none():
    start = ("z", "2026-10-01", "outbound", "email", "job_ask")
    acts = {
        "a mail": ("a", "2026-10-10", "outbound", "email", "referral_ask"),
        "a talk": ("a", "2026-10-10", "mutual", "call", "advice_ask"),
        "a recommendation": ("a", "2026-10-10", "outbound", "linkedin", "recommendation_ask"),
        "to many": ("a", "2026-10-10", "outbound", "email", "job_ask"),
        "they ask": ("a", "2026-10-10", "inbound", "email", "advice_ask"),
        "a catch-up": ("a", "2026-10-10", "mutual", "call", "catch_up"),
        "an update": ("a", "2026-10-10", "outbound", "email", "update"),
        "a promise": ("a", "2026-10-10", "outbound", None, "promise"),
    }
    searching = {
        name: bool(found(log(start, row, group_size=[None, 40 if name == "to many" else None])))
        for name, row in acts.items()
    }
    assert searching == dict(zip(acts, [True] * 4 + [False] * 4, strict=True))


def test_applications_and_names_are_acts_too():
    applied = pd.DataFrame({"organization": ["Acme"], "applied_on": pd.to_datetime(["2026-09-10"])})
    given = {"referral_id": "1", "referrer_id": "a", "given_on": "2026-10-01"}
    assert found(applications=applied, referrals=given_names({**given, "referred_id": "b"})) == [
        ("09-10", None, "an application", None)
    ]
    lead = given_names({**given, "kind": "company", "organization": "Acme"})
    assert len(found(applications=applied, referrals=lead)) == 1
    own = given_names({**given, "referred_id": "a"})  # who names themselves gives no name
    assert found(applications=applied, referrals=own) == []
    undated = pd.DataFrame({"organization": ["Acme"] * 2, "applied_on": pd.to_datetime([None, "2026-09-10"])})
    assert found(applications=undated) == []


def test_what_is_asked_at_work_is_no_act_of_search():
    events = asked("2026-10-01", "2026-10-10")
    contacts = pd.DataFrame({"contact_id": ["p0", "p1"], "organization": [None, "Acme"]})
    assert found(events, contacts=contacts, employers=[Employer("Acme")]) == []
    left = [Employer("Acme", until=dt.date(2026, 1, 1))]
    assert len(found(events, contacts=contacts, employers=left)) == 1


def test_a_search_ends_with_an_accepted_offer_or_a_new_position():
    events = log(
        ("a", "2026-03-01", *ASK), ("a", "2026-03-10", *ASK), ("a", "2026-04-20", "outbound", "email", "outcome"),
        ("b", "2026-05-01", *ASK), outcome=[None, None, "accepted", None],
    )  # fmt: skip
    first = ("03-01", "04-20", "asked: advice ask", "an accepted offer")
    assert found(events) == [first]  # what came after it is one act, and no search
    again = pd.concat([events, log(("b", "2026-05-10", *ASK))])
    assert found(again) == [
        ("05-01", "09-07", "asked: advice ask", "120 days without an act of search"), first,
    ]  # fmt: skip
    assert found(again, as_of="2026-09-07")[0] == ("05-01", None, "asked: advice ask", None)
    job = pd.DataFrame({"organization": ["Acme"], "started_on": pd.to_datetime(["2026-04-01"])})
    assert found(events, positions=job)[0] == ("03-01", "04-01", "asked: advice ask", "a new position")
    before = job.assign(started_on=pd.Timestamp("2026-02-01"))
    assert found(events, positions=before)[0] == first


def test_a_search_ends_where_nothing_happens_for_120_days():
    # March 10 and 120 days is July 8.
    events = asked("2026-03-01", "2026-03-10")
    assert found(events, as_of="2026-07-08") == [("03-01", None, "asked: advice ask", None)]
    over = ("03-01", "07-08", "asked: advice ask", "120 days without an act of search")
    assert found(events, as_of="2026-07-09") == [over]
    on_the_day = asked("2026-03-01", "2026-03-10", "2026-07-08")
    assert found(on_the_day, as_of="2026-07-20") == [("03-01", None, "asked: advice ask", None)]
    later = asked("2026-03-01", "2026-03-10", "2026-07-09", "2026-07-12")
    assert found(later, as_of="2026-07-20") == [("07-09", None, "asked: advice ask", None), over]


def test_what_book_toml_says_stands_above_the_log():
    events = asked("2026-03-01", "2026-03-10", "2026-06-20")
    said = {"search_from": dt.date(2026, 6, 1)}
    assert found(events, **said) == [
        ("06-01", None, "[search] from in book.toml", None),
        ("03-01", "06-01", "asked: advice ask", "a new search"),
    ]
    assert found(**said) == [("06-01", None, "[search] from in book.toml", None)]  # without any act
    assert found(**said, as_of="2026-05-31") == []
    both = {**said, "search_until": dt.date(2026, 10, 31)}
    assert found(**both, as_of="2026-10-31") == [("06-01", None, "[search] from in book.toml", None)]
    assert found(**both, as_of="2026-11-01") == [
        ("06-01", "11-01", "[search] from in book.toml", "[search] until in book.toml")
    ]
    # An end alone ends the search of the log.
    alone = {"search_until": dt.date(2026, 4, 30)}
    assert found(events, **alone)[0] == ("03-01", "05-01", "asked: advice ask", "[search] until in book.toml")
    accepted = log(("a", "2026-08-01", "outbound", "email", "outcome"), outcome=["accepted"])
    assert found(accepted, **said) == [("06-01", "08-01", "[search] from in book.toml", None)]


def test_a_noted_search_goes_on_through_a_job_for_the_time_being():
    """An accepted offer ends it, unless the owner goes on to ask: two acts later say that it was not the last."""
    said = {"search_from": dt.date(2026, 6, 1)}
    accepted = log(("a", "2026-08-01", "outbound", "email", "outcome"), outcome=["accepted"])
    once = pd.concat([accepted, log(("b", "2026-09-01", *ASK))])
    assert found(once, **said) == [("06-01", "08-01", "[search] from in book.toml", None)]
    twice = pd.concat([once, log(("c", "2026-09-20", *ASK))])
    assert found(twice, **said) == [("06-01", None, "[search] from in book.toml", None)]


def test_which_search_is_open():
    now = snapshot_of(interactions=asked("2026-10-01", "2026-10-10"))
    assert open_search(now) == pd.Timestamp("2026-10-01")
    assert pd.isna(open_search(snapshot_of(interactions=asked("2026-01-01", "2026-01-10"))))
    assert pd.isna(open_search(snapshot_of()))


def test_who_is_part_of_the_search_since_when_and_why():
    events = log(
        ("a", "2026-07-01", *ASK),  # of an act that was alone
        ("a", "2026-10-20", *ASK),
        ("b", "2026-10-10", "outbound", "email", "job_ask"),
        ("b", "2026-10-05", "mutual", "call", "referral_ask"),
        ("c", "2026-10-12", "inbound", "email", "favour_received"),
        ("d", "2026-10-12", "inbound", "email", "outcome"),
        ("e", "2026-10-12", "outbound", "email", "outcome"),  # the owner's own word
        ("f", "2026-10-12", "mutual", "call", "catch_up"),  # a talk alone makes nobody part of it
        ("g", "2026-10-12", "inbound", "email", "introduction"),
        ("l", "2026-10-12", "inbound", "email", "thank_you"),
        *[("o", day, *how) for day, how in (("2026-10-12", ("mutual", "meeting", "catch_up")), THANKS)],
        *[("p", day, *how) for day, how in (("2026-10-12", ("mutual", "meeting")), THANKS)],
        group_size=[*[2] * 10, 3, 2, 3, 2],
    )
    names = given_names(
        {"referral_id": "1", "referrer_id": "h", "referred_id": "i", "given_on": "2026-10-15"},
        {
            "referral_id": "2",
            "referrer_id": "h",
            "kind": "company",
            "organization": "Acme",
            "given_on": "2026-10-16",
        },
        {"referral_id": "3", "referrer_id": "j", "referred_id": "k", "given_on": "2026-04-01"},  # long before
    )
    praise = pd.DataFrame({"contact_id": ["m", "n"], "direction": ["received", "given"],
                           "written_on": pd.to_datetime(["2026-10-18", "2026-10-18"])})  # fmt: skip
    contacts = pd.DataFrame({"contact_id": [*"abcdefghijklmnop"]})
    now = snapshot_of(contacts=contacts, interactions=events, referrals=names, recommendations=praise)
    assert open_search(now) == pd.Timestamp("2026-10-05")
    members = search_members(now).set_index("contact_id")
    assert members["why"].to_dict() == {
        "a": "asked for advice on 2026-10-20", "b": "asked for a name on 2026-10-05",
        "c": "helped: favour received on 2026-10-12", "d": "helped: outcome on 2026-10-12",
        "g": "helped: introduction on 2026-10-12", "h": "gave a name or a lead on 2026-10-15",
        "i": "named by somebody on 2026-10-15", "m": "recommended you on 2026-10-18",
        "p": "thanked for a talk on 2026-10-12",  # o: a lunch among several
    }  # fmt: skip
    assert members["joined_on"]["h"] == pd.Timestamp("2026-10-15")
    assert search_members(now.at("2026-10-05")).empty  # nothing of it was known


def test_without_an_open_search_nobody_is_part_of_one():
    over = asked("2026-01-01", "2026-01-10")
    for now in (snapshot_of(), snapshot_of(interactions=over)):
        members = search_members(now)
        assert members.empty
        assert members.columns.tolist() == ["contact_id", "joined_on", "why"]


@settings(max_examples=10)
@given(books())
def test_searches_follow_one_another_and_only_the_last_is_open(book):
    contacts, events, names, as_of = book
    now = snapshot_of(contacts=contacts, interactions=events, referrals=names, as_of=as_of)
    table = searches(now)[::-1].reset_index(drop=True)
    ended = table["ended_on"]
    assert ended[:-1].notna().all()
    assert (ended.dropna() >= table["started_on"][ended.notna()]).all()
    assert (table["started_on"][1:].array > ended[:-1].array).all()
    assert (table["started_on"] <= now.today).all()
    members = search_members(now)
    assert members["contact_id"].is_unique
    assert (members["joined_on"] >= open_search(now)).all()
