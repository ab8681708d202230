"""Address books: each quirk that real cards have, by hand; and whatever else, no crash and no card lost."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from networkscope import keys
from networkscope.importers import vcard
from networkscope.importers.base import NOTE_LENGTH, Parsed, SourceFile
from networkscope.settings import Settings

PLAIN = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nEMAIL:ann@x.example\nEND:VCARD\n"


def source(folder: Path, content: str | bytes) -> SourceFile:
    path = folder / "book.vcf"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return SourceFile(path, "book.vcf", path.stat().st_size)


@pytest.fixture
def read(tmp_path):
    return lambda content: vcard.read(source(tmp_path, content), Settings())


def accounted(parsed: Parsed) -> bool:
    refs = parsed.people["source_ref"]
    return refs.is_unique and parsed.rows_read == len(refs) + parsed.rejected.total()


def only(parsed: Parsed) -> dict[str, str]:
    """The one person, without what is not known."""
    assert accounted(parsed)
    assert len(parsed.people) == 1
    return parsed.people.iloc[0].dropna().to_dict()


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_full_card_fills_every_column(read):
    content = card(
        "N:Lee;Ann;;;",
        "FN:Ann Lee",
        "EMAIL;TYPE=WORK:Ann@X.example",
        "EMAIL:mailto:ann@home.example",
        "TEL;TYPE=CELL:+43 1 234",
        "TEL;VALUE=uri:tel:+43-1-999;ext=5",
        "ORG:Acme\\, Inc.;Sales",
        "TITLE:Engineer",
        "ROLE:Lead",
        "CATEGORIES:friends,met\\, twice",
        "NOTE:met at\\na fair\\; nice",
        "ADR;TYPE=WORK:;;Street 1;Vienna;;1010;Austria",
        "URL:https\\://www.linkedin.com/in/Ann-Lee/?x=1",
        "URL:https://acme.example",
    )
    assert only(read(content)) == {
        "name": "Ann Lee",
        "emails": "ann@x.example; ann@home.example",
        "phones": "+43 1 234; +43-1-999 ext. 5",
        "profiles": "linkedin.com/in/ann-lee",
        "organization": "Acme, Inc.",
        "title": "Engineer",
        "location": "Vienna, Austria",
        "tags": "friends; met, twice",
        "notes": "met at a fair; nice",
        "listed": True,
        "source_ref": "book.vcf:1",
    }


def test_many_cards_keep_the_lines_in_which_they_begin(read):
    folded = PLAIN.replace("FN:Ann", "FN:A\n nn")
    parsed = read(folded + "\n" + PLAIN)
    assert parsed.people["name"].tolist() == ["Ann Lee", "Ann Lee"]
    assert parsed.people["source_ref"].tolist() == ["book.vcf:1", "book.vcf:8"]  # 6 lines and an empty one


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB Ng", "Zoë Ng"),
        ("FN;ENCODING=QUOTED-PRINTABLE:Zo=C3=\r\n=AB Ng", "Zoë Ng"),  # the soft break splits the ë
        ("FN;quoted-printable:Zo=C3=AB=\r\n Ng", "Zoë Ng"),
        ("FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Zo=EB Ng", "Zoë Ng"),
        ("FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:Zo=EB Ng", "Zoë Ng"),
        ("FN;CHARSET=ZIP;ENCODING=QUOTED-PRINTABLE:Ann Lee", "Ann Lee"),
        ("N;ENCODING=QUOTED-PRINTABLE:Ng;Zo=C3=AB;;;", "Zoë Ng"),
        ("FN;CHARSET=UTF-8;ENCODING=BASE64:Wm/Dqy\r\n BOZw==\r\n", "Zoë Ng"),
        ("N;CHARSET=ISO-8859-1;base64:Tmc7Wm/r", "Zoë Ng"),
        ("FN;ENCODING=b:Wm/DqyBOZw", "Zoë Ng"),  # without its padding
        ("FN;ENCODING=B:Zoë", "Zoë"),  # it is none
        ("FN;ENCODING=b:Anna", "Anna"),  # it could be, but of no text
        ("FN;ENCODING=b:Hello World", "Hello World"),
        ("FN;LABEL=BASE64:Zoe", "Zoe"),
        ("item1.FN:Ann Lee", "Ann Lee"),
        ('fn;x="a:b;c":Ann Lee', "Ann Lee"),
        ('FN;x="never closed:Ann Lee', "Ann Lee"),
        ("FN:ZoÃ« Ng", "Zoë Ng"),
        ("FN:𝗔𝗻𝗻 Lee", "Ann Lee"),
        ("FN:\r\nN:Lee;Ann;Mary;Dr.;", "Ann Mary Lee"),
        ("ORG:Acme;Sales", "Acme"),
        ("EMAIL:ann@x.example", "ann@x.example"),
        ('EMAIL;X-LABEL="a;base64":ann@x.example', "ann@x.example"),
    ],
)
def test_names_in_every_spelling(read, line, name):
    assert only(read(card(line, version="2.1")))["name"] == name


def test_a_soft_break_never_swallows_the_next_card(read):
    broken = card("FN;ENCODING=QUOTED-PRINTABLE:Ann=").replace("END:VCARD\r\n", "")
    parsed = read(broken + PLAIN)
    assert accounted(parsed)
    assert parsed.rows_read == 2


def test_a_fold_may_split_a_letter(read):
    assert only(read(b"BEGIN:VCARD\r\nFN:Zo\xc3\r\n \xab Ng\r\nEND:VCARD\r\n"))["name"] == "Zoë Ng"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_other_encodings(tmp_path, encoding):
    file = source(tmp_path, card("FN:Zoë Ng").encode(encoding))
    assert vcard.recognises(file)
    assert only(vcard.read(file, Settings()))["name"] == "Zoë Ng"


def test_a_character_set_of_its_own_holds_where_the_file_has_none(read):
    content = b"BEGIN:VCARD\nFN;CHARSET=WINDOWS-1251:\xc0\xed\xed\xe0\nEND:VCARD\n"
    assert only(read(content))["name"] == "Анна"


def test_a_card_within_a_card_is_a_person_of_its_own(read):
    content = card("FN:Ann Lee", "AGENT:", card("FN:Bob Ray").strip(), "EMAIL:ann@x.example")
    people = read(content).people.set_index("name")
    assert people.loc["Ann Lee", "emails"] == "ann@x.example"  # what follows the inner card is the outer's
    assert people["emails"].isna()["Bob Ray"]


def test_an_end_may_be_missing(read):
    content = PLAIN.replace("END:VCARD\n", "") + PLAIN.replace("ann", "bob").replace("Ann", "Bob").lower()
    parsed = read(content)
    assert accounted(parsed)
    assert set(zip(parsed.people["name"], parsed.people["emails"], strict=True)) == {
        ("Ann Lee", "ann@x.example"),
        ("bob lee", "bob@x.example"),
    }


def test_what_is_nobody_is_rejected_with_the_reason(read):
    group = card("FN:Family", "X-ADDRESSBOOKSERVER-KIND:group")
    parsed = read(card("NOTE:only this") + group + PLAIN)
    assert accounted(parsed)
    assert parsed.rejected == {vcard.NOTHING: 1, vcard.A_GROUP: 1}


def test_profiles_come_from_linkedin_only(read):
    content = card(
        "FN:Ann",
        "X-SOCIALPROFILE;TYPE=linkedin:http://www.linkedin.com/in/ann",
        "IMPP:https://at.linkedin.com/in/ann2",
        "URL:https://acme.example/linkedin",
    )
    assert only(read(content))["profiles"] == "linkedin.com/in/ann2; linkedin.com/in/ann"


@pytest.mark.parametrize(
    ("line", "profile"),
    [
        ("X-SOCIALPROFILE;type=linkedin;x-user=ana-lee:x-apple:ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;type=linkedin:x-apple:ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;TYPE=linkedin:Bo-Ek", "linkedin.com/in/bo-ek"),
        ('X-SOCIALPROFILE;TYPE="pref,LinkedIn":bo-ek', "linkedin.com/in/bo-ek"),
        (
            "item1.X-SOCIALPROFILE;type=pref;type=LINKEDIN;x-user=bo-ek:http://x.example",
            "linkedin.com/in/bo-ek",
        ),
        ("SOCIALPROFILE;SERVICE-TYPE=LinkedIn:https://www.linkedin.com/in/cy-ott", "linkedin.com/in/cy-ott"),
        ("SOCIALPROFILE;SERVICE-TYPE=LinkedIn;VALUE=text:cy-ott", "linkedin.com/in/cy-ott"),
        ("SOCIALPROFILE;SERVICE-TYPE=LinkedIn;USERNAME=cy-ott:https://x.example/", "linkedin.com/in/cy-ott"),
        ("SOCIALPROFILE:https://at.linkedin.com/in/cy-ott", "linkedin.com/in/cy-ott"),
        ("IMPP;X-SERVICE-TYPE=LinkedIn:x-apple:ana-lee", "linkedin.com/in/ana-lee"),
        ("X-LINKEDIN:ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;TYPE=linkedin:@ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;TYPE=linkedin:in/ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;linkedin:ana-lee", "linkedin.com/in/ana-lee"),
        ("URL;TYPE=LinkedIn:https\\://www.linkedin.com/in/ana-lee", "linkedin.com/in/ana-lee"),
        ("X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/mwlite/profile/me", None),
        ("X-SOCIALPROFILE;type=linkedin:https://www.linkedin.com/company/acme", None),
        ("X-SOCIALPROFILE;type=linkedin;x-displayname=Ana Lee:x-apple:Ana%20Lee%20", None),
        ("X-SOCIALPROFILE;type=linkedin:x-apple:1234567", None),
        ("X-SOCIALPROFILE;type=twitter;x-user=ana-lee:x-apple:ana-lee", None),
        ("X-SOCIALPROFILE;type=linkedin:", None),
        ("SOCIALPROFILE;SERVICE-TYPE=Mastodon:https://x.example/@linkedin", None),
    ],
)
def test_a_profile_may_be_given_by_the_name_of_its_user(read, line, profile):
    assert only(read(card("FN:Ann", line))).get("profiles") == profile


@pytest.mark.parametrize(
    ("line", "phone", "key"),
    [
        (
            "TEL;VALUE=uri;TYPE=work:tel:+1-418-656-9254;ext=102",
            "+1-418-656-9254 ext. 102",
            "+14186569254x102",
        ),
        ("TEL;VALUE=URI:TEL:+1-418-656-9254;EXT=103", "+1-418-656-9254 ext. 103", "+14186569254x103"),
        ("TEL:tel:+1-418-656-9254;isub=1;ext=5", "+1-418-656-9254 ext. 5", "+14186569254x5"),
        ("TEL:tel:656-9254;phone-context=+1-418", "+1-418 656-9254", "+14186569254"),
        ("TEL:tel:656-9254;ext=7;phone-context=+1-418", "+1-418 656-9254 ext. 7", "+14186569254x7"),
        ("TEL:tel:9254;phone-context=acme.example", "9254", ""),
        ("TEL:+1 418 656 9254\\;ext=102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254;ext=102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254 ext. 102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL;TYPE=cell:+43 664 1;2", "+43 664 1,2", ""),
        ("TEL:+1 418 656 9254 x102", "+1 418 656 9254 x102", "+14186569254x102"),
        ("TEL:+14186569254,102", "+14186569254,102", "+14186569254x102"),
        ("TEL:+14186569254p102", "+14186569254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254 DW 102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254 Durchwahl 102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254 poste 102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
        ("TEL:+1 418 656 9254 w102", "+1 418 656 9254 ext. 102", "+14186569254x102"),
    ],
)
def test_an_extension_belongs_to_the_number(read, line, phone, key):
    assert only(read(card("FN:Ann", line, version="4.0")))["phones"] == phone
    assert key in ("", keys.phone_key(phone))


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        ("ORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Acme=0D=0AVienna", "organization", "Acme Vienna"),
        ("TITLE;ENCODING=QUOTED-PRINTABLE:Head of=0D=0AData", "title", "Head of Data"),
        (
            "NOTE;QUOTED-PRINTABLE:Likes tea=0D=0AMet=0ATwo=09sons=0DDone",
            "notes",
            "Likes tea Met Two sons Done",
        ),
        ("NOTE;ENCODING=QUOTED-PRINTABLE:Likes=0D=0A=\r\ntea", "notes", "Likes tea"),
        ("FN;ENCODING=QUOTED-PRINTABLE:Ann=0D=0ALee", "name", "Ann Lee"),
        (
            "ADR;ENCODING=QUOTED-PRINTABLE:;;Street=0D=0A1;Bad=0D=0AIschl;;1;Austria",
            "location",
            "Bad Ischl, Austria",
        ),
        ("CATEGORIES;ENCODING=QUOTED-PRINTABLE:old=0D=0Afriends,work", "tags", "old friends; work"),
        ("NOTE;ENCODING=BASE64:YQ0KYg==", "notes", "a b"),
    ],
)
def test_a_line_break_within_a_value_is_a_space(read, line, column, text):
    assert only(read(card("FN:Ann", line, version="2.1").replace("FN:Ann\r\nFN", "FN")))[column] == text


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("Windows-1251", "Іван Петренко"), ("KOI8-R", "Иван Петров"), ("windows-1250", "Łukasz Żółć"),
        ("ISO-8859-2", "Łukasz Żółć"), ("windows-1253", "Νίκος"), ("Shift_JIS", "山田太郎"), ("cp1251", "Анна"),
    ],
)  # fmt: skip
def test_the_character_set_that_a_card_names_elsewhere_holds_for_all_of_it(read, charset, name):
    quoted = "".join(f"={byte:02X}" for byte in name.encode(charset))
    for label in (
        f"LABEL;CHARSET={charset};QUOTED-PRINTABLE:{quoted}",
        f"NOTE;ENCODING=8BIT;CHARSET={charset}:x",
    ):
        parsed = read(card(f"FN:{name}", label, version="2.1").encode(charset))
        assert (only(parsed)["name"], parsed.notes) == (name, [f"read as {charset.lower()}"])


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO-2022-JP", "山田 太郎"), ("HZ", "王 小明"), ("UTF-7", "Zoë Grüße"), ("iso-2022-kr", "김 철수"),
        ("GB18030", "王 小明"), ("KOI8-U", "Анна Їжак"),
    ],
)  # fmt: skip
def test_a_name_in_a_character_set_of_its_own_even_one_that_looks_like_ascii(read, charset, name):
    parsed = read(card(f"FN;CHARSET={charset}:{name}", version="2.1").encode(charset))
    assert only(parsed)["name"] == name


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_a_card_in_utf_16_with_and_without_its_mark(read, encoding):
    assert only(read(card("FN:Zoë Grün").encode(encoding)))["name"] == "Zoë Grün"


def test_a_character_set_that_does_not_fit_the_file_is_not_taken(read):
    for charset in ("UTF-8", "UTF-16", "KLINGON", "ascii", "zip"):
        label = f"NOTE;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:x"
        parsed = read(card("FN:Zoë Müller", label, version="2.1").encode("cp1252"))
        assert (only(parsed)["name"], parsed.notes) == ("Zoë Müller", ["read as cp1252"])


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "cp1253", "cp1255", "cp1256"])
def test_names_that_may_be_wrong_are_not_kept_quiet(read, charset):
    name = {"cp1253": "Νίκος Παππάς", "cp1255": "דוד לוי", "cp1256": "محمد علي"}.get(charset, "Иван Петров")
    parsed = read(card(f"FN:{name}").encode(charset))
    assert ["names may be wrong" in note for note in parsed.notes] == [True]


@pytest.mark.parametrize(
    ("value", "emails"),
    [
        ("a@x.example,b@x.example", "a@x.example; b@x.example"),
        ("a@x.example; b@x.example", "a@x.example; b@x.example"),
        ("a@x.example\\, b@x.example", "a@x.example; b@x.example"),
        ("mailto:a@x.example,mailto:b@x.example", "a@x.example; b@x.example"),
        ("Ann Lee <a@x.example>, Bob <B@x.example>", "a@x.example; b@x.example"),
        ("a@x.example b@x.example a@x.example", "a@x.example; b@x.example"),
        ("Lee\\, Ann <a@x.example>", "a@x.example"),
        ("none,at,all", None),
    ],
)
def test_several_addresses_on_one_line(read, value, emails):
    assert only(read(card("FN:Ann", f"EMAIL:{value}"))).get("emails") == emails


@pytest.mark.parametrize(
    ("value", "location"),
    [
        (";;Street 1,Street 2;Vienna,Graz;;1010;Austria", "Vienna, Austria"),
        (";;Street 1;Washington\\, DC;;;USA", "Washington, DC, USA"),
        (";;Street 1;Washington, DC;;;USA", "Washington, DC, USA"),
        (";;A\\\\;Vienna;;1010;Austria", "Vienna, Austria"),
        (";;A\\;B;Vienna;;1010;Austria,Österreich", "Vienna, Austria"),
        (";;;;;;", None),
        ("Vienna", None),
    ],
)
def test_several_values_in_one_part_of_an_address(read, value, location):
    assert only(read(card("FN:Ann", f"ADR:{value}"))).get("location") == location


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        ("NOTE:a\\, b\\; c\\nd\\Ne", "notes", "a, b; c d e"),
        ("NOTE:C:\\\\new\\\\", "notes", "C:\\new\\"),
        ("NOTE:^n ^^ ^'", "notes", "^n ^^ ^'"),
        ("ORG:Acme\\; Sons\\, Inc.;Sales", "organization", "Acme; Sons, Inc."),
        ("ORG:Acme\\\\;Sales", "organization", "Acme\\"),
        ("N:Lee\\;Ng;Ann\\, Mary;;;", "name", "Ann, Mary Lee;Ng"),
        ("N:Lee;Ann;Mary,Jo;;", "name", "Ann Mary Jo Lee"),
        ("CATEGORIES:one\\,two,three\\\\,four", "tags", "one,two; three\\; four"),
        ("TITLE:Head\\: Data", "title", "Head: Data"),
        ("URL:https\\://www.linkedin.com/in/ann\\,", "profiles", "linkedin.com/in/ann"),
    ],
)
def test_every_escape_of_a_value(read, line, column, text):
    content = card(line) if line.startswith("N:") else card("FN:Ann", line)
    assert only(read(content))[column] == text


def test_the_same_values_as_vobject(read):
    import vobject

    content = card(
        "FN:Lee\\, Ann",
        "N:Lee\\;Ng;Ann;Mary\\, Jo;;",
        "NOTE:a\\, b\\; c\\nd C:\\\\new",
        "ORG:Acme\\; Sons\\, Inc.;Sales",
        "ADR:;;A\\;B 1;Bad\\, Ischl;;4820;Austria",
        "CATEGORIES:one\\,two,three",
        "TEL;TYPE=WORK:+43 1 234",
        "EMAIL;TYPE=INTERNET:ann@x.example",
    )
    peer, person = vobject.readOne(content), only(read(content))
    assert person["name"] == peer.fn.value
    assert person["notes"] == " ".join(peer.note.value.split())
    assert person["organization"] == peer.org.value[0]
    assert person["location"] == f"{peer.adr.value.city}, {peer.adr.value.country}"
    assert person["tags"] == "; ".join(peer.categories.value)
    assert (person["phones"], person["emails"]) == (peer.tel.value, peer.email.value)


def test_a_note_is_cut_and_a_photograph_skipped(read):
    photo = "PHOTO;ENCODING=b:" + "\r\n ".join(["A" * 74] * 40_000)
    begin = time.process_time()
    assert len(only(read(card("FN:Ann", photo, "NOTE:" + "n" * 3_000_000)))["notes"]) == NOTE_LENGTH
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "unit",
    [
        "BEGIN:VCARD\n", "END:VCARD\n", "FN;ENCODING=QUOTED-PRINTABLE:=\n", "EMAIL:" + "a" * 5000 + "\n", "a",
        'FN;"', '"a"', "\\", "=\n", "\n ", "\0", ";", "N:" + ";" * 999 + "\n", "Ã", "BEGIN:VCARD\x1f7\n",
    ],
)  # fmt: skip
def test_harm_costs_no_more_than_its_length(read, unit):
    content = card("FN:Ann").replace("FN:Ann\r\n", "FN:Ann" + unit * (400_000 // len(unit)))
    begin = time.process_time()
    parsed = read(content)
    assert time.process_time() - begin < 4
    assert accounted(parsed)


@pytest.mark.parametrize("line", ["URL;" + "TYPE=" * 200_000 + ":x", "URL;TYPE=" + "a " * 200_000 + ":x"])
def test_long_parameters_cost_no_more_than_their_length(read, line):
    begin = time.process_time()
    assert only(read(card("FN:Ann", line)))["name"] == "Ann"
    assert time.process_time() - begin < 4


PIECES = st.sampled_from(
    [
        "BEGIN:VCARD", "begin:vcard", "END:VCARD", "FN:Ann", "N:Lee;Ann", "EMAIL:a@b.example", "TEL:tel:1;2",
        "ORG:;;", "ADR:;;;", "PHOTO:", "FN;ENCODING=QUOTED-PRINTABLE:=C3=", "=AB", " folded", "AGENT:", "CATEGORIES:;",
        "item1.EMAIL;X=\"", "NOTE;CHARSET=UTF-7:+AGE-", "URL:linkedin.com/in/", "\0", "KIND:group", "\u2028", "\x1f",
    ]
)  # fmt: skip


@settings(max_examples=80, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(PIECES | st.text(max_size=12), max_size=30), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_card_is_lost_whatever_it_holds(read, lines, end):
    parsed = read(end.join(lines).encode("utf-8", "surrogatepass"))
    assert accounted(parsed)
    assert parsed.people["listed"].all()


@settings(max_examples=30, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_no_bytes_stop_it(read, content):
    assert accounted(read(b"BEGIN:VCARD\n" + content))


@pytest.mark.parametrize("sign", ["\x01", "\x1f", "\x0b", "\x7f", "\x85", "\u2028", "\u00a0"])
def test_every_control_character_is_a_space(read, sign):
    person = only(read(card(f"FN:Ann{sign}Lee", f"ORG:Acme{sign}Vienna", f"NOTE:Likes{sign}tea")))
    assert [person["name"], person["organization"], person["notes"]] == [
        "Ann Lee",
        "Acme Vienna",
        "Likes tea",
    ]


def test_other_files_are_not_taken(tmp_path):
    assert vcard.recognises(source(tmp_path, "\ufeff\r\nbegin:vcard\r\n"))
    for content in ("", "From a@b Mon\n\nBEGIN:VCARD\n", "BEGIN:VCALENDAR\n", "name,email\n"):
        assert not vcard.recognises(source(tmp_path, content))


def test_no_card_gives_the_same_columns(read):
    empty = read("BEGIN:VCARDS\n")
    assert empty.rows_read == 0
    assert (empty.people.dtypes == read(PLAIN).people.dtypes).all()
