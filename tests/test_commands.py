"""The everyday commands, on a small book of own tables."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import networkscope as ns
from networkscope.book import open_book
from networkscope.cli.main import main


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text(
        "[time]\ntimezone = 'Europe/Vienna'\n[targets]\ncompanies = ['Dream']\n"
    )
    (folder / "contacts.csv").write_text(
        "name,email,organization,notes\n"
        "Ann Lee,ann@x.example,X,grows roses\n"
        "Bo Ek,bo1@y.example,Y,\nBo Ek,bo2@z.example,Z,\n",
        encoding="utf-8",
    )
    (folder / "interactions.csv").write_text(
        "contact,email,profile,occurred_at,channel,direction,purpose,due_on,group_size,subject,notes\n"
        "Ann Lee,,,2026-11-02,meeting,mutual,advice_ask,,,Tea,\n"
        ",bo1@y.example,,2026-11-03,email,inbound,unknown,,,A question,\n",
        encoding="utf-8",
    )
    return folder


def run(*words, code=0):
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def test_a_touch_is_noted_and_read_again(book):
    result = run(
        "log",
        book,
        "ann lee",
        "--channel",
        "email",
        "--purpose",
        "thank_you",
        "--on",
        "2026-11-12",
        "--topic",
        "Tea",
    )
    assert result.stdout == "interactions.csv:4\n"
    line = (book / "interactions.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line == "Ann Lee,,,2026-11-12 00:00,email,outbound,thank_you,,,Tea,"
    events = open_book(book, as_of="2026-11-16").interactions
    assert events["purpose"].tolist()[-1] == "thank_you"
    assert events["contact_id"].nunique() == 2


def test_names_received_become_referrals(book):
    run("log", book, "ann@x.example", "--on", "2026-11-12 15:00", "--named", "Cy Oz", "--named", "Di Yu")
    opened = open_book(book, as_of="2026-11-16")
    assert len(opened.referrals) == 2
    assert opened.referrals["referrer_id"].nunique() == 1
    assert opened.interactions["direction"].tolist()[-1] == "mutual"


def test_names_fit_into_a_table_as_short_as_in_the_readme(book):
    (book / "referrals.csv").write_text("referrer,referred,given_on,contacted_on,outcome\n", encoding="utf-8")
    run("log", book, "Ann Lee", "--on", "2026-11-12", "--named", "Cy Oz")
    assert open_book(book, as_of="2026-11-16").referrals["kind"].tolist() == ["person"]


def test_a_part_of_a_name_is_written_as_the_person_found(book):
    run("log", book, "Ann", "--on", "2026-11-12", "--named", "Cy Oz")
    assert (book / "referrals.csv").read_text(encoding="utf-8").splitlines()[-1].startswith("Ann Lee,Cy Oz,")
    run("log", book, "bo2@z.example", "--on", "2026-11-12", "--named", "Di Yu")
    opened = open_book(book, as_of="2026-11-16")
    assert set(opened.contacts["name"]) == {"Ann Lee", "Bo Ek", "Cy Oz", "Di Yu"}
    name = opened.contacts.set_index("contact_id")["emails"]
    assert opened.referrals["referrer_id"].map(name).tolist() == ["ann@x.example", "bo2@z.example"]


def test_a_name_that_fits_two_needs_an_address(book):
    message = run("log", book, "Bo Ek", code=2).stderr
    assert message == "networkscope: 2 contacts fit; name one by its key, an e-mail address or a profile\n"
    run("log", book, "bo2@z.example", "--on", "2026-11-12")
    assert ",bo2@z.example,,2026-11-12" in (book / "interactions.csv").read_text(encoding="utf-8")
    summary = open_book(book, as_of="2026-11-16").summary
    assert summary["rejected"].sum() == 0


@pytest.mark.parametrize("said", [["", "--new"], [" \u200b", "--new"], ["Ann Lee", "--named", " "]])
def test_an_empty_name_is_refused_before_anything_is_written(book, said):
    before = {path: path.read_bytes() for path in book.glob("*.csv")}
    assert "a name is empty" in run("log", book, *said, "--on", "2026-11-12", code=2).stderr
    assert {path: path.read_bytes() for path in book.glob("*.csv")} == before


def test_a_favour_that_a_message_tells_of_came_from_them(book):
    run("log", book, "Ann Lee", "--channel", "email", "--purpose", "favour_received", "--on", "2026-11-12")
    run("log", book, "Ann Lee", "--purpose", "favour_received", "--on", "2026-11-13")
    noted = open_book(book, as_of="2026-11-16").interactions.query("purpose == 'favour_received'")
    assert noted["direction"].tolist() == ["inbound", "mutual"]


def test_somebody_without_a_name_is_written_by_the_address(book):
    run("log", book, "new@y.example", "--new", "--on", "2026-11-12")
    run("log", book, "new@y.example", "--on", "2026-11-13", "--named", "Cy Oz")
    assert (
        (book / "interactions.csv")
        .read_text(encoding="utf-8")
        .endswith("\n,new@y.example,,2026-11-13 00:00,call,mutual,unknown,,,,\n")
    )
    opened = open_book(book, as_of="2026-11-16")
    assert opened.summary["rejected"].sum() == 0
    assert opened.interactions["contact_id"].nunique() == 3
    assert opened.referrals["referrer_id"].tolist() == opened.interactions["contact_id"].tolist()[-1:]


@pytest.mark.parametrize("phone", ["+4315551234", "+4315550000"])
def test_somebody_whom_no_cell_can_name_is_refused(book, phone):
    cards = ("FN:Di Yu\nTEL:+4315551234", "FN:Di Yu\nTEL:+4315559999\nORG:Other", "FN:\nTEL:+4315550000")
    text = "".join(f"BEGIN:VCARD\nVERSION:3.0\n{card}\nEND:VCARD\n" for card in cards)
    (book / "cards.vcf").write_text(text, encoding="utf-8")
    before = (book / "interactions.csv").read_bytes()
    message = run("log", book, phone, "--on", "2026-11-12", code=2).stderr
    assert message.count("\n") == 1
    assert "neither a name of its own nor an e-mail address or profile" in message
    assert "in contacts.csv" in message
    assert (book / "interactions.csv").read_bytes() == before


def test_somebody_new_has_to_be_called_new(book):
    assert "no contact fits" in run("log", book, "Ann Leee", code=2).stderr
    run("log", book, "Eve Ng", "--new", "--on", "2026-11-12")
    assert "Eve Ng" in open_book(book, as_of="2026-11-16").contacts["name"].tolist()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--purpose", "thanks"), "purpose 'thanks' is not allowed; did you mean 'thank_you'?"),
        (("--channel", "pigeon"), "channel 'pigeon' is not allowed; allowed: email"),
        (("--on", "soon"), "'soon' is not a date"),
        (("--due", "soon"), "'soon' is not a date"),
    ],
)
def test_bad_words_write_nothing(book, words, message):
    before = (book / "interactions.csv").read_bytes()
    assert message in run("log", book, "Ann Lee", *words, code=2).stderr
    assert (book / "interactions.csv").read_bytes() == before


@pytest.mark.parametrize("header", ["referrer,given_on,organization", "referrer;\xe9"])
def test_half_a_note_is_never_written(book, header):
    (book / "referrals.csv").write_bytes(f"{header}\n".encode("latin-1"))
    before = {path.name: path.read_bytes() for path in book.glob("*.csv")}
    message = run("log", book, "Ann Lee", "--named", "Cy Oz", code=2).stderr
    assert message.startswith("networkscope: referrals.csv")
    assert {path.name: path.read_bytes() for path in book.glob("*.csv")} == before
    assert not list(book.glob(".*.csv*"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("done", "Ann Lee", "Nobody"), "name 2: no contact fits; check the spelling"),
        (("done", "Ann Lee", "Bo Ek"), "name 2: 2 contacts fit"),
        (("snooze", "Ann Lee", "--kind", "promises"), "did you mean 'promise'?"),
        (("snooze", "Ann Lee", "--until", "soon"), "'soon' is not a date"),
        (("snooze", "Ann Lee", "--until", "2026-11-16"), "--until must be later than 2026-11-16"),
        (("snooze", "Ann Lee", "--until", "2026-11-20", "--days", "3"), "either --until or --days"),
        (("never", "pzzzz"), "no contact fits"),
        (("never", "Ann Lee", "--off", "Nobody"), "name 2: no contact fits"),
        (("done", "kzzzz"), "no move has the key 'kzzzz' now: it is done, put off or too late"),
        (("never", ""), "no contact fits"),
        (("done", "Ann Lee", "--as-of", "soon"), "'soon' is not a date"),
    ],
)
def test_a_decision_is_written_only_if_the_whole_call_is_right(book, words, message):
    command, *others = words
    result = run(command, book, *others, *([] if "--as-of" in words else ["--as-of", "2026-11-16"]), code=2)
    assert message in result.stderr
    assert not (book / "moves.csv").exists()


def test_no_decision_is_added_to_a_file_with_an_error(book):
    text = "contact_id,kind,action,noted_on,until\na,,wait,2026-11-01,\n"
    (book / "moves.csv").write_text(text, encoding="utf-8")
    assert "moves.csv, line 2" in run("done", book, "Ann Lee", code=2).stderr
    assert (book / "moves.csv").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("words", "cells"),
    [
        (("--purpose", "thank_you"), "email,outbound,thank_you"),
        (("--purpose", "thank_you", "--channel", "call"), "call,outbound,thank_you"),
        (("--purpose", "update"), "email,outbound,update"),
        (("--purpose", "reply"), "email,outbound,reply"),
        (("--purpose", "job_ask"), "email,outbound,job_ask"),
        (("--purpose", "advice_ask", "--channel", "meeting"), "meeting,outbound,advice_ask"),
        (("--purpose", "favour_done"), "call,outbound,favour_done"),
        (("--purpose", "reply", "--direction", "inbound"), "email,inbound,reply"),
        (("--purpose", "catch_up"), "call,mutual,catch_up"),
        (("--purpose", "catch_up", "--channel", "chat"), "chat,outbound,catch_up"),
        ((), "call,mutual,unknown"),
    ],
)
def test_what_is_not_told_is_as_usual_for_the_purpose(book, words, cells):
    run("log", book, "Ann Lee", "--on", "2026-11-12", *words)
    line = (book / "interactions.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line == f"Ann Lee,,,2026-11-12 00:00,{cells},,,,"


@pytest.mark.parametrize("channel", [(), ("--channel", "call")])
def test_thanks_as_noted_close_what_was_owed_and_open_nothing(book, channel):
    run("log", book, "Ann Lee", "--purpose", "thank_you", "--on", "2026-11-04", *channel)
    items = ns.followups(open_book(book, as_of="2026-11-16").at())
    assert items.loc[items["kind"] == "thank_you", "state"].tolist() == ["closed_in_time"]


def test_moves_for_people_and_programs(book, tmp_path):
    text = run("moves", book, "--as-of", "2026-11-16").stdout
    assert " 1. " in text
    assert "Say thank you: Ann Lee" in text
    assert "Answer: Bo Ek" in text
    table, calendar = tmp_path / "m.csv", tmp_path / "m.ics"
    found = json.loads(
        run("moves", book, "--as-of", "2026-11-16", "--json", "--csv", table, "--ics", calendar).stdout
    )
    assert {row["name"] for row in found} == {"Ann Lee", "Bo Ek"}
    assert table.read_text(encoding="utf-8-sig").startswith("rank,name,")
    assert calendar.read_text(encoding="utf-8").count("BEGIN:VEVENT") == 2
    assert max(len(line) for line in calendar.read_bytes().split(b"\r\n")) <= 75


@pytest.mark.parametrize("option", ["--csv", "--ics"])
@pytest.mark.parametrize("place", ["none/x.csv", "book.toml/x.csv", "exports"])
def test_moves_that_cannot_be_saved_are_refused_before_anything_is_written(book, option, place):
    (book / "exports").mkdir()
    message = run("moves", book, option, book / place, code=2).stderr
    assert message.count("\n") == 1
    assert "choose another place" in message


def test_a_backup_that_cannot_be_saved_is_refused(book):
    message = run("export", book, book / "none" / "x.vcf", code=2).stderr
    assert (
        message
        == "networkscope: 'x.vcf' cannot be written (No such file or directory); choose another place\n"
    )
    (book / "backup").write_text("", encoding="utf-8")
    message = run("export", book, code=2).stderr
    assert message == "networkscope: the output folder 'backup' is not a folder; name a FILE to write\n"


def listed(book, day, **conditions):
    """The moves of that day, by name."""
    found = json.loads(run("moves", book, "--as-of", day, "--json").stdout)
    return {row["name"]: row for row in found if all(row[key] == conditions[key] for key in conditions)}


def test_a_move_can_be_put_off_or_done(book):
    done = run("snooze", book, "Ann Lee", "--days", "7", "--as-of", "2026-11-16")
    assert done.stdout == "moves.csv:2  Ann Lee: snoozed until 2026-11-23\n"
    assert "Ann Lee" not in listed(book, "2026-11-20")
    assert "Ann Lee" in listed(book, "2026-11-25")
    done = run("done", book, "Ann Lee", "bo1@y.example", "--as-of", "2026-11-25")
    assert done.stdout == "moves.csv:3  Ann Lee: done\nmoves.csv:4  Bo Ek: done\n"
    assert not listed(book, "2026-11-26")
    line = (book / "moves.csv").read_text(encoding="utf-8").splitlines()[3]
    assert line.endswith(",,done,2026-11-25,,Bo Ek,bo1@y.example")


def test_a_snooze_until_a_day_or_for_two_weeks(book):
    until = run("snooze", book, "Ann Lee", "--until", "2027-01-10", "--as-of", "2026-11-16").stdout
    usual = run("snooze", book, "bo1@y.example", "--as-of", "2026-11-16").stdout
    assert "until 2027-01-10" in until
    assert "until 2026-11-30" in usual


def test_never_is_for_ever_until_it_is_taken_back(book):
    assert list(listed(book, "2036-11-17")) == ["Ann Lee"]  # a tie that went quiet ten years ago
    done = run("never", book, "Ann Lee", "--as-of", "2026-11-16")
    assert done.stdout == "moves.csv:2  Ann Lee: never\n"
    assert list(listed(book, "2026-11-17")) == ["Bo Ek"]
    assert not listed(book, "2036-11-17")
    items = ns.followups(open_book(book, as_of="2026-11-17").at()).set_index("kind")
    assert items["left_alone"].to_dict() == {
        "owed_reply": False,
        "thank_you": True,
    }  # still owed, and left alone
    back = run("never", book, "Ann Lee", "--off", "--as-of", "2026-11-20")
    assert back.stdout == "moves.csv:3  Ann Lee: moves again\n"
    assert set(listed(book, "2026-11-20")) == {"Ann Lee", "Bo Ek"}


def test_a_move_is_named_by_its_key(book):
    told = ("--purpose", "promise", "--on", "2026-11-03", "--due", "2026-11-10", "--topic", "Slides")
    run("log", book, "Ann Lee", *told)
    move = listed(book, "2026-11-16")["Ann Lee"]
    assert move["kind"] == "promise"
    assert re.fullmatch("k[a-z2-7]{4}", move["key"])
    assert move["key"] in run("moves", book, "--as-of", "2026-11-16").stdout
    assert move["key"] == listed(book, "2026-11-17")["Ann Lee"]["key"], "it is stable"
    assert run("done", book, move["key"], "--as-of", "2026-11-16").stdout.endswith("Ann Lee: promise done\n")
    now = listed(book, "2026-11-17")
    assert now["Ann Lee"]["kind"] == "thank_you", "that is still owed"
    run("snooze", book, now["Ann Lee"]["key"], now["Bo Ek"]["key"], "--as-of", "2026-11-17")
    assert not listed(book, "2026-11-18", kind="thank_you")
    assert "no move has the key" in run("done", book, move["key"], "--as-of", "2026-11-18", code=2).stderr
    assert run("never", book, now["Bo Ek"]["key"], "--as-of", "2026-11-16").stdout.endswith(": never\n")


def test_candidates_are_listed_with_company_and_key(book):
    found = run("done", book, "Bo Ek", code=2)
    assert found.stderr.startswith("networkscope: 2 contacts fit; name one by its key")
    lines = found.stdout.splitlines()
    assert [line.rpartition("  ")[0] for line in lines] == ["Bo Ek, Y", "Bo Ek, Z"]
    key = lines[1].rpartition("  ")[2]
    assert re.fullmatch("p[a-z2-7]{4}", key)
    run("never", book, key, "--as-of", "2026-11-16")
    assert (book / "moves.csv").read_text(encoding="utf-8").endswith(",Bo Ek,bo2@z.example\n")
    run("log", book, key, "--on", "2026-11-12")
    assert ",bo2@z.example,,2026-11-12" in (book / "interactions.csv").read_text(encoding="utf-8")


def test_a_name_that_looks_like_a_key_is_a_name(book):
    with (book / "contacts.csv").open("a", encoding="utf-8") as file:
        file.write("Marlena Kristof,m@x.example,X,\n")
    for name in ("marlena", "kristof"):
        assert "Marlena Kristof" in run("never", book, name, "--as-of", "2026-11-16").stdout


def test_a_promise_is_noted_and_marked_as_kept(book):
    """It is no touch, and once it is kept no report holds it against the owner."""
    told = ("--purpose", "promise", "--on", "2026-11-03", "--due", "2026-11-10", "--topic", "Slides")
    run("log", book, "Ann Lee", *told)
    line = (book / "interactions.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line == "Ann Lee,,,2026-11-03 00:00,,outbound,promise,2026-11-10,,Slides,"

    def promised(day):
        items = ns.followups(open_book(book, as_of=day).at())
        return items.loc[items["kind"] == "promise", "state"].tolist()

    assert [promised(day) for day in ("2026-11-09", "2026-11-10", "2026-11-16")] == [
        ["not_due"], ["due_today"], ["overdue"],
    ]  # fmt: skip
    assert "Keep your promise: Ann Lee" in run("moves", book, "--as-of", "2026-11-16").stdout
    run("done", book, "Ann Lee", "--kind", "promise", "--as-of", "2026-11-16")
    kept = run("moves", book, "--as-of", "2026-11-16").stdout
    assert "Say thank you: Ann Lee" in kept  # for the meeting: that is still owed
    assert promised("2026-11-17") == ["closed_late"]


def test_the_command_and_the_notebooks_propose_the_same(monkeypatch):
    monkeypatch.setattr(ns, "show_moves", lambda moves, *_: moves)
    proposed = {}
    for name in ("weekly_report",):
        cells = json.loads(Path(f"notebooks/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        parameters, opening, *others = (cell for cell in cells if cell["cell_type"] == "code")
        names: dict = {}
        exec("".join(parameters["source"]), names)  # noqa: S102
        names["book"] = "data/sample"
        exec("".join(opening["source"]), names)  # noqa: S102
        told = [cell for cell in others if cell["metadata"].get("tags") == ["moves"]]
        proposed[name] = eval("".join(told[0]["source"]), names)  # noqa: S307
    found = json.loads(run("moves", "data/sample", "--as-of", "2026-11-16", "--json", "--count", "5").stdout)
    weekly = proposed["weekly_report"]
    assert [(row["contact_id"], row["why"], row["score"]) for row in found] == [
        (row.contact_id, row.why, pytest.approx(row.score)) for row in weekly.itertuples()
    ]
    # What comes first is the move that each person has wherever one looks.
    now = names["now"]
    each = ns.chosen_moves(now).set_index("contact_id").loc[weekly["contact_id"]]
    standing, people = ns.standing(now).loc[weekly["contact_id"]], ns.People(now)
    assert weekly["why"].tolist() == each["why"].tolist() == standing["why"].tolist()
    assert weekly["move_key"].tolist() == each["move_key"].tolist() == standing["move_key"].tolist()
    for row in weekly.itertuples():
        assert row.move_key in people.page(row.contact_id).html


def test_what_somebody_is_can_be_said(book):
    assert (
        run("role", book, "Ann Lee", "Former Colleague").stdout == "roles.csv:2  Ann Lee: former_colleague\n"
    )
    told = run("role", book, "bo1@y.example", "--not-to-know").stdout
    assert told == "roles.csv:3  Bo Ek: is not to know of your search\n"
    told = run("role", book, "Ann Lee", "family", "--knows-of-search").stdout
    assert told == "roles.csv:4  Ann Lee: family, knows of your search\n"
    lines = (book / "roles.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "contact_id,role,knows_of_search,noted_on,name,key"
    assert [line.split(",")[1:3] for line in lines[1:]] == [
        ["former_colleague", ""],
        ["", "no"],
        ["family", "yes"],
    ]
    assert "  role: family (you say so in roles.csv:4)\n" in run("who", book, "Ann Lee").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("Ann Lee",), "say a ROLE, or --knows-of-search"),
        (("Ann Lee", "famly"), "role 'famly' is not allowed; did you mean 'family'?"),
        (("Nobody", "family"), "no contact fits"),
        (("Bo Ek", "family"), "2 contacts fit"),
    ],
)
def test_a_role_is_written_only_if_the_call_is_right(book, words, message):
    assert message in run("role", book, *words, code=2).stderr
    assert not (book / "roles.csv").exists()


def test_who_tells_where_one_stands_with_somebody(book):
    run("log", book, "Ann Lee", "--purpose", "promise", "--on", "2026-11-03", "--due", "2199-01-01")
    told = run("who", book, "Ann Lee").stdout
    assert "\n  role: contact (you were in touch)\n" in told
    assert "last heard from on 2026-11-02\n" in told
    assert re.search(r"\n  you owe: .*promise", told)
    assert re.search(r"\n  next: .* k[a-z2-7]{4}\n", told)
    found = json.loads(run("who", book, "Ann Lee", "--json").stdout)["people"][0]["standing"]
    assert found["role"] == "contact"
    assert found["last_exchange_on"] == "2026-11-02"


def test_own_words(book):
    (book / "drafts.toml").write_text("thank_you = 'Dearest {first}!'\n", encoding="utf-8")
    assert "Dearest Ann!" in run("moves", book, "--as-of", "2026-11-16").stdout
    (book / "drafts.toml").write_text("thank_you = '{who}'\n", encoding="utf-8")
    assert "nothing fills {who}" in run("moves", book, "--as-of", "2026-11-16", code=2).stderr


def test_the_backup_is_read_back_as_the_same_people(book, tmp_path):
    path = run("export", book, "--as-of", "2026-11-16").stdout.strip()
    assert path.endswith("backup/contacts-2026-11-16.vcf")
    opened = open_book(book, as_of="2026-11-17")
    assert f"{opened.backed_up_on}" == "2026-11-16"
    other = tmp_path / "other"
    other.mkdir()
    run("export", book, other / "contacts.vcf", "--as-of", "2026-11-16")
    again = open_book(other, as_of="2026-11-16").contacts
    columns = ["name", "emails", "organization", "notes"]
    assert again[columns].fillna("").values.tolist() == opened.contacts[columns].fillna("").values.tolist()
    assert "must end in .vcf or .csv" in run("export", book, other / "x.txt", code=2).stderr
