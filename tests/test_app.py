"""networkscope.display.app: what is typed and clicked in JupyterLab is shown, noted, and never destroys the cell."""

import pandas as pd
import pytest

import networkscope as ns
from networkscope.display.app import Explorer
from networkscope.display.links import for_a_page

pytest.importorskip("ipywidgets")


@pytest.fixture
def book(tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "name,email,company\nJörg Müller,jm@x.example,Acme\nBo Ek,bo@x.example,Bridge\nBo Ask,,\n",
        encoding="utf-8",
    )
    (tmp_path / "interactions.csv").write_text(
        "contact,email,profile,occurred_at,channel,direction,purpose,due_on,group_size,subject,notes\n"
        "Jörg Müller,,,2026-11-04,email,outbound,promise,2026-11-10,,The slides,\n",
        encoding="utf-8",
    )
    return ns.open_book(tmp_path, as_of="2026-11-16")


@pytest.fixture
def app(book):
    return Explorer(book, as_of="2026-11-16")


def lines(book, name):
    return (book.folder / name).read_text(encoding="utf-8").splitlines()


def test_a_person_is_found_without_accents_and_shown(app):
    app.find.value = "jorg"
    assert "Jörg Müller" in app.view.value
    assert "The slides" in app.view.value
    assert app.people.value == "Jörg Müller"


@pytest.mark.parametrize(
    ("typed", "said"), [("xyz", "nobody is called so"), ("bo", "2 people fit: Bo Ask; Bo Ek, Bridge")]
)
def test_what_fits_nobody_or_several_is_said_and_the_view_stays(app, typed, said):
    app.find.value = "jorg"
    before = app.view.value
    app.find.value = typed
    assert said in app.said.value
    assert app.view.value == before


def test_a_move_is_chosen_done_and_gone(book, app):
    label, who = app.next.options[1]
    assert label == "Keep your promise: Jörg Müller"
    app.next.value = who
    app.done.click()
    assert app.said.value.count("Noted in moves.csv, line 2.") == 1
    assert lines(book, "moves.csv")[1].split(",")[1:4] == ["promise", "done", "2026-11-16"]
    assert len(app.next.options) == 1
    app.snooze.click()
    assert "there is no next move" in app.said.value


def test_not_now_and_not_this_person(book, app):
    app.find.value = "jm@x.example"
    app.snooze.click()
    assert lines(book, "moves.csv")[1].split(",")[2:5] == ["snooze", "2026-11-16", "2026-11-30"]
    app.never.click()
    assert lines(book, "moves.csv")[2].split(",")[1:3] == ["", "never"]


def test_a_talk_with_two_people_is_noted(book, app):
    app.people.value, app.on.value = "Jörg Müller; bo ek", "2026-11-12 10:00"
    app.channel.value, app.direction.value, app.purpose.value = "meeting", "mutual", "catch_up"
    app.topic.value = "Cranes"
    app.save.click()
    assert "Noted in interactions.csv:3." in app.said.value
    assert lines(book, "interactions.csv")[2] == (
        "Jörg Müller; Bo Ek,,,2026-11-12 10:00,meeting,mutual,catch_up,,,Cranes,"
    )
    assert app.now.contact_days["contact_id"].nunique() == 2
    app.people.value, app.names.value = "Jörg Müller", "Cy Fox; Di Ma"
    app.save.click()
    assert len(lines(book, "referrals.csv")) == 3
    app.people.value, app.names.value = "Jörg Müller; Bo Ek", "Cy Fox"
    app.save.click()
    assert "one person alone" in app.said.value


@pytest.mark.parametrize(
    ("field", "wrong"), [("on", "yesterday-ish"), ("due", "soon"), ("people", ""), ("people", "Xerxes")]
)
def test_what_is_wrong_is_said_and_nothing_is_written(book, app, field, wrong):
    before = lines(book, "interactions.csv")
    app.people.value = "Bo Ek"
    getattr(app, field).value = wrong
    app.save.click()
    assert "#b3401a" in app.said.value
    assert lines(book, "interactions.csv") == before


def test_a_role_is_corrected(book, app):
    app.set_role.click()
    assert "choose a role first" in app.said.value
    app.find.value, app.role.value = "Bo Ek", "friend"
    app.set_role.click()
    assert lines(book, "roles.csv")[1].split(",")[1] == "friend"
    assert "friend" in app.view.value


def test_the_last_thing_is_taken_back(book, app):
    app.find.value = "Bo Ek"
    app.mending.undo.click()
    assert "nothing" in app.said.value
    app.role.value = "friend"
    app.set_role.click()
    app.mending.undo.click()
    assert "role: 1 line taken back." in app.said.value
    assert not (book.folder / "roles.csv").exists()
    assert "friend" not in app.view.value


def test_what_a_message_was_for_is_corrected(book, app):
    app.mending.set_purpose.click()
    assert "choose a message first" in app.said.value
    app.find.value = "jorg"
    label, event = app.mending.message.options[0]
    assert label == "2026-11-04 outbound email: promise, The slides"
    app.mending.purpose.value = "thank_you"
    app.mending.set_purpose.click()
    assert lines(book, "acts.csv")[1].split(",")[:2] == [event, "thank_you"]
    assert app.now.events["purpose"].tolist() == ["thank_you"]


def test_a_pair_is_one_person_or_two(tmp_path):
    (tmp_path / "contacts.csv").write_text(
        "name,email,company\nAna Lee,ana@x.example,Acme\nAna Lee,lee@y.example,Acme\n", encoding="utf-8"
    )
    app = Explorer(ns.open_book(tmp_path, as_of="2026-11-16"), as_of="2026-11-16")
    assert app.mending.pair.options == ()
    app.mending.box.selected_index = 0
    assert len(app.mending.pair.options) == 1
    assert "Acme" in app.mending.sides.value
    app.mending.merge.click()
    assert "Noted in aliases.csv, line 2." in app.said.value
    assert (len(app.now.contacts), app.mending.pair.options) == (1, ())
    app.mending.part.click()
    assert "no pair to decide" in app.said.value
    app.mending.undo.click()
    assert len(app.now.contacts) == 2
    app.mending.part.click()
    assert (len(app.now.contacts), app.mending.pair.options) == (2, ())


def test_in_a_report_nobody_sits(book):
    nodes = pd.DataFrame({"contact_id": ["a"], "circle": ["x"], "strength": [1.0]})
    with for_a_page():
        assert ns.explore(book) is None
        assert ns.explore_map(nodes, nodes) is None
