"""The sample book: real layouts, the same bytes for a seed, and planted facts that the measures find again."""

import csv
import doctest
import importlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from planted import CASES, PLANTED

from data.make_sample import words, write_sample
from data.make_sample.other_files import cards
from networkscope import keys, schema
from networkscope.book import open_book
from networkscope.cli import main as cli
from networkscope.errors import LoadError, ParameterError
from networkscope.measures.ask_flags import ask_flags
from networkscope.measures.backtest import backtest
from networkscope.measures.contact_lists import through_colleagues, uncaptured
from networkscope.measures.coverage import circle_coverage
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import followups
from networkscope.measures.referral_yield import referral_yield
from networkscope.measures.replies import reply_rates
from networkscope.measures.trails import referral_forest, referral_trails
from networkscope.settings import read_settings
from tests.on_tables import on_tables

ask_flags = on_tables(ask_flags, "contacts interactions referrals")
backtest = on_tables(backtest, "contacts interactions")
through_colleagues = on_tables(through_colleagues, "contacts interactions")
uncaptured = on_tables(uncaptured, "contacts interactions")
circle_coverage = on_tables(circle_coverage, "contacts interactions referrals")
dormant_contacts = on_tables(dormant_contacts, "contacts interactions")
followups = on_tables(followups, "contacts interactions referrals")
referral_yield = on_tables(referral_yield, "contacts interactions referrals")
reply_rates = on_tables(reply_rates, "interactions")
referral_forest = on_tables(referral_forest, "referrals")
referral_trails = on_tables(referral_trails, "forest")

ROOT = Path(__file__).parents[1]
COMMITTED = ROOT / "data" / "sample"
AS_OF = {"as_of": "2026-11-16", "timezone": "Europe/Vienna"}
ME = "linkedin.com/in/nora-lindqvist-sample"
HEADERS = {
    "Connections.csv": "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
    "messages.csv": "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,"
    "SUBJECT,CONTENT,FOLDER,ATTACHMENTS,IS MESSAGE DRAFT,IS CONVERSATION ARCHIVED",
    "Invitations.csv": "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl",
    "Recommendations_Received.csv": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
    "Recommendations_Given.csv": "First Name,Last Name,Company,Job Title,Text,Creation Date,Status",
    "Endorsement_Received_Info.csv": "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,"
    "Endorser Public Url,Endorsement Status",
    "Endorsement_Given_Info.csv": "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,"
    "Endorsee Public Url,Endorsement Status",
    "Positions.csv": "Company Name,Title,Description,Location,Started On,Finished On",
    "Jobs/Job Applications.csv": "Application Date,Contact Email,Contact Phone Number,Company Name,Job Title,"
    "Job Url,Resume Name,Question And Answers",
}


def archive(folder):
    return zipfile.ZipFile(next((folder / "exports").glob("*.zip")))


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def member(folder, name):
    with archive(folder) as export:
        text = export.read(name).decode("utf-8-sig")
    return rows(text[text.index(HEADERS[name]) :])


def own(folder, name):
    return rows((folder / name).read_text(encoding="utf-8"))


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".cache" not in path.parts
    }


@pytest.fixture(scope="module", params=[7, 8], ids=["seed 7", "seed 8"])
def book(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "book"
    write_sample(folder, seed=request.param)
    return folder


def read(folder):
    """The files as canonical tables, by the shortest way: a person is a name (and a circle, for namesakes)."""
    events, by_profile = [], {}
    contacts = own(folder, "contacts.csv")
    emails = {r["email"]: f"{r['name']} ({r['circle']})" for r in contacts if r["name"] == PLANTED.namesakes}
    people = {(emails.get(r["email"], r["name"])): r["circle"] for r in contacts}
    for r in member(folder, "Connections.csv"):
        if r["URL"]:
            by_profile[keys.profile_key(r["URL"])] = f"{r['First Name']} {r['Last Name']}".partition(",")[0]
    for name in by_profile.values():
        if name != PLANTED.namesakes:
            people.setdefault(name, "")
    for r in member(folder, "messages.csv"):
        ends = r["SENDER PROFILE URL"], r["RECIPIENT PROFILE URLS"]
        if not all(ends) or "," in ends[1]:
            continue
        sent = keys.profile_key(ends[0]) == ME
        name = by_profile.get(keys.profile_key(ends[sent]), r["TO" if sent else "FROM"])
        when = pd.Timestamp(r["DATE"])
        way = "outbound" if sent else "inbound"
        events.append((name, when, "linkedin", way, None, r["CONVERSATION ID"], r["SUBJECT"], None, None))
    for r in own(folder, "interactions.csv"):
        when = pd.Timestamp(r["occurred_at"]).tz_localize("Europe/Vienna").tz_convert("UTC")
        size = int(r["group_size"]) if r["group_size"] else None
        name = emails.get(r["email"], r["contact"])
        what = (r["channel"], r["direction"], r["purpose"] or None, None, r["subject"])
        events.append((name, when, *what, size, r["due_on"] or None))
    columns = [
        "contact_id",
        "occurred_at",
        "channel",
        "direction",
        "purpose",
        "thread_id",
        "subject",
        "group_size",
    ]
    log = pd.DataFrame(events, columns=[*columns, "due_on"])
    log["occurred_at"], log["due_on"] = (
        pd.to_datetime(log["occurred_at"], utc=True),
        pd.to_datetime(log["due_on"]),
    )
    given = pd.DataFrame(own(folder, "referrals.csv")).replace("", None)
    given = given.rename(columns={"referrer": "referrer_id", "referred": "referred_id"})
    dates = [name for name in given if name.endswith("_on")]
    given[dates] = given[dates].apply(pd.to_datetime)
    given["referral_id"] = [f"r{n:02}" for n in range(len(given))]
    known = {**people, **dict.fromkeys(set(log["contact_id"]) - set(people), "")}
    listed = pd.DataFrame(
        {"contact_id": list(known), "circle": [circle or None for circle in known.values()]}
    )
    return listed, log, given


@pytest.fixture(scope="module")
def tables(book):
    return read(book)


@pytest.fixture(scope="module")
def opened(book):
    return open_book(book, as_of="2026-11-16", cache=False)


@pytest.fixture(scope="module", params=["as plain files", "through open_book"])
def either(request, opened, tables):
    """The tables, once read by the shortest way and once by the book, with names in place of ids."""
    if request.param == "as plain files":
        return tables
    return named(opened)


def named(opened):
    """Contacts, interactions and referrals of a book, with names in place of ids."""
    names = opened.contacts["name"].str.partition(",")[0]  # LinkedIn's "Kwame Boateng, MBA"
    names = names.where(names != PLANTED.namesakes, names + " (" + opened.contacts["circle"] + ")")
    called = dict(zip(opened.contacts["contact_id"], names, strict=True))
    ids = ("contact_id", "referrer_id", "referred_id")
    frames = (opened.contacts, opened.interactions, opened.referrals)
    return [
        frame.assign(**{name: frame[name].map(called).astype(schema.TEXT) for name in ids if name in frame})
        for frame in frames
    ]


def test_the_book_opens_with_every_row_accounted_for(book, opened):
    summary = opened.summary.set_index(opened.summary["file"].str.rpartition("/")[2])
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    assert len(opened.contacts) == 332  # 320 of the story, 12 whom only the other files know
    assert set(summary.index[summary["source"] == "unknown"]) == {"Skills.csv"}
    assert set(summary.index[summary["rejected"] > 0]) == {
        *("Connections.csv", "messages.csv", "guide_messages.csv"),
        *(
            "All mail Including Spam and Trash.mbox",
            "nora.lindqvist.ics",
            "WhatsApp Chat with Zeynep Kaya.txt",
        ),
    }
    assert (summary.loc[["contacts.csv", "interactions.csv", "referrals.csv"], "merged"] == 0).all()
    assert len(opened.recommendations) == len(member(book, "Recommendations_Received.csv")) + 2
    assert opened.recommendations["contact_id"].notna().all()
    assert opened.endorsements["contact_id"].notna().all()
    listed = opened.contacts.set_index("name")["listed"]
    assert not listed[PLANTED.uncaptured]


def test_every_file_has_the_header_of_the_real_export(book):
    for name in HEADERS:
        assert member(book, name), name
    with archive(book) as export:
        assert export.read("Connections.csv").startswith(b"Notes:\n")
        assert export.read("Invitations.csv").startswith(b"\xef\xbb\xbf")
        assert export.namelist() == sorted(export.namelist())
        assert "guide_messages.csv" in export.namelist()


def test_the_export_has_the_quirks_of_real_ones(book):
    connections = member(book, "Connections.csv")
    nameless = [r for r in connections if not r["First Name"] and not r["URL"]]
    assert nameless
    assert all(r["Connected On"] for r in nameless)
    assert any("," in r["Last Name"] for r in connections)
    emails = Counter(r["Email Address"] for r in connections)
    assert emails["NA"] >= 1
    assert emails[""] > 0.85 * len(connections)
    messages = member(book, "messages.csv")
    assert any(r["FROM"] == "LinkedIn Member" and not r["SENDER PROFILE URL"] for r in messages)
    assert any(r["FOLDER"] == "SPAM" for r in messages)
    assert any(r["IS MESSAGE DRAFT"] == "Yes" and not r["CONVERSATION ID"] for r in messages)
    assert any(r["RECIPIENT PROFILE URLS"].count(",") >= 3 for r in messages)
    assert any("<p " in r["CONTENT"] for r in messages)
    assert any(r["TO"].count(",") > r["RECIPIENT PROFILE URLS"].count(",") for r in messages)  # "Chou, PhD"


def test_sizes_are_the_default_ones(book, tables):
    contacts, log, given = tables
    assert len(log) == 1300
    assert 315 <= len(contacts) <= 320  # two bear one name, and names given but never used stand nowhere else
    assert log["contact_id"].nunique() >= 90
    assert len(given) == PLANTED.names_given
    assert given["contacted_on"].notna().sum() == PLANTED.leads_contacted
    assert sum(len(content) for content in files(book).values()) < 2_000_000


def test_the_log_ends_before_the_reading_day_and_reaches_back_three_years(tables):
    _, log, _ = tables
    assert log["occurred_at"].max() < pd.Timestamp("2026-11-15 23:00", tz="UTC")
    assert log["occurred_at"].min() < pd.Timestamp("2022-06-01", tz="UTC")
    assert (
        log.loc[log["channel"] != "linkedin", "occurred_at"] >= pd.Timestamp("2025-05-16", tz="UTC")
    ).all()


def test_values_are_allowed_and_names_are_known(tables):
    contacts, log, given = tables
    schema.conform("contacts", contacts)
    schema.conform("interactions", log)
    schema.conform("referrals", given)
    assert set(given["referrer_id"]) <= set(log["contact_id"])


def test_the_book_has_an_employer_that_ends_and_targets(book):
    settings = read_settings(book / "book.toml")
    assert str(settings.employers[0].until) == "2027-01-31"
    assert {company for company, _ in PLANTED.insiders_now} == set(settings.target_companies)
    assert settings.timezone == "Europe/Vienna"


def test_nothing_points_to_a_real_place(book):
    with archive(book) as export:
        text = "\n".join(export.read(name).decode() for name in export.namelist())
    text += "\n".join(content.decode() for name, content in files(book).items() if not name.endswith(".zip"))
    text = text.replace("\r\n ", "")  # long lines of cards and calendars are folded
    domains = {address.rpartition("@")[2] for address in re.findall(r"[\w.+-]+@[\w.-]+\w", text)}
    assert all(domain in ("example.org", "example.net") or domain.endswith(".example") for domain in domains)
    profiles = set(re.findall(r"linkedin\.com/in/([^\s,\"]+)", text))
    assert profiles
    assert all(profile.endswith("-sample") for profile in profiles)
    phones = {phone.replace(" ", "") for phone in re.findall(r"\+\d[\d ]{7,}", text)}
    assert all(phone.startswith("+447700900") for phone in phones)  # kept for fiction by Ofcom


def test_the_dormant_and_the_one_way_are_exactly_the_planted(either):
    contacts, log, _ = either
    found = dormant_contacts(contacts, log, **AS_OF)
    names = found.groupby("state", observed=True)["contact_id"].agg(sorted)
    assert tuple(names["dormant"]) == PLANTED.dormant
    assert tuple(sorted(found.loc[found["long_dormant"], "contact_id"])) == PLANTED.long_dormant
    assert tuple(names["one_way"]) == PLANTED.one_way
    state = found.set_index("contact_id")["state"]
    assert state[PLANTED.met_in_crowds_only] == "never_touched"
    assert {"active", "late", "drifting"} <= set(state)


def test_what_is_owed_is_exactly_the_planted(either):
    contacts, log, given = either
    items = followups(contacts, log, given, **AS_OF)
    items["opened"] = items["opened_on"].dt.strftime("%Y-%m-%d")
    items["due"] = items["due_on"].dt.strftime("%Y-%m-%d")

    def of_state(kind, *columns, states=("overdue", "due_today")):
        part = items[(items["kind"] == kind) & items["state"].isin(states)]
        return sorted(part[list(columns)].itertuples(index=False, name=None))

    assert of_state("thank_you", "contact_id", "opened") == sorted(PLANTED.missing_thanks)
    assert PLANTED.never_thanked in of_state("thank_you", "contact_id", "opened", states=["expired"])
    assert all(topic.endswith("?") for _, topic in of_state("owed_reply", "contact_id", "topic"))
    # A question mark in the subject lapses; where the words of the message ask as well, it does not.
    asked = of_state("owed_reply", "contact_id", "opened", states=["expired", "overdue"])
    assert PLANTED.asked_in_the_subject in asked
    uncontacted = of_state("uncontacted_referral", "about_id", "contact_id")
    assert uncontacted == sorted(PLANTED.uncontacted_referrals)
    assert of_state("report_back", "contact_id", "about_id") == sorted(PLANTED.report_back_due)
    assert of_state("promise", "contact_id", "due") == sorted(PLANTED.promises_open)
    name, day = PLANTED.unclosed_offer
    assert (name, day) in of_state("close_the_loop", "contact_id", "opened")
    fresh = items[
        (items["state"] == "not_due") & items["kind"].isin(["thank_you", "uncontacted_referral", "promise"])
    ]
    assert set(fresh["contact_id"]) == set(PLANTED.too_fresh)
    owed = items[items["state"].isin(["overdue", "due_today"]) & (items["kind"] != "monthly_update")]
    assert not set(PLANTED.no_debt) & set(owed["contact_id"])
    closed = items[items["kind"] == "thank_you"]["state"].value_counts()
    assert closed["closed_in_time"] > closed["closed_late"] > 10


def test_the_best_referrer_and_the_longest_chain_are_the_planted(either):
    contacts, log, given = either
    table = referral_yield(contacts, log, given, **AS_OF).sort_values("name_count")
    best = table.iloc[-1]
    assert (best["contact_id"], best["conversation_count"], best["name_count"]) == PLANTED.best_referrer
    trails = referral_trails(referral_forest(given, **AS_OF)).set_index("contact_id")
    assert [trails.loc[name, "generation"] for name in PLANTED.chain] == [0, 1, 2, 3, 4]
    assert trails["generation"].max() == 4
    assert trails.loc[PLANTED.chain[-1], "trail"] == " > ".join(PLANTED.chain)


def test_the_past_is_long_enough_to_test_the_dormant_report_on(either):
    contacts, log, _ = either
    found = backtest(contacts, log, RESAMPLES=20, **AS_OF)
    assert found.enough
    assert found.contact_count >= 60


def test_what_was_planted_for_the_other_practices_is_there(book, tables):
    _, log, _ = tables
    notes = {r["subject"]: r for r in own(book, "interactions.csv")}
    day, count = PLANTED.blast
    blast = [
        r for r in own(book, "interactions.csv") if r["subject"].startswith("I am looking for a new role")
    ]
    assert len(blast) == count
    assert {r["occurred_at"][:10] for r in blast} == {day}
    asked = [r for r in own(book, "interactions.csv") if r["purpose"] == "job_ask"]
    assert [(r["contact"], r["occurred_at"][:10]) for r in asked] == [PLANTED.cold_job_ask]
    before = log[(log["contact_id"] == asked[0]["contact"]) & (log["occurred_at"] < "2026-10-21")][
        "occurred_at"
    ]
    assert before.max() < pd.Timestamp("2025-01-01", tz="UTC")
    first = next(r for r in own(book, "interactions.csv") if r["contact"] == PLANTED.unnamed_referrer[1])
    assert PLANTED.unnamed_referrer[0] not in first["subject"]
    favours = log.groupby(["contact_id", "purpose"]).size()
    assert favours[PLANTED.favours_owed_to, "favour_received"] == 4
    assert favours[PLANTED.favours_owed_by, "favour_done"] == 3
    assert any(r["contact"] == PLANTED.not_now[0] and r["purpose"] == "outcome" for r in notes.values())
    listed = {r["name"]: r for r in own(book, "contacts.csv")}
    only = [
        n for n, r in listed.items() if r["email"].endswith("donauwerk-digital.example") and not r["profile"]
    ]
    assert tuple(sorted(n for n in only if not listed[n]["phone"])) == PLANTED.employer_only
    jobs = {f"{r['First Name']} {r['Last Name']}".partition(",")[0]: r["Company"]
            for r in member(book, "Connections.csv")}  # fmt: skip
    jobs |= {name: r["organization"] for name, r in listed.items()}
    for company, name in PLANTED.insiders_now:
        assert jobs[name] == company
        assert [n for n, at in jobs.items() if at == company] == [name]
    for company, name in PLANTED.insiders_past:
        assert listed[name]["past_organizations"] == company
    praised = {f"{r['First Name']} {r['Last Name']}" for r in member(book, "Recommendations_Received.csv")}
    assert PLANTED.unrecommended not in praised
    assert PLANTED.uncaptured not in jobs
    assert PLANTED.uncaptured in set(log["contact_id"])
    assert sum(r["name"] == PLANTED.namesakes for r in own(book, "contacts.csv")) == 2


def test_both_pitches_have_asks_with_known_answers(book, tables):
    _, log, _ = tables
    own_rows = own(book, "interactions.csv")
    asks = Counter(r["notes"] for r in own_rows if r["notes"])
    assert (asks["pitch:A"], asks["pitch:B"]) == PLANTED.pitch_asks
    for pitch, replies in zip("AB", PLANTED.pitch_replies, strict=True):
        who = {r["contact"] for r in own_rows if r["notes"] == f"pitch:{pitch}"}
        rates = reply_rates(log[log["contact_id"].isin(who)], **AS_OF).set_index("purpose")
        assert rates.loc["advice_ask", "reply_count"] == replies


def test_each_of_the_other_files_is_read_by_its_reader(opened):
    summary = opened.summary.set_index(opened.summary["file"].str.rpartition("/")[2])
    counts = summary[["source", "rows_read", "rejected"]].agg(tuple, axis=1).to_dict()
    assert counts["Google contacts.csv"] == ("Google contacts", 8, 0)
    assert counts["Phone contacts.vcf"] == ("vCard", 6, 0)
    assert counts["WhatsApp Chat with Zeynep Kaya.txt"] == ("WhatsApp chat", 23, 1)
    # Of 12 entries one is declined, one cancelled, one is her own, one lies ahead.
    assert counts["nora.lindqvist.ics"] == ("calendar", 12, 4)
    # 45 mails: two newsletters, a receipt and an out-of-office note, a draft, and one in the spam folder.
    assert counts["All mail Including Spam and Trash.mbox"] == ("mail", 45, 6)
    reasons = summary.loc["All mail Including Spam and Trash.mbox", "reasons"]
    assert "4 × list or robot" in reasons
    assert not opened.contacts["emails"].fillna("").str.contains("no-reply|morning-metric|prize-win").any()


def test_nobody_of_the_other_files_bears_the_name_of_somebody_in_the_crowd():
    crowd = words.table("names.txt")
    names = {
        f"{first} {last}" for firsts, lasts in crowd for first in firsts.split() for last in lasts.split()
    }
    assert names.isdisjoint(card.name for card in cards())


def test_several_addresses_are_one_person(opened):
    for name, *emails in (PLANTED.three_addresses, PLANTED.work_and_home_cards):
        found = opened.contacts[opened.contacts["name"] == name]
        assert found["emails"].str.split("; ").map(set).tolist() == [set(emails)]
    doubled = opened.contacts["name"].value_counts()
    assert doubled[doubled > 1].to_dict() == {PLANTED.namesakes: 2}


def test_an_introduction_by_mail_becomes_a_referral_that_nothing_is_owed_for(opened):
    contacts, log, given = named(opened)
    found = given[given["inferred"].fillna(False)]
    assert found[["referrer_id", "referred_id"]].values.tolist() == [list(PLANTED.introduced)]
    gaps = followups(contacts, log, given, **AS_OF)
    kinds = gaps[gaps["about_id"].isin(PLANTED.introduced) & gaps["contact_id"].isin(PLANTED.introduced)]
    assert set(kinds["kind"]) == {"thank_you", "uncontacted_referral", "report_back"}
    assert set(kinds["state"]) == {"closed_in_time"}


def test_a_meeting_that_was_declined_cancelled_or_moved_is_no_touch(opened):
    _, log, _ = named(opened)
    calendar = log[log["source"] == "calendar"]
    assert not {PLANTED.declined, PLANTED.cancelled} & set(calendar["contact_id"])
    title, times = PLANTED.weekly
    weekly = calendar[calendar["subject"] == title]
    local = weekly["occurred_at"].dt.tz_convert("Europe/Vienna")
    days = {f"{at:%Y-%m-%d %H:%M}" for at in local}
    assert len(days) == times  # 37 Tuesdays from 3 March to 10 November, less the holiday
    assert {"2026-03-31 09:30", "2026-10-28 10:00"} <= days  # the same hour in winter and in summer
    assert not {"2026-08-11 09:30", "2026-10-27 09:30"} & days
    moved = weekly[local.dt.day.eq(28) & local.dt.month.eq(10)]
    assert "Shirin Moradi" not in set(moved["contact_id"])
    assert set(weekly["group_size"]) <= {6, 7}
    assert not calendar["contact_id"].str.contains("Room").any()
    rafael = calendar[calendar["contact_id"] == "Rafael Ortega"].iloc[0]
    assert rafael[["occurred_at", "channel"]].tolist() == [
        pd.Timestamp("2026-07-08 15:00", tz="UTC"),
        "video",
    ]


def test_a_meeting_known_twice_makes_one_contact_day(opened):
    """Both rows stay, because nothing proves that they are one meeting; contact-days and talks count it once."""
    contacts, log, given = named(opened)
    name, day = PLANTED.known_twice
    local = log["occurred_at"].dt.tz_convert("Europe/Vienna").dt.strftime("%Y-%m-%d")
    twice = log[(log["contact_id"] == name) & (local == day)]
    assert set(twice["source"]) == {"calendar", "own interactions"}
    once = log.drop(twice.index[twice["source"] == "calendar"])
    days = [
        dormant_contacts(contacts, frame, **AS_OF).set_index("contact_id").loc[name, "contact_days"]
        for frame in (log, once)
    ]
    assert days[0] == days[1]
    talks = [
        referral_yield(contacts, frame, given, by="referrer", **AS_OF)
        .set_index("contact_id")
        .loc[name, "conversation_count"]
        for frame in (log, once)
    ]
    assert talks[0] == talks[1]


def test_the_flags_are_the_planted(opened):
    found = ask_flags(*named(opened), **AS_OF)
    flags = {
        flag: [(row.contact_id, f"{row.day:%Y-%m-%d}") for row in part.itertuples()]
        for flag, part in found.groupby("flag")
    }
    assert flags["attachment_first"] == [PLANTED.first_note_with_file]
    assert PLANTED.cold_advice_ask in flags["ask_without_warm_up"]  # the crowd may have more
    assert flags["cold_job_ask"] == [PLANTED.cold_job_ask]
    assert [name for name, _ in flags["called_only_in_need"]] == [PLANTED.only_in_need]
    assert [name for name, _ in flags["referrer_not_named"]] == [PLANTED.unnamed_referrer[1]]
    assert "blast" not in flags  # the mail to twelve people was an update: nobody was asked for anything


def test_what_the_other_files_were_planted_for_is_found(opened):
    contacts, log, given = named(opened)
    gaps = followups(contacts, log, given, **AS_OF)
    asked = gaps[(gaps["kind"] == "owed_reply") & (gaps["state"] == "expired")]
    assert PLANTED.owed_reply_by_mail in set(
        asked["contact_id"]
    )  # the subject is a question, the text goes on
    kept = gaps[(gaps["contact_id"] == PLANTED.promise_kept[0]) & (gaps["kind"] == "promise")].iloc[0]
    assert (f"{kept['due_on']:%Y-%m-%d}", kept["state"]) == (PLANTED.promise_kept[1], "closed_in_time")
    assert set(through_colleagues(contacts, log, **AS_OF)["name"]) == {PLANTED.through_colleagues}
    strangers = uncaptured(contacts, log, **AS_OF)["name"]
    assert set(strangers) == {PLANTED.uncaptured_by_mail, PLANTED.uncaptured}
    circles = circle_coverage(contacts, log, given, **AS_OF).set_index("circle")["contacted_count"]
    assert tuple(sorted(circles.index[circles == 0])) == PLANTED.untouched_circles
    state = dormant_contacts(contacts, log, **AS_OF).set_index("contact_id")
    assert state.loc[PLANTED.rhythm_kept, "state"] == "active"
    assert not state.loc[PLANTED.rhythm_kept, "is_late"]
    assert state.loc[PLANTED.only_in_need, "is_late"]


def test_every_practice_has_a_case_with_people_of_the_book(opened):
    sizes = {"A": 10, "B": 12, "C": 5, "D": 6, "E": 10}
    assert list(CASES) == [f"{part}{n}" for part, size in sizes.items() for n in range(1, size + 1)]
    names = set(opened.contacts["name"].str.partition(",")[0])
    unnamed = [practice for practice, case in CASES.items() if not any(name in case for name in names)]
    assert unnamed == ["A6"]  # a blast is about many


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_crowd(tmp_path):
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        write_sample(tmp_path / name, seed=seed)
    one, two, three = (files(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["interactions.csv"] != three["interactions.csv"]


def test_the_committed_book_is_what_the_generator_writes(tmp_path):
    write_sample(tmp_path / "book", seed=7)
    assert files(COMMITTED) == files(tmp_path / "book")


def test_a_crowd_of_any_size_leaves_the_planted_answers_alone(tmp_path):
    write_sample(tmp_path / "book", contacts=1500, interactions=6000)
    contacts, log, given = read(tmp_path / "book")
    assert len(log) == 6000
    connections = [r for r in member(tmp_path / "book", "Connections.csv") if r["URL"]]
    assert len({r["URL"] for r in connections}) > 1450
    found = dormant_contacts(contacts, log, **AS_OF)
    assert tuple(sorted(found.loc[found["state"] == "dormant", "contact_id"])) == PLANTED.dormant
    gaps = followups(contacts, log, given, **AS_OF)
    missing = gaps[(gaps["kind"] == "thank_you") & gaps["state"].isin(["overdue", "due_today"])]
    assert set(missing["contact_id"]) == {name for name, _ in PLANTED.missing_thanks}


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(LoadError, match="not an empty folder; name a new one"):
        write_sample(tmp_path)
    with pytest.raises(LoadError, match="not an empty folder"):
        write_sample(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_failure_leaves_nothing_half_written(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("data.make_sample.book.write_export", full)
    with pytest.raises(LoadError, match="cannot be written: No space left"):
        write_sample(tmp_path / "book")
    assert list((tmp_path / "book").iterdir()) == []


@pytest.mark.parametrize("size", [{"contacts": 0}, {"interactions": 10}])
def test_a_book_smaller_than_its_script_is_refused(tmp_path, size):
    with pytest.raises(ParameterError, match="at least 190 contacts and"):
        write_sample(tmp_path / "book", **size)
    assert not (tmp_path / "book").exists()


def test_the_generator_has_a_command_of_its_own(tmp_path):
    def run(*arguments):
        command = [sys.executable, "-m", "data.make_sample", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert run(tmp_path / "book", "--seed", 7).returncode == 0
    assert files(tmp_path / "book") == files(COMMITTED)
    again = run(tmp_path / "book")
    assert again.returncode == 1
    assert "is not an empty folder" in again.stderr
    assert "Traceback" not in again.stderr


@pytest.mark.parametrize("name", ["book", "words"])
def test_the_examples_of_the_generator_run(name):
    found = doctest.testmod(importlib.import_module(f"data.make_sample.{name}"))
    assert found.attempted
    assert not found.failed


# What `networkscope sample` gives


def sample(folder):
    return CliRunner().invoke(cli.main, ["sample", str(folder)])


def test_the_command_copies_the_committed_book_into_a_new_or_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("deep/new", "empty"):
        done = sample(tmp_path / name)
        assert (done.exit_code, done.stdout) == (0, f"{tmp_path / name}\n")
        assert files(tmp_path / name) == files(COMMITTED)


def test_the_command_leaves_a_folder_that_is_not_empty_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for folder in (tmp_path, tmp_path / "mine.txt"):
        done = sample(folder)
        assert done.exit_code == 2
        assert "is not an empty folder; name a new one" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    refused = sample(tmp_path / "mine.txt" / "below")
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr


def test_an_installed_package_brings_the_book_along_without_its_cache(tmp_path, monkeypatch):
    package = tmp_path / "site" / "networkscope"
    shutil.copytree(COMMITTED, package / "sample_book")
    (package / "sample_book" / ".cache").mkdir(exist_ok=True)
    monkeypatch.setattr(cli, "__file__", str(package / "cli" / "main.py"))
    assert sample(tmp_path / "book").exit_code == 0
    assert files(tmp_path / "book") == files(COMMITTED)
    assert not (tmp_path / "book" / ".cache").exists()
