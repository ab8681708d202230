"""What changed between two exports of one account, and what a partial export cannot say."""

import zipfile

import pandas as pd
import pytest

from networkscope import open_book, propose_moves
from networkscope.measures.job_news import export_changes as ns_export_changes

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
OWNER = '[owner]\nprofiles = ["https://www.linkedin.com/in/me"]\n'


def row(name, company="Nord", title="Analyst", on="05 Jan 2020"):
    first, last = name.split()
    return f"{first},{last},https://www.linkedin.com/in/{first.lower()},,{company},{title},{on}\n"


def export(folder, day, *rows, **members):
    path = folder / "exports" / f"Basic_LinkedInDataExport_{day}.zip"
    path.parent.mkdir(exist_ok=True)
    (folder / "book.toml").write_text(OWNER, encoding="utf-8")
    with zipfile.ZipFile(path, "w") as archive:
        if rows:
            archive.writestr("Connections.csv", HEADER + "".join(rows))
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return path


def changes(folder, as_of="2026-12-01"):
    book = open_book(folder, as_of=as_of, cache=False)
    names = book.contacts.set_index("contact_id")["name"]
    found = book.at().export_changes
    found = found.assign(name=found["contact_id"].map(names)).astype({"change": "str"})
    return found.set_index(["name", "change"]).sort_index(), " ".join(book.summary["note"].dropna())


def test_new_jobs_titles_connections_and_lost_ones_by_hand(tmp_path):
    same = row("Flo Ra")
    export(
        tmp_path,
        "05-02-2026",
        row("Ana Lee", "Nord"),
        row("Bo Ek"),
        row("Cy Fox"),
        same,
        row("Gil Ho", "Ost AG"),
    )
    moved = (
        row("Ana Lee", "Globex", "Head of Data"),
        row("Bo Ek", "Nord", "Manager"),
        row("Di Ma", on="06 Jun 2026"),
    )
    export(tmp_path, "06-12-2026", *moved, same, row("Gil Ho", "Ost"))
    found, notes = changes(tmp_path)
    assert [*found.index] == [
        ("Ana Lee", "new_job"), ("Bo Ek", "new_title"), ("Cy Fox", "lost_connection"), ("Di Ma", "new_connection"),
    ]  # fmt: skip
    ana = found.loc["Ana Lee", "new_job"]
    assert ana[["organization_before", "title_before", "organization", "title"]].tolist() == [
        "Nord", "Analyst", "Globex", "Head of Data",
    ]  # fmt: skip
    assert ana[["since", "noticed_on"]].tolist() == [pd.Timestamp("2026-05-02"), pd.Timestamp("2026-06-12")]
    assert ana["source_ref"].endswith("06-12-2026.zip/Connections.csv:2")
    assert notes == ""


def test_nothing_is_known_before_the_newer_export(tmp_path):
    export(tmp_path, "05-02-2026", row("Ana Lee", "Nord"))
    export(tmp_path, "06-12-2026", row("Ana Lee", "Globex"))
    assert changes(tmp_path, "2026-06-12")[0].empty
    assert len(changes(tmp_path, "2026-06-13")[0]) == 1


def test_a_part_of_an_export_loses_nobody_and_check_says_so(tmp_path):
    everybody = [row(f"P{letter} Ek") for letter in "abcdefg"]
    export(tmp_path, "05-02-2026", *everybody)
    export(tmp_path, "06-12-2026", *everybody[:2], row("Pc Ek", "Globex"))
    found, notes = changes(tmp_path)
    assert [*found.index] == [("Pc Ek", "new_job")]
    assert (
        "under half of the connections of 'exports/Basic_LinkedInDataExport_05-02-2026.zip/Connections.csv'"
        in notes
    )
    export(tmp_path, "06-12-2026", *everybody[:4])
    assert [kind for _, kind in changes(tmp_path)[0].index] == ["lost_connection"] * 3


def test_an_export_without_connections_loses_nobody_and_check_says_so(tmp_path):
    export(tmp_path, "05-02-2026", row("Ana Lee"))
    invited = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n"
    invited += 'Me Me,Bo Ek,"6/8/26, 3:43 PM",,OUTGOING,https://www.linkedin.com/in/me,https://www.linkedin.com/in/bo\n'
    export(tmp_path, "06-12-2026", Invitations=invited)
    found, notes = changes(tmp_path)
    assert found.empty
    assert "has no Connections.csv" in notes


def test_the_same_export_twice_changes_nothing(tmp_path):
    path = export(tmp_path, "05-02-2026", row("Ana Lee"), row("Bo Ek"))
    path.with_name("Basic_LinkedInDataExport_05-02-2026 (1).zip").write_bytes(path.read_bytes())
    found, notes = changes(tmp_path)
    assert found.empty
    assert notes == ""


PROFILE = "First Name,Last Name,Headline\n{},PM\n"
ADDRESSES = "Email Address,Confirmed,Primary\n{},Yes,Yes\n"


@pytest.mark.parametrize(
    ("toml", "name", "address", "is_noted"),
    [
        ('[owner]\nname = "Nora Me"\n', "Rob,You", "rob@x.example", True),
        ('[owner]\nemails = ["me@x.example"]\n', "Rob,You", "rob@x.example", True),
        ("", "Rob,You", "rob@x.example", True),
        ("", "Nora,Me", "new@x.example", False),  # another address of the same name
        ("", "Nora,Married", "me@x.example", False),  # another name at the same address
        ('[owner]\nemails = ["me@x.example", "rob@x.example"]\n', "Rob,You", "rob@x.example", False),
    ],
)
def test_the_export_of_another_account_is_named(tmp_path, toml, name, address, is_noted):
    first = {"Profile": PROFILE.format("Nora,Me"), "Email Addresses": ADDRESSES.format("me@x.example")}
    other = {"Profile": PROFILE.format(name), "Email Addresses": ADDRESSES.format(address)}
    export(tmp_path, "01-02-2026", row("Ana Lee"), **first)
    export(tmp_path, "02-02-2026", row("Bo Ek"), **other)
    (tmp_path / "book.toml").write_text(toml, encoding="utf-8")
    notes = open_book(tmp_path, as_of="2026-12-01", cache=False).summary.set_index("file")["note"]
    noted = notes[notes.fillna("").str.contains("another LinkedIn account")]
    assert bool(len(noted)) is is_noted
    if is_noted:
        assert "02-02-2026.zip" in noted.index[0]
        assert "take the export out" in noted.iloc[0]
        assert "Rob" not in noted.iloc[0]


def test_three_exports_are_compared_one_after_another(tmp_path):
    for day, company in (("01-02-2026", "Nord"), ("03-02-2026", "Ost"), ("05-02-2026", "West")):
        export(tmp_path, day, row("Ana Lee", company), row("Bo Ek", on=f"{day[3:5]} Jan 2021"))
    found, _ = changes(tmp_path)
    assert found[["organization_before", "organization"]].values.tolist() == [
        ["Nord", "Ost"],
        ["Ost", "West"],
    ]


@pytest.mark.parametrize("rows", [(row("Ana Lee", ""),), (row("Ana Lee", "NORD gmbh", "analyst"),)])
def test_what_is_missing_or_spelled_otherwise_is_no_change(tmp_path, rows):
    export(tmp_path, "05-02-2026", row("Ana Lee"))
    export(tmp_path, "06-12-2026", *rows)
    assert changes(tmp_path)[0].empty


def test_a_new_job_is_a_move_until_you_have_been_in_touch(tmp_path):
    export(tmp_path, "05-02-2026", row("Ana Lee", "Nord"), row("Bo Ek"))
    export(tmp_path, "06-12-2026", row("Ana Lee", "Globex", "Head of Data"), row("Bo Ek"))
    moves = propose_moves(open_book(tmp_path, as_of="2026-06-20", cache=False))
    assert moves["kind"].tolist() == ["congratulate"]
    assert moves["why"].iat[0] == (
        "Ana has a new job (Head of Data at Globex), by your export of 2026-06-12: a good reason to write."
    )
    assert "Head of Data at Globex" in moves["draft"].iat[0]
    assert propose_moves(open_book(tmp_path, as_of="2026-09-20", cache=False)).empty
    note = (
        "contact,occurred_at,channel,direction,subject\nAna Lee,2026-06-14,email,outbound,Congratulations\n"
    )
    (tmp_path / "interactions.csv").write_text(note, encoding="utf-8")
    kinds = propose_moves(open_book(tmp_path, as_of="2026-06-20", cache=False))["kind"]
    assert "congratulate" not in kinds.tolist()


def test_the_measure_says_each_change_in_a_sentence(tmp_path):
    export(tmp_path, "05-02-2026", row("Ana Lee"), row("Bo Ek"), row("Cy Fox"))
    export(
        tmp_path,
        "06-12-2026",
        row("Ana Lee", title="Manager"),
        row("Bo Ek", ""),
        row("Di Ma", on="06 Jun 2026"),
    )
    found = ns_export_changes(open_book(tmp_path, as_of="2026-06-20", cache=False).at())
    days = ", between 2026-05-02 and 2026-06-12"
    assert found["why"].tolist() == [
        "Cy Fox is no longer among your connections" + days,
        "Di Ma is a new connection" + days,
        "Ana Lee is Manager now, after Analyst" + days,
    ]
