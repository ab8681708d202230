"""What somebody is to the owner: by the owner's words, by facts, by what happened; each line of evidence by hand."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_followups import books, given_names, log

from networkscope import schema
from networkscope.roles.apart import set_apart
from networkscope.roles.labels import role_of_label
from networkscope.roles.roles import ROLE_COLUMNS, people_only, people_roles
from networkscope.settings import Employer
from tests.on_tables import snapshot_of

ACME = Employer("Acme GmbH", ("acme.example",))


def people(**columns: list) -> pd.DataFrame:
    """Contacts called a, b, c, … with these columns."""
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"contact_id": list("abcdefghijklmnop"[:size]), **columns})


def found(contacts: pd.DataFrame, events: pd.DataFrame | None = None, **options) -> pd.DataFrame:
    """The roles by contact."""
    events = schema.empty("interactions") if events is None else events
    now = snapshot_of(contacts=contacts, interactions=events, **options)
    return people_roles(now).set_index("contact_id")


def role(contacts: pd.DataFrame, events: pd.DataFrame | None = None, **options) -> list[str]:
    return found(contacts, events, **options)["role"].tolist()


# what the owner wrote


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Family", "family"), ("Familie", "family"), ("famille", "family"), ("FAMÍLIA", "family"),
        ("family & friends", "family"), ("in-laws", "family"),
        ("friends", "friend"), ("Friends from school", "friend"), ("Freunde (Graz)", "friend"), ("amici", "friend"),
        ("neighbours", "friend"), ("best friends", "friend"),
        ("colleagues", "colleague"), ("Kollegen bei Acme", "colleague"), ("collègues", "colleague"),
        ("former colleagues", "former_colleague"), ("ex-colleagues", "former_colleague"),
        ("ehemalige Kollegen", "former_colleague"), ("anciens collègues", "former_colleague"),
        ("my manager", "boss"), ("Chef", "boss"), ("direct reports", "report"),
        ("clients", "client"), ("Kunden", "client"), ("suppliers", "vendor"), ("Lieferanten", "vendor"),
        ("Recruiters", "recruiter"), ("Headhunter: Vienna", "recruiter"), ("networking", "search_contact"),
        ("Jobsuche", "search_contact"), ("newsletters", "robot"),
        ("alumni", None), ("choir", None), ("friendly people", None), ("familiarity", None), ("clientserver", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_label_names_a_role(label, role):
    assert role_of_label(label) == role


def test_circle_and_tags_name_roles_and_the_strictest_comes_first():
    table = found(
        people(
            circle=["Friends", "Family", None, "choir"],
            tags=["client; chess", "best friends", "vendors, x", None],
        )
    )
    assert table["roles"].tolist() == ["client; friend", "family; friend", "vendor", "acquaintance"]
    assert table["role"].tolist() == ["client", "family", "vendor", "acquaintance"]
    assert table["role_why"].tolist() == [
        "tag: client; circle: Friends", "circle: Family; tag: best friends", "tag: vendors",
        "no exchange is on record",
    ]  # fmt: skip


def noted(*rows: tuple) -> pd.DataFrame:
    """Lines of roles.csv: who, role, knows of the search, noted on."""
    frame = pd.DataFrame(rows, columns=["contact_id", "role", "knows_of_search", "noted_on"])
    frame["noted_on"] = pd.to_datetime(frame["noted_on"])
    return frame.assign(source_ref=[f"roles.csv:{n}" for n in range(2, 2 + len(frame))])


def test_what_the_owner_says_outright_stands_alone():
    contacts = people(circle=["Family"] * 5, role=[None, "client", "client", None, None],
                      emails=[None, None, None, "no-reply@x.example", None])  # fmt: skip
    lines = noted(("a", "boss", None, "2026-11-01"), ("a", "friend", None, "2026-11-02"), ("c", "vendor", None, None),
                  ("d", "friend", None, None), ("e", "robot", None, "2026-11-17"))  # fmt: skip
    table = found(contacts, corrections=lines)
    assert table["roles"].tolist() == ["friend", "client", "vendor", "friend", "family"]
    assert table["role_why"].tolist() == [
        "you say so in roles.csv:3", "you say so in contacts.csv", "you say so in roles.csv:4",
        "you say so in roles.csv:5", "circle: Family",  # what was noted tomorrow is not known today
    ]  # fmt: skip
    assert role(contacts, corrections=lines, as_of="2026-11-17")[4] == "robot"


def test_a_line_that_says_only_who_knows_changes_no_role():
    contacts = people(circle=["Family"])
    assert role(contacts, corrections=noted(("a", None, True, None))) == ["family"]
    both = noted(("a", "friend", None, None), ("a", None, True, None))
    assert role(contacts, corrections=both) == ["friend"]


# the owner, and machines


def test_the_owner_is_no_contact():
    contacts = people(
        name=["N. L.", "Nora Lindqvist", "Nora", "Ann Lee", "Bo Ek", "NORA  LINDQVIST"],
        emails=["nora@x.example; n@y.example", None, None, None, "nora@other.example", None],
        profiles=[None, None, None, "linkedin.com/in/nora", None, None],
        phones=[None] * 4 + ["+436641234567", None],
    )
    mine = {"owner_name": "Nora Lindqvist", "owner_emails": ("nora@x.example",), "region": "AT",
            "owner_profiles": ("https://www.linkedin.com/in/Nora/",), "owner_phones": ("0664 1234567",)}  # fmt: skip
    table = found(contacts, **mine)
    assert table["role"].tolist() == ["self", "self", "acquaintance", "self", "self", "self"]
    assert table["role_why"].tolist()[0] == "has an address of yours"
    assert table["role_why"].tolist()[1] == "has your name"
    # One name alone is that of many.
    assert role(people(name=["Nora"]), owner_name="Nora") == ["acquaintance"]
    assert role(contacts)[0] == "acquaintance"


def test_machines_by_address_and_name():
    contacts = people(
        emails=["no-reply@x.example", "ann@x.example; noreply@x.example", "news-noreply@x.example", None, None,
                "newsletter@x.example", "ann.reply@x.example", "info@x.example"],
        name=[None, "Ann", None, "LinkedIn Job Alerts", "Morning Newsletter", None, "Ann Reply", None],
    )  # fmt: skip
    assert role(contacts) == [
        "robot", "acquaintance", "robot", "robot", "robot", "robot", "acquaintance", role(contacts)[7],
    ]  # fmt: skip
    # Somebody who was written to is no machine for a name.
    answered = log(("d", "2026-01-01", "outbound", "linkedin"), ("a", "2026-01-01", "outbound", "email"))
    assert role(contacts, answered)[:4] == ["robot", "acquaintance", "robot", "contact"]


def test_who_always_writes_the_same_and_was_never_answered_is_a_machine():
    days = ("2026-01-01", "2026-02-01", "2026-03-01")
    alike = ["Your statement 1", "your Statement, 2", "Your statement no 3"]
    rows, subjects = [], []
    for who, channel, titles in (
        ("a", "email", ["Statement 1/2026", "statement 2/2026", "Statement 3/2026"]),
        ("b", "email", alike),  # in other words
        ("c", "email", [None] * 3),  # nobody knows
        ("d", "chat", ["Hello"] * 3),
        ("e", "linkedin", ["An opportunity"] * 3),
        ("f", "email", ["Statement"] * 3),
    ):
        rows += [(who, day, "inbound", channel) for day in days]
        subjects += titles
    rows.append(("f", "2026-04-01", "outbound", "email"))
    events = log(*rows, subject=[*subjects, None])
    contacts = people(name=[None] * 6)
    assert role(contacts, events) == ["robot", "contact", "contact", "contact", "robot", "contact"]
    assert role(contacts, events[events["occurred_at"] < "2026-02-15"])[0] == "contact"  # twice is no habit


def test_machines_and_the_owner_are_set_apart():
    contacts = people(emails=["no-reply@x.example", "nora@x.example", "ann@x.example"])
    now = snapshot_of(contacts=contacts, owner_emails=("nora@x.example",))
    apart = set_apart(now)
    assert apart[["contact_id", "role"]].values.tolist() == [["b", "self"], ["a", "robot"]]
    assert people_only(now).contacts["contact_id"].tolist() == ["c"]
    # What the owner noted counts for both.
    lines = noted(("a", "friend", None, None), ("c", "robot", None, None))
    now = snapshot_of(contacts=contacts, owner_emails=("nora@x.example",), corrections=lines)
    assert people_only(now).contacts["contact_id"].tolist() == ["a"]
    nobody = snapshot_of(contacts=contacts.iloc[2:])
    assert people_only(nobody) is nobody


# employers


def test_colleagues_now_and_once():
    contacts = people(
        organization=["ACME", None, None, "Beta", None, "Old Works Ltd", "Acme Group"],
        emails=[None, "bo@acme.example", "cy@mail.acme.example", None, None, None, None],
        past_organizations=[None, None, None, "Acme; Gamma", "Old Works", None, None],
    )
    firms = [ACME, Employer("Old Works", until=dt.date(2020, 12, 31))]
    table = found(contacts, employers=firms)
    assert table["role"].tolist() == [
        *("colleague", "colleague", "colleague", "former_colleague", "former_colleague", "former_colleague"),
        "acquaintance",
    ]
    assert table["role_why"].tolist()[:4] == [
        "works at Acme GmbH", "has an address at Acme GmbH", "has an address at Acme GmbH",
        "was at Acme GmbH, as you did",
    ]  # fmt: skip
    # Where the owner has left, they are former ones; on the last day they are not yet.
    left = [Employer("Acme", ("acme.example",), until=dt.date(2026, 11, 15))]
    assert role(contacts, employers=left)[:3] == ["former_colleague"] * 3
    assert role(contacts, employers=left, as_of="2026-11-15")[:3] == ["colleague"] * 3
    # Where the owner has not yet begun, they are none.
    soon = [Employer("Acme", ("acme.example",), since=dt.date(2026, 11, 17))]
    assert role(contacts, employers=soon)[:3] == ["acquaintance"] * 3


def test_the_positions_of_the_owner_name_employers_too():
    positions = pd.DataFrame({"organization": ["Acme", "Old Works"],
                              "started_on": pd.to_datetime(["2021-01-01", "2018-01-01"]),
                              "finished_on": pd.to_datetime([None, "2020-12-31"])})  # fmt: skip
    contacts = people(organization=["Acme", "Old Works", "Beta"])
    assert role(contacts, positions=positions) == ["colleague", "former_colleague", "acquaintance"]


def test_without_an_employer_the_domain_of_the_owner_is_one():
    contacts = people(emails=["ann@acme.example", "bo@gmail.com", "cy@lindqvist.example"])
    mine = {"owner_name": "Nora Lindqvist",
            "owner_emails": ("nora@acme.example", "nora@gmail.com", "nora@lindqvist.example")}  # fmt: skip
    assert role(contacts, **mine) == ["colleague", "acquaintance", "acquaintance"]
    assert role(contacts, **mine, employers=[Employer("Beta")]) == ["acquaintance"] * 3


def test_a_boss_leads_works_there_and_is_met_regularly():
    contacts = people(organization=["Acme", "Acme", "Acme", "Beta"],
                      title=["Head of Data", "Engineer", "Director", "Director"])  # fmt: skip
    weeks = ("2026-09-07", "2026-09-14", "2026-09-21")
    talks = [(who, day, "mutual", "meeting") for who in "abd" for day in weeks]
    talks += [("c", day, "mutual", "meeting") for day in weeks]
    sizes = [2] * 9 + [5] * 3  # in a team of five the director is no regular of two
    events = log(*talks, group_size=sizes, subject=["Jour fixe"] * 12)
    assert role(contacts, events, employers=[ACME]) == ["boss", "colleague", "colleague", "contact"]
    twice = events[events["occurred_at"] < "2026-09-20"]
    assert role(contacts, twice, employers=[ACME])[0] == "colleague"


def test_whoever_is_filed_under_colleagues_is_one_by_date():
    contacts = people(circle=["colleagues"] * 3, organization=["Acme", "Beta", None])
    assert role(contacts, employers=[ACME]) == ["colleague", "former_colleague", "colleague"]
    # Without an employer nobody is a present one.
    assert role(contacts) == ["former_colleague"] * 3


# titles and behaviour


def test_recruiters():
    contacts = people(
        title=["Technical Recruiter", "Talent Acquisition Partner", "Student recruitment officer", None, "Engineer",
               "Personalberaterin"],
        organization=[None, None, "University", "Hays Recruiting", "Acme", None],
    )  # fmt: skip
    assert role(contacts) == [
        "recruiter",
        "recruiter",
        "acquaintance",
        "recruiter",
        "acquaintance",
        "recruiter",
    ]


def test_a_recruiter_by_the_domain_of_the_address():
    contacts = people(
        emails=["bo@altea-recrutement.example", "ann@acme.example", "cy@personalberatung.beck.example"]
    )
    assert role(contacts) == ["recruiter", "acquaintance", "recruiter"]


def test_a_friend_by_what_one_writes_where_nothing_else_is_known():
    def social(who: str, times: int) -> list[tuple]:
        return [(who, f"2026-0{n}-01", "outbound", "chat", "social") for n in range(1, times + 1)]

    catch_up = ("c", "2026-09-01", "outbound", "email", "catch_up")
    unknown = ("a", "2026-09-01", "inbound", "chat")  # says nothing against it
    events = log(*social("a", 6), unknown, *social("b", 5), *social("c", 6), catch_up, *social("d", 6))
    contacts = people(circle=[None, None, None, "clients"])
    table = found(contacts, events)
    assert table["role"].tolist() == ["friend", "contact", "contact", "client"]
    assert table["role_why"].iat[0] == "all that you write is social"


def test_a_hobby_makes_a_friend_where_nothing_else_was_talked_of():
    def chat(who: str, purpose: str | None = None) -> list[tuple]:
        return [(who, f"2026-0{n}-01", "outbound", "chat", purpose) for n in range(1, 7)]

    events = log(*chat("a"), ("a", "2026-08-01", "outbound", "chat", "thank_you"), *chat("b"),
                 ("b", "2026-08-01", "outbound", "chat", "advice_ask"), *chat("c")[:3])  # fmt: skip
    assert role(people(circle=["Tennis", None, "Chor"], tags=[None, "chess", None]), events) == [
        "friend", "contact", "contact",
    ]  # fmt: skip


def test_whoever_is_part_of_the_search_is_a_search_contact():
    events = log(*[("a", f"2026-10-{day}", "outbound", "email", "advice_ask") for day in (10, 20)],
                 ("b", "2026-10-20", "mutual", "call"))  # fmt: skip
    names = given_names(
        {"referral_id": "1", "referrer_id": "a", "referred_id": "c", "given_on": "2026-10-25"}
    )
    table = found(people(circle=[None, None, "family"]), events, referrals=names)
    assert table["roles"].tolist() == ["search_contact", "contact", "family; search_contact"]
    assert table["role_why"].tolist()[0] == "asked for advice on 2026-10-10"
    assert table["in_search"].tolist() == [True, False, True]


def test_contacts_and_acquaintances():
    events = log(("a", "2026-01-01", "inbound", "email"), ("b", "2026-01-01", "mutual", "meeting"),
                 ("c", "2026-01-01", "outbound", None, "promise"), group_size=[None, 9, None])  # fmt: skip
    assert role(people(name=[None] * 4), events) == [
        "contact",
        "acquaintance",
        "acquaintance",
        "acquaintance",
    ]


# who may not know of the search


def test_nobody_at_a_present_employer_is_to_know():
    contacts = people(
        organization=["Acme", None, None, "Beta", "Acme", "Acme", None],
        emails=[None, "bo@acme.example"] + [None] * 5,
        circle=[None, None, "my manager", None, None, None, "Family"],
    )
    lines = noted(("d", "colleague", None, None), ("e", "friend", None, None), ("f", None, True, None))
    table = found(contacts, employers=[ACME], corrections=lines)
    # A corrected role never lifts it, the word that they know does.
    assert table["is_secret"].tolist() == [True, True, True, True, True, False, False]
    again = pd.concat([lines, noted(("f", None, False, None))], ignore_index=True)
    assert found(contacts, employers=[ACME], corrections=again)["is_secret"]["f"]
    told = found(contacts, employers=[ACME], corrections=lines, search_secret=False)
    assert not told["is_secret"].any()
    left = found(contacts, employers=[Employer("Acme", until=dt.date(2020, 1, 1))])
    assert left["is_secret"].tolist() == [False, False, True, False, False, False, False]


# laws


@settings(max_examples=8)
@given(books(), st.randoms(use_true_random=False))
def test_everybody_has_a_role_and_order_never_matters(book, random):
    contacts, events, names, as_of = book
    contacts = contacts.assign(circle=[None, "family", None, "friends", None, "colleagues", None, "clients"])
    now = snapshot_of(contacts=contacts, interactions=events, referrals=names, as_of=as_of, employers=[ACME])
    table = people_roles(now)
    assert table["contact_id"].tolist() == contacts["contact_id"].tolist()
    assert table["role"].notna().all()
    assert (table["roles"].str.split("; ").str[0] == table["role"].astype(str)).all()
    assert (table["roles"].str.count("; ") <= table["role_why"].str.count("; ")).all()
    mixed = [t.iloc[random.sample(range(len(t)), len(t))] for t in (events, names)]
    again = people_roles(snapshot_of(contacts=contacts, interactions=mixed[0], referrals=mixed[1], as_of=as_of,
                                     employers=[ACME]))  # fmt: skip
    pd.testing.assert_frame_equal(table, again)


def test_nobody_gives_an_empty_table():
    table = people_roles(snapshot_of())
    assert table.empty
    assert table.dtypes.to_dict() == ROLE_COLUMNS
    assert set_apart(snapshot_of()).empty
