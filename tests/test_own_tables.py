"""The user's own tables: what is understood, what is refused, and with which words."""

import contextlib
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_linkedin import column, parse

from networkscope import schema
from networkscope.errors import LoadError
from networkscope.importers import columns, date_texts, own_tables, sheets
from networkscope.settings import Settings


def test_contacts_with_canonical_columns(tmp_path):
    text = (
        "contact_id,name,organization,circle,emails,connected_on,introduced_by,tags,Birthday,sources\n"
        'c1,"Ann  Lee, PhD",Acme,alumni,"a@x.org, b@x.org",2020-01-31,Bob Ray,"x; y",May 5,linkedin\n'
        ",,Acme,,,,,,,\n"
        "c2,,,,,31/02/2020,,,,\n"
    )
    name, parsed = parse(tmp_path, text)
    assert name == "own contacts"
    first, second = parsed.people.to_dict("records")
    assert (first["own_id"], first["name"], first["emails"]) == ("c1", "Ann Lee, PhD", "a@x.org; b@x.org")
    assert (first["connected_on"], first["introduced_by"], first["birthday"]) == (
        pd.Timestamp("2020-01-31"),
        "Bob Ray",
        "May 5",
    )
    assert (first["listed"], second["own_id"]) == (True, "c2")
    assert pd.isna(second["connected_on"])
    assert parsed.rejected == {own_tables.NOBODY: 1}
    assert parsed.mapping == {}
    assert "birthday" in " ".join(parsed.notes)
    assert "connected_on" in " ".join(parsed.notes)


def test_a_date_at_the_edge_of_the_calendar_is_a_row_left_out(tmp_path):
    text = "date,name,channel\n0001-01-01T00:00:00+01:00,Ann,call\n9999-12-31T23:59:59-05:00,Ann,call\n"
    _, parsed = parse(tmp_path, text + "2026-07-01,Bo,call\n")
    assert (parsed.rows_read, len(parsed.interactions), parsed.rejected.total()) == (3, 1, 2)


def test_contacts_with_synonyms_tell_the_mapping(tmp_path):
    header = "First name;Surname;E-Mail;Company;Job title;Mobile;LinkedIn\n"
    text = header + "Ann;Lee;a@x.org;Acme;CTO;+43 1;linkedin.com/in/ann\n"
    _, parsed = parse(tmp_path, text)
    (person,) = parsed.people.to_dict("records")
    assert [person[field] for field in ("name", "emails", "organization", "title", "phones", "profiles")] == [
        "Ann Lee", "a@x.org", "Acme", "CTO", "+43 1", "linkedin.com/in/ann",
    ]  # fmt: skip
    assert parsed.mapping["company"] == "organization"
    assert parsed.mapping["e mail"] == "email"


HEAD = "date,contact,email,channel,direction,purpose,due_on,group_size,topic,mood\n"


def test_interactions(tmp_path):
    text = (
        HEAD
        + "2026-07-01,Ann Lee,,coffee,,catch up,,,the move,good\n"
        + "2026-07-01 18:30,,a@x.org,e-mail,out,thanks,,,,\n"
        + "2026-07-02,Ann Lee,,call,,promise,2026-07-09,3,CV,\n"
        + "2026-07-03T10:00:00+02:00,Bob <bob@x.org>,,phone,in,,,,,\n"
    )
    name, parsed = parse(tmp_path, text, settings=Settings(timezone="Europe/Vienna"))
    assert name == "own interactions"
    events = parsed.interactions
    assert events["occurred_at"].dt.strftime("%d %H:%M").tolist() == [
        "30 22:00",
        "01 16:30",
        "01 22:00",
        "03 08:00",
    ]
    assert column(events, "channel") == ["meeting", "email", "call", "call"]
    assert column(events, "direction") == ["mutual", "outbound", "mutual", "inbound"]
    assert column(events, "purpose") == ["catch_up", "thank_you", "promise", "unknown"]
    assert column(events, "group_size") == [None, None, 3, None]
    assert column(events, "due_on")[2] == pd.Timestamp("2026-07-09")
    assert column(events, "subject") == ["the move", None, "CV", None]
    assert events["person"].tolist() == [0, 1, 0, 2]
    assert column(parsed.people, "name") == ["Ann Lee", None, "Bob"]
    assert column(parsed.people, "emails") == [None, "a@x.org", "bob@x.org"]
    assert not parsed.people["listed"].any()
    assert column(events, "mood") == ["good", None, None, None]
    assert parsed.notes == ["further columns, kept as they are: mood"]
    assert parsed.mapping["topic"] == "subject"


def test_tags_notes_and_further_columns_of_interactions_are_kept(tmp_path):
    text = (
        "date,name,channel,direction,subject,notes,tags,source\n"
        "2026-07-01,Ann,email,out,Hello,pitch:B was used,pitch:A; short,me\n"
        "2026-07-02,Ann,call,,,she moved,,\n"
    )
    _, parsed = parse(tmp_path, text)
    assert column(parsed.interactions, "notes") == ["pitch:B was used", "she moved"]
    assert column(parsed.interactions, "tags") == ["pitch:A; short", None]
    assert column(parsed.interactions, "subject") == ["Hello", None]
    assert parsed.notes == [
        "further columns, kept as they are: notes, tags",
        "columns that were not used: source",
    ]


def test_notes_stand_in_for_a_subject_that_has_no_column(tmp_path):
    _, parsed = parse(tmp_path, "date,name,channel,notes\n2026-07-02,Ann,call,she moved\n")
    assert column(parsed.interactions, "subject") == column(parsed.interactions, "notes") == ["she moved"]


def test_further_columns_of_referrals_are_kept(tmp_path):
    text = "given_on,referrer,referred,notes,How warm\n2026-07-02,Ann,Bob,by phone,very\n"
    _, parsed = parse(tmp_path, text)
    assert column(parsed.referrals, "notes") == ["by phone"]
    assert column(parsed.referrals, "how_warm") == ["very"]
    assert parsed.notes == ["further columns, kept as they are: notes, how_warm"]


def test_further_columns_keep_the_order_of_the_file(tmp_path):
    further = [f"my {at}" for at in (3, 1, 4, 15, 9, 2, 6, 5, 35, 8)]
    _, parsed = parse(tmp_path, f"name,email,{','.join(further)}\nAnn,ann@x.example,{'x,' * 9}x\n")
    assert list(parsed.people)[-10:] == [name.replace(" ", "_") for name in further]


def test_interactions_that_cannot_be_used_say_what_to_write(tmp_path):
    text = (
        HEAD
        + "2026-07-01,Ann Lee,,fone,out,,,,,\n"
        + "2026-07-01,Ann Lee,,email,,,,,,\n"
        + "2026-07-01,,,email,out,,,,,\n"
        + ",Ann Lee,,email,out,,,,,\n"
        + "last week,Ann Lee,,email,out,,,,,\n"
        + "03/04/2026,Ann Lee,,email,out,,,,,\n"
        + "2026-07-01,Ann Lee,,email,out,,soon,,,\n"
        + "2026-07-01,Ann Lee,,email,out,,,a few,,\n"
        + "2026-07-01,Ann Lee,,email,sideways,,,,,\n"
        + "2026-07-01,Ann Lee,,email,out,,,2,,\n"
    )
    _, parsed = parse(tmp_path, text)
    reasons = " | ".join(parsed.rejected)
    assert parsed.rejected.total() == 9
    assert len(parsed.interactions) == 1
    assert "channel is not allowed; allowed: email, call, meeting" in reasons
    assert parsed.rejected[date_texts.UNREADABLE] == 2
    assert parsed.rejected[date_texts.AMBIGUOUS] == 1
    assert parsed.rejected[own_tables.NOBODY] == 1
    assert "Ann" not in reasons
    assert "fone" not in reasons


def test_the_order_of_day_and_month_comes_from_the_whole_file(tmp_path):
    text = HEAD + "03/04/2026,Ann,,call,,,,,,\n25/04/2026,Ann,,call,,,,,,\n"
    _, parsed = parse(tmp_path, text)
    assert parsed.interactions["occurred_at"].dt.strftime("%m-%d").tolist() == [
        "04-02",
        "04-24",
    ]  # midnight in Vienna


def test_date_and_time_may_stand_apart(tmp_path):
    text = "date,time,name,channel\n2026-07-01,14:30,Ann,call\n2026-07-02,,Ann,call\n"
    _, parsed = parse(tmp_path, text)
    assert parsed.interactions["occurred_at"].dt.strftime("%d %H:%M").tolist() == ["01 12:30", "01 22:00"]


def test_event_ids_follow_from_content_or_are_the_users(tmp_path):
    line = "2026-07-01,Ann,,call,,,,,{}\n"
    header = HEAD.replace(",mood", "")
    _, first = parse(tmp_path, header + line.format("a") + line.format("b"))
    _, second = parse(tmp_path, header + line.format("b") + line.format("b"))
    a, b = first.interactions["event_id"]
    assert a != b
    assert second.interactions["event_id"].tolist() == [b, b]
    _, third = parse(tmp_path, "event_id,date,contact_id,channel\ne1,2026-07-01,c7,call\n")
    assert column(third.interactions, "event_id") == ["e1"]
    assert column(third.people, "own_id") == ["c7"]


def test_referrals(tmp_path):
    text = (
        "given_on,referrer,referred,referred_email,organization,opening,kind,met_on,outcome\n"
        "2026-01-05,Ann Lee,Bob Ray,b@x.org,Acme,,,2026-01-20,Dead end\n"
        "2026-01-06,ann@x.org,,,Acme,,,,\n"
        "2026-01-07,https://www.linkedin.com/in/ann,,,Acme,Data lead,,,pending\n"
        "2026-01-08,Ann Lee,,,,,,,\n"
        "2026-01-08,,Bob Ray,,,,,,\n"
        ",Ann Lee,Bob Ray,,,,,,\n"
        "2026-01-08,Ann Lee,Bob Ray,,,,gossip,,\n"
    )
    name, parsed = parse(tmp_path, text)
    assert name == "own referrals"
    table = parsed.referrals
    assert column(table, "kind") == ["person", "company", "opening"]
    assert column(table, "outcome") == ["dead_end", None, "open"]
    assert column(table, "referrer") == [0, 1, 2]
    assert column(table, "referred") == [3, None, None]
    assert column(parsed.people, "emails") == [None, "ann@x.org", None, "b@x.org"]
    assert column(parsed.people, "profiles")[2] == "https://www.linkedin.com/in/ann"
    assert table["met_on"].tolist()[0] == pd.Timestamp("2026-01-20")
    assert not table["inferred"].any()
    assert table["referral_id"].is_unique
    assert parsed.rejected.total() == 4


def test_own_ids_of_the_log_command_come_back(tmp_path):
    text = "referral_id,referrer_id,referred_id,given_on\nr1,c1,c2,2026-01-05\n"
    _, parsed = parse(tmp_path, text)
    assert column(parsed.referrals, "referral_id") == ["r1"]
    assert column(parsed.people, "own_id") == ["c1", "c2"]


LOG = """date,contact,email,channel,direction,purpose,due_on,group_size,topic
2026-12-31 14:30,Zoë Müller,zoe@x.org,call,out,promise,2027-01-07,3,CV
2026-07-01,Ann Lee,,coffee,,catch up,,,the move; and more
"""
EXCEL = """date;contact;email;channel;direction;purpose;due_on;group_size;topic{more}
31.12.2026 14:30;Zoë Müller;zoe@x.org;call;out;promise;07.01.2027;3,0;CV{more}
01.07.2026;Ann Lee;;coffee;;catch up;;;"the move; and more"{more}
{rest}"""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [".", "/", "-"])
def test_a_log_that_excel_saved_again_is_the_same_log(tmp_path, encoding, mark):
    _, before = parse(tmp_path, LOG)
    text = EXCEL.format(more=";;", rest=";" * 10 + "\n").replace("\n", "\r\n")
    text = re.sub(r"(\d\d)\.(\d\d)\.(\d{4})", rf"\1{mark}\2{mark}\3", text)
    name, after = parse(tmp_path, text.encode(encoding))
    assert name == "own interactions"
    pd.testing.assert_frame_equal(
        after.interactions.drop(columns="source_ref"), before.interactions.drop(columns="source_ref")
    )
    assert after.people["name"].tolist() == ["Zoë Müller", "Ann Lee"]
    assert after.rejected == {sheets.EMPTY: 1}


def test_excel_may_say_first_what_separates_its_cells(tmp_path):
    _, parsed = parse(tmp_path, "sep=;\r\n" + EXCEL.format(more="", rest=""))
    assert len(parsed.interactions) == 2


def test_a_phone_that_excel_rounded_is_no_key(tmp_path):
    text = "name;phone\nAnn;4,36641E+11\nBo;4,36641E+11\nCy;+43 664 1234567\n"
    _, parsed = parse(tmp_path, text)
    assert column(parsed.people, "phones") == [None, None, "+43 664 1234567"]
    assert "2 phone numbers were rounded" in " ".join(parsed.notes)


def test_near_misses_never_mean_something_forbidden():
    for name, allowed in own_tables.ALLOWED.items():
        assert set(columns.section(f"own_{name}")) <= set(allowed)
    assert set(schema.TOGETHER) <= set(schema.CHANNELS)


def test_empty_tables(tmp_path):
    for text in (HEAD, "name,email\n", "given_on,referrer,referred\n"):
        _, parsed = parse(tmp_path, text)
        assert parsed.rows_read == 0
        assert len(parsed.people) == 0


CELL = st.sampled_from(["", " ", "Ann", "Ann Lee", "a@x.org", "2026-07-01", "03/04/2026", "call", "in", "thanks", "3",
                        "-1", "1e9", "NA", "x\ny", "c1", "person", "open", "Zoë\u202e", "=1+1"])  # fmt: skip
HEADS = st.sampled_from([
    HEAD, "given_on,referrer,referred,organization,opening,kind,met_on,outcome,referral_id,x\n",
    "contact_id,name,emails,organization,connected_on,tags,phones,profiles,notes,sources\n",
])  # fmt: skip


@given(rows=st.lists(st.lists(CELL, min_size=10, max_size=10), max_size=6), header=HEADS)
def test_any_cells_are_accounted_for(tmp_path_factory, rows, header):
    text = header + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    _, parsed = parse(tmp_path_factory.mktemp("o"), text)
    assert parsed.rows_read == len(rows)
    assert not any(word in reason for reason in parsed.rejected for word in ("Ann", "a@x.org", "Zoë"))


@given(data=st.binary(max_size=200), header=HEADS)
def test_any_bytes_are_survived(tmp_path_factory, data, header):
    with contextlib.suppress(LoadError):
        parse(tmp_path_factory.mktemp("o"), header.encode() + data)


def test_what_came_of_it_and_whether_it_wants_an_answer(tmp_path):
    head = "date,contact,direction,channel,purpose,outcome,needs_answer\n"
    cells = {
        "outcome,Job offer,yes": ("offer", True), "outcome,accept,NO": ("accepted", False),
        "outcome,not now,1": ("later", True), "outcome,Rejection,": ("no", None), "unknown,,false": (None, False),
    }  # fmt: skip
    text = head + "".join(f"2026-07-0{n},Ann,inbound,email,{row}\n" for n, row in enumerate(cells, 1))
    _, parsed = parse(
        tmp_path, text + "2026-07-08,Bo,inbound,email,outcome,hired,\n2026-07-09,Bo,inbound,email,,,maybe\n"
    )
    found = parsed.interactions[["outcome", "needs_answer"]].astype(object)
    assert [tuple(None if pd.isna(cell) else cell for cell in row) for row in found.values] == [
        *cells.values()
    ]
    assert parsed.rejected.total() == 2
    assert "needs_answer must be yes or no" in parsed.rejected


def test_a_role_is_one_of_ours_or_a_title(tmp_path):
    _, parsed = parse(tmp_path, "name,email,role\nAnn,a@x.org,Former colleague\nBo,,boss\nCy,,\n")
    assert column(parsed.people, "role") == ["former_colleague", "boss", None]
    _, parsed = parse(tmp_path, "name,email,role\nAnn,a@x.org,Data engineer\nBo,,CTO\n")
    assert column(parsed.people, "title") == ["Data engineer", "CTO"]
    with pytest.raises(LoadError, match=r"line 3: role 'bosss' is not allowed; did you mean 'boss'"):
        parse(tmp_path, "name,email,role\nAnn,a@x.org,family\nBo,,bosss\n")
