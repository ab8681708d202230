"""roles.csv: what the owner says that people are, a line per correction."""

import pandas as pd
import pytest

from networkscope import open_book, people_roles
from networkscope.book.roles_file import COLUMNS, HEADER, note_role, read_roles
from networkscope.errors import LoadError

PEOPLE = pd.DataFrame(
    {
        "contact_id": [*"1234"],
        "name": ["Ann Lee", "Bo Ek", "Cy Oz", "Bo Ek"],
        "emails": ["ann@x.example; a@y.example", None, "cy@x.example", None],
        "profiles": [None, "linkedin.com/in/bo", None, None],
        "phones": None,
    }
)


def write(folder, *lines: str, header: str = ",".join(HEADER)) -> None:
    (folder / "roles.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")


def test_no_file_means_no_corrections(tmp_path):
    table = read_roles(tmp_path, PEOPLE)
    assert table.empty
    assert table.dtypes.to_dict() == COLUMNS


def test_each_line_is_a_correction(tmp_path):
    write(
        tmp_path,
        "1,Former Colleague,,2026-11-01,Ann Lee,",
        "2,,YES,2026-11-02,,",
        "3,search-contact,no,,,",  # since ever
        "",
        "1, BOSS ,,2026-11-03,,",
    )
    table = read_roles(tmp_path, PEOPLE)
    assert table["contact_id"].tolist() == ["1", "2", "3", "1"]
    assert table["role"].fillna("-").tolist() == ["former_colleague", "-", "search_contact", "boss"]
    assert [None if pd.isna(knows) else bool(knows) for knows in table["knows_of_search"]] == [
        None,
        True,
        False,
        None,
    ]
    assert table["noted_on"].isna().tolist() == [False, False, True, False]
    assert table["source_ref"].tolist() == ["roles.csv:2", "roles.csv:3", "roles.csv:4", "roles.csv:6"]
    assert table.dtypes.to_dict() == COLUMNS


def test_a_short_table_written_by_hand_does(tmp_path):
    write(tmp_path, "Ann Lee,family", "cy@x.example,friend", header="name,role")
    assert read_roles(tmp_path, PEOPLE)["contact_id"].fillna("-").tolist() == ["1", "3"]
    write(tmp_path, "linkedin.com/in/bo;vendor", "a@y.example;client", header="key;role")
    assert read_roles(tmp_path, PEOPLE)["contact_id"].tolist() == ["2", "1"]


def test_whom_no_id_names_is_found_by_a_key_that_one_person_has(tmp_path):
    write(
        tmp_path,
        "gone,family,,,Ann Lee,ann@x.example",
        "gone,family,,,Cy Oz,",
        "gone,family,,,Bo Ek,",  # two are called so
        "gone,family,,,Nobody,nobody@x.example",
        "3,family,,,Ann Lee,ann@x.example",  # the id counts
    )
    assert read_roles(tmp_path, PEOPLE)["contact_id"].tolist() == ["1", "3", "gone", "gone", "3"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,famly,,,,", "line 3: role 'famly' is not allowed; did you mean 'family'?"),
        ("1,family,perhaps,,,", "line 3: knows_of_search must be yes or no"),
        ("1,,,,,", "line 3: it gives neither a role nor knows_of_search"),
        (",family,,,,", "line 3: it names nobody"),
        ("1,family,,01.11.2026,,", "line 3: noted_on cannot be read; write it as 2026-11-16"),
        ("1,family,,2026-02-30,,", "line 3: noted_on is no date"),
    ],
)
def test_a_fault_names_its_line_and_nothing_is_added_to_such_a_file(tmp_path, line, message):
    write(tmp_path, "1,family,,2026-11-01,,", line)
    before = (tmp_path / "roles.csv").read_bytes()
    for call in (
        lambda: read_roles(tmp_path, PEOPLE),
        lambda: note_role(tmp_path, PEOPLE.iloc[0], role="friend"),
    ):
        with pytest.raises(LoadError) as caught:
            call()
        assert message in str(caught.value)
    assert (tmp_path / "roles.csv").read_bytes() == before


def test_what_is_noted_is_read_again_and_can_be_read_by_people(tmp_path):
    cells = {"role": "family", "knows_of_search": "", "noted_on": "2026-11-16"}
    assert note_role(tmp_path, PEOPLE.iloc[0], **cells) == 2
    assert note_role(tmp_path, PEOPLE.iloc[1], **{**cells, "role": "", "knows_of_search": "yes"}) == 3
    assert note_role(tmp_path, PEOPLE.iloc[3], **cells) == 4
    assert (tmp_path / "roles.csv").read_text(encoding="utf-8").splitlines() == [
        "contact_id,role,knows_of_search,noted_on,name,key",
        "1,family,,2026-11-16,Ann Lee,ann@x.example",
        "2,,yes,2026-11-16,Bo Ek,linkedin.com/in/bo",
        "4,family,,2026-11-16,Bo Ek,Bo Ek",
    ]
    assert read_roles(tmp_path, PEOPLE)["contact_id"].tolist() == ["1", "2", "4"]


def test_a_short_table_stays_as_it_is_and_takes_more(tmp_path):
    write(tmp_path, "1,family", header="contact_id,role")
    with pytest.raises(LoadError):
        note_role(tmp_path, PEOPLE.iloc[0], role="friend", knows_of_search="yes", noted_on="2026-11-16")
    write(tmp_path, "1,family,,", header="contact_id,role,knows_of_search,noted_on")
    assert note_role(tmp_path, PEOPLE.iloc[0], role="friend", knows_of_search="", noted_on="2026-11-16") == 3
    assert read_roles(tmp_path, PEOPLE)["role"].tolist() == ["family", "friend"]


def test_the_book_takes_them_from_their_day_on(tmp_path):
    (tmp_path / "contacts.csv").write_text("name,email\nAnn Lee,ann@x.example\n", encoding="utf-8")
    write(tmp_path, ",client,,2026-11-01,Ann Lee,", ",friend,,2026-11-10,Ann Lee,")
    book = open_book(tmp_path, as_of="2026-11-16")
    roles = {
        day: people_roles(book.at(day))["role"].tolist() for day in ("2026-10-31", "2026-11-01", "2026-11-10")
    }
    assert roles == {"2026-10-31": ["acquaintance"], "2026-11-01": ["client"], "2026-11-10": ["friend"]}
    write(tmp_path, ",bosss,,,Ann Lee,")
    with pytest.raises(LoadError, match=r"roles\.csv, line 2"):
        open_book(tmp_path, as_of="2026-11-16").at()
