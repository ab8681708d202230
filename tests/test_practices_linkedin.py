"""With LinkedIn's export alone: what each practice shows of data/sample_linkedin, held to what was written into it.

The five at most that show nothing, and why, are in docs/practices.md, with what shows the others.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import networkscope as ns

ROOT = Path(__file__).parent.parent
BOOK = ns.open_book(ROOT / "data" / "sample_linkedin", as_of="2026-11-16")
NOW = BOOK.at()
NAMES = BOOK.contacts.set_index("contact_id")["name"]
ROW = re.compile(r"^\| ([A-E]\d+) \| (yes|partly|no) \| (.+) \|$", re.MULTILINE)
SHOWN = {
    found[1]: found[2] for found in ROW.finditer((ROOT / "docs" / "practices.md").read_text(encoding="utf-8"))
}


def named(frame: pd.DataFrame, column: str = "contact_id") -> pd.DataFrame:
    """The frame by name of the person."""
    return frame.set_index(frame[column].map(NAMES))


def flagged(kind: str) -> pd.DataFrame:
    return named(ns.ask_flags(NOW).query("flag == @kind"))


def owed(kind: str) -> pd.Series:
    return named(ns.followups(NOW).query("kind == @kind"))["state"].astype(str)


def one(frame: pd.DataFrame, **where: object) -> pd.Series:
    for name, value in where.items():
        frame = frame[frame[name] == value]
    assert len(frame) == 1
    return frame.iloc[0]


EXPECTED: dict[str, Callable[[], bool]] = {
    "A1": lambda: one(ns.runway(NOW), work="warm_up")["due_count"] > 10,
    "A2": lambda: ns.at_risk(NOW)[["name", "risk"]].to_numpy().tolist() == [["Odile Garnier", "unreachable"]],
    "A3": lambda: named(ns.dormant_contacts(NOW)).loc["Ivo Brandt", "state"] == "drifting",
    "A4": lambda: {"Claire Aubry", "Luc Fabre"} <= {*ns.insiders(NOW).query("company == 'Ardel'")["name"]},
    "A5": lambda: one(ns.reach_by_month(NOW), month="2026-03")["people_count"] >= 10,
    "A6": lambda: flagged("blast")["people_count"].tolist() == [6],
    "A7": lambda: one(ns.ask_flag_summary(NOW), flag="no_purpose")["people_count"] < 12,
    "A8": lambda: (
        (owed("thank_you")["Greta Holm"], owed("thank_you")["Raul Pardo"]) == ("closed_in_time", "expired")
    ),
    "A9": lambda: owed("close_the_loop").to_dict() == {"Peter Quill": "closed_in_time"},
    "A10": lambda: named(ns.hold_off(NOW)).loc["Raul Pardo", "recontact"] == "open",
    "B1": lambda: one(ns.first_touch_mix(NOW), month="2026-03")["referred_count"] == 2,
    "B2": lambda: ns.ask_mix(NOW).groupby("purpose", observed=True)["ask_count"].sum()["job_ask"] == 9,
    "B4": lambda: named(ns.referral_trails(NOW)).loc["Wanda Kurz", "generation"] == 2,
    "B5": lambda: ns.pitch_rates(NOW).set_index("pitch").loc["worded as on 2026-10-04", "reply_count"] == 4,
    "B7": lambda: one(ns.funnel(NOW), cohort="2026-03")["contacted_count"] == 10,
    "B9": lambda: owed("uncontacted_referral")["Odile Garnier"] == "overdue",
    "B10": lambda: one(ns.time_to_close(NOW), kind="thank_you")["within_48h_count"] >= 4,
    "B11": lambda: owed("monthly_update")["Pelle Orta"] == "overdue",
    "B12": lambda: named(ns.referral_lags(NOW), "referred_id").loc["Odile Garnier", "lag_days"] == 226,
    "C1": lambda: {"Greta Holm", "Maren Sommer", "Nadia Roche"} <= {*flagged("cold_job_ask").index},
    "C2": lambda: [*flagged("attachment_first").index] == ["Greta Holm"],
    "C3": lambda: named(ns.ask_ladder(NOW)).loc["Wanda Kurz", "last_topic"] == "Einkauf bei der Nordbank",
    "C4": lambda: named(ns.ask_ladder(NOW)).loc["Alma Reuter", "step_reached"] == "introduction",
    "C5": lambda: ns.ask_mix(NOW).query("purpose == 'advice_ask'")["reply_count"].sum() >= 12,
    "D1": lambda: named(ns.ask_share(NOW)).loc["Ivo Brandt", "without_ask_share"] < 1,
    "D2": lambda: bool(named(ns.dormant_contacts(NOW)).loc["Tilda Falk", "is_late"]),
    "D3": lambda: (
        named(ns.favour_ledger(NOW)).loc[["Alma Reuter", "Till Ohlsen"], "owed_to"].tolist()
        == ["you owe", "they owe"]
    ),
    "D4": lambda: owed("report_back")["Ines Vega"] == "overdue",
    "D5": lambda: (
        (owed("owed_reply")["Rosa Lindqvist"], owed("owed_reply")["Till Ohlsen"])
        == ("overdue", "closed_in_time")
    ),
    "D6": lambda: [*named(ns.value_at_risk(NOW)).index[:2]] == ["Jakob Feld", "Alma Reuter"],
    "E1": lambda: ns.uncaptured(NOW)["name"].tolist() == ["Vera Plank"],
    "E2": lambda: (
        one(ns.circle_coverage(NOW, by="domain"), domain="tarn-logistics.example")["listed_count"] == 2
    ),
    "E3": lambda: one(ns.circle_coverage(NOW, by="seniority"), seniority="executive")["people_count"] == 2,
    "E4": lambda: "Alma Reuter" in {*ns.insiders(NOW).query("company == 'Halden Foods'")["name"]},
    "E5": lambda: (
        named(ns.would_remember(NOW)).loc[["Alma Reuter", "Ada Dunn"], "remembers"].tolist() == [True, False]
    ),
    "E6": lambda: named(ns.capture_lag(NOW)).loc["Ivo Brandt", "lag_days"] > 60,
    "E7": lambda: ns.through_colleagues(NOW)[["name", "met_count"]].to_numpy().tolist() == [["Sune Vik", 3]],
    "E8": lambda: (
        {"Alma Reuter"} <= {*(gaps := ns.recommendation_gaps(NOW)["name"])} and "Ivo Brandt" not in {*gaps}
    ),
    "E9": lambda: one(ns.readiness(NOW), item="private address")["count"] == 12,
    "E10": lambda: {"owed_reply", "uncontacted_referral"} <= {*ns.propose_moves(BOOK, NOW)["kind"]},
}


@pytest.mark.parametrize("practice", EXPECTED)
def test_a_practice_shows_what_was_written(practice):
    assert EXPECTED[practice]()


def test_all_but_five_at_most_show_something_and_the_list_says_so():
    assert len(SHOWN) == 43
    assert {practice for practice, shown in SHOWN.items() if shown != "no"} == set(EXPECTED)
    assert len(EXPECTED) >= 38
