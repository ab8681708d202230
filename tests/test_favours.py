"""Favours: the ledger and the value at risk worked out by hand, and the laws on generated books."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from test_followups import books, cut, given_names, log

from networkscope import schema
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.favours import RISK_COLUMNS, favour_ledger, value_at_risk
from networkscope.measures.referral_yield import referral_yield
from tests.on_tables import on_tables

dormant_contacts = on_tables(dormant_contacts, "contacts interactions")
favour_ledger = on_tables(favour_ledger, "contacts interactions referrals")
value_at_risk = on_tables(value_at_risk, "dormant yields")
referral_yield = on_tables(referral_yield, "contacts interactions referrals")

PEOPLE = pd.DataFrame({"contact_id": list("edcba")}, index=[5, 4, 3, 2, 1])
EVENTS = log(
    ("a", "2026-01-01", "outbound", "email", "favour_done"),
    ("a", "2026-01-02", "outbound", "email", "introduction"),
    ("a", "2026-01-03", "inbound", "email", "favour_received"),
    ("b", "2026-01-01", "inbound", "email", "introduction"),
    ("b", "2026-01-05", "inbound", "email", "referral_given"),  # the same favour as the name of that day
    ("c", "2026-01-01", "outbound", "email", "referral_given"),
    ("c", "2026-01-02", "inbound", "email", "favour_received"),
    ("d", "2026-01-01", "outbound", "email", "social"),
    ("d", "2026-01-01", "mutual", "event", "favour_done"),  # in a crowd
    ("b", "2026-03-01", "outbound", "email", "favour_done"),  # not yet
    group_size=[None] * 8 + [40, None],
)
NAMES = given_names(
    *[
        {"referral_id": str(n), "referrer_id": who, "referred_id": whom, "given_on": "2026-01-05",
         "inferred": who == "e", "source_ref": f"names:{n}"}
        for n, (who, whom) in enumerate([("b", "x"), ("b", "y"), ("b", "x"), ("c", "c"), ("e", "x")])
    ]
)  # fmt: skip


def test_the_ledger_by_hand():
    ledger = favour_ledger(PEOPLE, EVENTS, NAMES, as_of="2026-02-01", include_inferred=False)
    assert ledger["contact_id"].tolist() == PEOPLE["contact_id"].tolist()
    ledger = ledger.set_index("contact_id").loc[list("abcde")]
    # b: an introduction and two names (x twice is one); c named themselves, which is none; e is inferred only.
    assert ledger["given_count"].tolist() == [2, 0, 1, 0, 0]
    assert ledger["received_count"].tolist() == [1, 3, 1, 0, 0]
    assert ledger["balance"].round(3).tolist()[:3] == [0.333, -1.0, 0.0]
    assert ledger["owed_to"].tolist()[:3] == ["they owe", "you owe", "even"]
    assert ledger.loc[["d", "e"], ["balance", "owed_to", "last_favour", "why"]].isna().all().all()
    assert ledger.loc["b", ["last_favour", "source_ref"]].tolist() == ["name or lead", "names:1"]
    assert ledger["why"]["a"] == "2 given, 1 received, the last on 2026-01-03"


def test_inferred_names_can_count():
    ledger = favour_ledger(PEOPLE, EVENTS, NAMES, as_of="2026-02-01")
    assert ledger.set_index("contact_id")["received_count"]["e"] == 1


def test_without_purposes_only_names_are_known():
    ledger = favour_ledger(PEOPLE, EVENTS.drop(columns="purpose"), NAMES, as_of="2026-02-01")
    assert ledger.set_index("contact_id").loc[list("abcd"), "received_count"].tolist() == [0, 2, 0, 0]


def test_value_at_risk_by_hand():
    dormant = pd.DataFrame(
        {"contact_id": list("abcd"), "fading_value": [1.0, 4.0, 9.0, 0.0], "fading": [0.1, 0.5, 0.9, 0.0],
         "days_silent": pd.array([10, 50, 400, None], dtype="Int64")}
    )  # fmt: skip
    yields = pd.DataFrame(
        {"contact_id": ["a", "b", "d", "stranger"], "name_count": [5, 1, 4, 9], "outside_count": [0, 1, 0, 0],
         "lead_count": [1, 0, 0, 0], "became_conversation_count": [3, 1, 2, 0],
         "last_given_on": pd.to_datetime(["2026-01-01"] * 4), "source_ref": "r"}
    )  # fmt: skip
    # b: (1 + 1) x 4 = 8; a: (5 + 1) x 1 = 6; c gave nothing, d does not fade.
    risk = value_at_risk(dormant, yields)
    assert risk[["contact_id", "at_risk", "yield_count"]].to_numpy().tolist() == [
        ["b", 8.0, 2],
        ["a", 6.0, 6],
    ]


@settings(max_examples=12)
@given(books(), st.randoms(use_true_random=False))
def test_the_laws(book, random):
    contacts, events, names, as_of = book
    tables = contacts, events, names
    before = [table.copy() for table in tables]
    ledger = favour_ledger(*tables, as_of=as_of)
    for table, copy in zip(tables, before, strict=True):
        pd.testing.assert_frame_equal(table, copy)
    known = events[events["occurred_at"] < as_of], cut(names, as_of)
    pd.testing.assert_frame_equal(ledger, favour_ledger(contacts, *known, as_of=as_of))
    mixed = [t.iloc[random.sample(range(len(t)), len(t))].set_axis([0] * len(t)) for t in tables[1:]]
    pd.testing.assert_frame_equal(ledger, favour_ledger(contacts, *mixed, as_of=as_of))
    empty = favour_ledger(*(table.iloc[:0] for table in tables), as_of=as_of)
    assert empty.empty
    pd.testing.assert_series_equal(empty.dtypes, ledger.dtypes)
    assert (ledger["balance"].isna() == (ledger["given_count"] + ledger["received_count"] == 0)).all()
    assert ledger["balance"].dropna().between(-1, 1).all()


def test_the_risk_is_read_off_the_real_frames_and_off_empty_ones():
    tables = PEOPLE, EVENTS
    risk = value_at_risk(
        dormant_contacts(*tables, as_of="2026-06-01"), referral_yield(*tables, NAMES, as_of="2026-06-01")
    )
    assert risk["contact_id"].tolist() == ["b"]
    assert risk["yield_count"].tolist() == [2]
    none = schema.empty("interactions")
    empty = value_at_risk(
        dormant_contacts(PEOPLE, none, as_of="2026-06-01"),
        referral_yield(PEOPLE, none, NAMES.iloc[:0], as_of="2026-06-01"),
    )
    assert empty.empty
    assert empty.dtypes.equals(risk.dtypes)
    assert risk.columns.tolist() == list(RISK_COLUMNS)
