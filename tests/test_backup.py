import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from networkscope.book.vcards import to_vcards


def contacts(**values) -> pd.DataFrame:
    return pd.DataFrame([{"contact_id": "a", "name": "Ann Lee", "listed": True, **values}])


def test_everything_of_a_card():
    text = to_vcards(
        contacts(
            emails="a@x.example; b@x.example",
            phones="+43 1 234",
            profiles="linkedin.com/in/ann",
            organization="X, Y; Z",
            title="Engineer",
            circle="friends",
            tags="tea; chess",
            notes="one\ntwo",
        )
    )
    assert text.split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Ann Lee",
        "N:Lee;Ann;;;",
        "EMAIL:a@x.example",
        "EMAIL:b@x.example",
        "TEL:+43 1 234",
        "URL:https://www.linkedin.com/in/ann",
        "ORG:X\\, Y\\; Z",
        "TITLE:Engineer",
        "NOTE:one\\ntwo",
        "CATEGORIES:friends,tea,chess",
        "END:VCARD",
        "",
    ]


def test_who_is_in_no_list_is_left_out_and_a_nameless_one_is_not():
    frame = pd.concat([contacts(listed=False), contacts(contact_id="b", name=None, emails="b@x.example")])
    assert [line for line in to_vcards(frame).splitlines() if line.startswith("FN")] == ["FN:b@x.example"]
    assert to_vcards(frame.head(0)) == ""


@given(st.text(min_size=1, max_size=200))
def test_lines_are_short_and_unfold_to_what_was_meant(note):
    text = to_vcards(contacts(notes=note))
    lines = text.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    unfolded = text.replace("\r\n ", "")
    escaped = (
        note.replace("\\", "\\\\")
        .replace(";", "\\;")
        .replace(",", "\\,")
        .replace("\n", "\\n")
        .replace("\r", "")
    )
    assert f"NOTE:{escaped}\r\n" in unfolded
