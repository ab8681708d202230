"""One header at a time: against the standard library where mail is well-formed, by hand where it is not."""

import datetime as dt
from email.header import Header, decode_header, make_header
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope.importers import mail_headers as headers

NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
LOCAL = st.from_regex(r"[a-z][a-z0-9._+-]{0,12}", fullmatch=True)


def utc(*parts):
    return int(dt.datetime(*parts, tzinfo=dt.UTC).timestamp())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"ann@x.example", [("", "ann@x.example")]),
        (b"<Ann@X.Example>", [("", "ann@x.example")]),
        (
            b'"Lee, Ann" <ann@x.example>, Bob <bob@x.example>',
            [("Lee, Ann", "ann@x.example"), ("Bob", "bob@x.example")],
        ),
        (b'"Lee,\n\tAnn"\n <ann@x.example>', [("Lee, Ann", "ann@x.example")]),
        (rb'"Ann \"Ace\" Lee" <ann@x.example>', [('Ann "Ace" Lee', "ann@x.example")]),
        (b"Team: ann@x.example, Bob <bob@x.example>;", [("", "ann@x.example"), ("Bob", "bob@x.example")]),
        (b"undisclosed-recipients:;", []),
        (b"ann@x.example (Ann Lee)", [("Ann Lee", "ann@x.example")]),
        (b"Ann Lee", []),
        (b"ann at x.example (Ann Lee)", []),
        (b"root@localhost", []),
        (b"", []),
        (b", ,", []),
        (b"'Ann Lee' <ann@x.example>", [("Ann Lee", "ann@x.example")]),
        (b'"ann@x.example" <ann@x.example>', [("", "ann@x.example")]),
        (b"=?utf-8?q?Lee=2C_Ann?= <ann@x.example>", [("Lee, Ann", "ann@x.example")]),
        (b'"=?utf-8?b?Wm/Dqw==?=" <zoe@x.example>', [("Zoë", "zoe@x.example")]),
        (b"=?x-no-such?q?Zo=C3=AB?= <zoe@x.example>", [("Zoë", "zoe@x.example")]),
        ("Zoë <zoe@x.example>".encode(), [("Zoë", "zoe@x.example")]),
        ("Zoë <zoe@x.example>".encode("cp1252"), [("Zoë", "zoe@x.example")]),
        (b"Ann\0 Lee <ann@x.example>", [("Ann Lee", "ann@x.example")]),
        (
            b"Lee, Ann (Sales) <ann@x.example>, bob@x.example",
            [("Ann (Sales)", "ann@x.example"), ("", "bob@x.example")],
        ),
        (b'"Ann Lee" </O=ORG/CN=ANN>', []),
    ],
)
def test_addresses_by_hand(value, expected):
    assert headers.addresses(value) == expected


@given(st.lists(st.tuples(NAMES, LOCAL, LOCAL), min_size=1, max_size=5))
def test_addresses_as_the_standard_library_reads_them(people):
    value = ", ".join(formataddr((name, f"{local}@{domain}.example")) for name, local, domain in people)
    theirs = [
        (str(make_header(decode_header(name))), address.lower()) for name, address in getaddresses([value])
    ]
    found = headers.addresses(value.encode())
    assert [address for _, address in found] == [address for _, address in theirs]
    # Compatibility forms are folded in ours, so only plain letters are the same text.
    plain = [(one, other) for (one, _), (other, _) in zip(found, theirs, strict=True) if other.isascii()]
    assert all(one == other for one, other in plain)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Plain words", "Plain words"),
        (b"folded\r\n over\n\tlines", "folded over lines"),
        (b"=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?iso-8859-1?q?Gr=FC=DFe?= again", "Grüße again"),
        (b"=?utf-8?q?one?=\n =?utf-8?q?_two?=", "one two"),
        (b"=?utf-8?b?w5?= =?utf-8?b?w==?=", "\ufffd"),
        (b"=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        (b"=?utf-8?b?!!!not base64!!!?=", headers.decoded(b"=?utf-8?b?notbase64?=")),
        (b"=?no-such-charset?q?caf=C3=A9?=", "café"),
        (b"=?zlib?b?eJwrSS0uAQAEXQHB?=", headers.decoded(b"=?rot13?b?eJwrSS0uAQAEXQHB?=")),
        (b"=?us-ascii*en?q?hello?=", "hello"),
        (b"=?utf-7?q?+2AA-?=", "?"),
        (b"=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
        (b"Gr\xfc\xdfe", "Grüße"),
        (b"a\0b", "a b"),
        (b"", ""),
    ],
)
def test_texts_by_hand(value, expected):
    assert headers.decoded(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?iso-8859-1?Q?Die_Fr\xf6sche?=", "Die Frösche"),
        (b"=?ISO-8859-1?Q?J=F6rg_M\xfcller?=", "Jörg Müller"),
        (b"=?windows-1252?q?Caf\xe9_\x96_Wien?=", "Café – Wien"),
        (b"=?iso-8859-2?q?K\xf8\xed\xbe?=", "Kříž"),
        (b"=?koi8-r?Q?\xf0\xd2\xc9\xd7\xc5\xd4?=", "Привет"),
        (b"=?gb2312?Q?\xc4\xe3\xba\xc3?=", "你好"),
        ("=?utf-8?q?Gr=C3=BCße?=".encode(), "Grüße"),
        (b"=?utf-8?q?Fr\xf6sche?=", "Frösche"),
        (b"Fr\xf6sche =?iso-8859-1?q?und_Gr\xfc=DFe?= an J\xf6rg", "Frösche und Grüße an Jörg"),
        ("Grüße =?iso-8859-1?q?an_Jörg?=".encode("latin-1"), "Grüße an Jörg"),
        (b"=?iso-8859-1?q?Die_Fr\xf6?=\n =?iso-8859-1?q?sche?=", "Die Frösche"),
        (b"=?no-such-charset?q?Fr\xf6sche?=", "Frösche"),
    ],
)
def test_a_raw_byte_in_an_encoded_word_is_in_the_charset_of_the_word(value, expected):
    assert headers.decoded(value) == expected
    for written in (
        b"%b <a@x.example>",
        b'"%b" <a@x.example>',
        b"a@x.example (%b)",
        b"Us: %b <a@x.example>;",
    ):
        assert headers.addresses(written % value) == [(expected, "a@x.example")]


@given(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), max_size=80),
    st.sampled_from(["utf-8", None]),
)
def test_texts_as_the_standard_library_reads_them(text, charset):
    value = Header(text, charset=charset, header_name="Subject").encode()
    theirs = str(make_header(decode_header(value)))
    assert headers.decoded(value.encode()) == headers.decoded(theirs.encode())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"Thu, 1 Jan 2015 10:00:00 +0100", utc(2015, 1, 1, 9)),
        (b"1 Jan 2015 10:00 -0530 (IST)", utc(2015, 1, 1, 15, 30)),
        (b"Thu, 01 Jan 2015 10:00:00 GMT", utc(2015, 1, 1, 10)),
        (b"Thu, 01 Jan 2015 10:00:00 EST", utc(2015, 1, 1, 15)),
        (b"Thu, 01 Jan 2015 10:00:00 XYZ", utc(2015, 1, 1, 10)),
        (b"Thu, 01 Jan 2015 10:00:00", utc(2015, 1, 1, 10)),
        (b"Thu, 01 Jan 15 10:00:00 +0000", utc(2015, 1, 1, 10)),
        (b"Thu Jan  1 10:00:00 2015", utc(2015, 1, 1, 10)),
        (b"Thu, 01 Jan 2015 10:00:00 +9999", utc(2015, 1, 1, 10)),
        (b"Thu, 31 Feb 2015 10:00:00 +0000", None),
        (b"Thu, 01 Jan 2015 25:00:00 +0000", None),
        (b"Thu, 01 Jan 2015 10:61:00 +0000", None),
        (b"Mon, 01 Jan 0001 00:00:00 +0000", None),
        (b"Fri, 31 Dec 9999 23:59:59 -0100", None),
        (b"Thu, 01 Jan 1970 00:00:00 +0000", None),
        (b"yesterday", None),
        (b"", None),
        (b"1 Jan " + b"9" * 5000, None),
    ],
)
def test_dates_by_hand(value, expected):
    assert headers.seconds(value) == expected


@given(
    st.datetimes(dt.datetime(1972, 1, 1), dt.datetime(2190, 1, 1)),
    st.integers(-14 * 4, 14 * 4),
    st.booleans(),
)
def test_dates_as_the_standard_library_reads_them(moment, quarters, comment):
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    value = format_datetime(moment.replace(tzinfo=zone)) + (" (CET)" if comment else "")
    assert headers.seconds(value.encode()) == int(parsedate_to_datetime(value).timestamp())


def test_the_day_of_delivery_by_envelope_and_by_received():
    at = utc(2024, 1, 1, 10)
    assert headers.delivered_seconds(b"From ann@x.example Mon Jan  1 10:00:00 2024\nTo: b") == at
    assert headers.delivered_seconds(b"From 17@xxx Mon Jan 01 11:00:00 +0100 2024\r\nTo: b") == at
    assert headers.delivered_seconds(b"From - Mon Jan  1 05:00:00 EST 2024\n") == at
    assert headers.delivered_seconds(b"From nobody knows when\n") is None
    received = (
        b"Received: from a\r\n by b; Mon, 1 Jan 2024\r\n 10:00:00 +0000\r\nReceived: c; 2 Feb 2023 1:00\r\n"
    )
    assert headers.delivered_seconds(received) == at
    assert headers.delivered_seconds(b"To: b") is None


def test_the_fields_of_a_header_block():
    found = headers.fields(
        b"FROM: a\nfrom: b\nto : c\nTo: d\nX-Other: e\nSubject:\n folded\nnot a header\nDate:x"
    )
    assert found == {b"from": b"a", b"to": b"c, d", b"subject": b"\n folded", b"date": b"x"}


def test_the_fields_as_the_standard_library_reads_them():
    from email import message_from_bytes

    block = b"From: a@b.example\r\nTO: c@d.example\r\nSubject: one\r\n two\r\nReferences: <a@x>\r\n\t<b@x>\r\n\r\nbody"
    theirs = message_from_bytes(block)
    for name, value in headers.fields(block.partition(b"\r\n\r\n")[0]).items():
        assert value.decode().split() == theirs[name.decode()].split()


def test_ids():
    assert headers.first_id(b"<a@x> <b@x>") == b"a@x"
    assert headers.first_id(b"< a@x >") == b"a@x"
    assert headers.first_id(b"<>") == headers.first_id(b"") == headers.first_id(b"none") == b""


@pytest.mark.parametrize(
    ("field", "bulk"),
    [
        (b"List-Id: <dev.x.example>", True),
        (b"List-Unsubscribe: <https://x.example>", True),
        (b"Auto-Submitted: auto-generated", True),
        (b"Auto-Submitted: no", False),
        (b"Precedence: bulk\r", True),
        (b"Precedence: first-class", False),
        (b"X-Other: list", False),
    ],
)
def test_what_lists_and_machines_write_in_their_headers(field, bulk):
    assert headers.is_bulk(headers.fields(field)) is bulk


@pytest.mark.parametrize(
    "robot",
    ["noreply", "no-reply", "no_reply", "do-not-reply", "mailer-daemon", "bounce+17", "reply.noreply"],
)
def test_addresses_of_robots(robot):
    assert headers.is_robot(f"{robot}@x.example")


@pytest.mark.parametrize("person", ["ann", "noreen.plyman", "nora.eply", "notification.dept.ann"[13:]])
def test_addresses_of_people(person):
    assert not headers.is_robot(f"{person}@noreply.example")


def test_list_addresses():
    found = headers.fields(b"List-Post: <mailto:dev@x.example>\nList-Id: Dev <dev.lists.x.example>")
    assert headers.list_addresses(found) == {"dev@x.example", "dev@lists.x.example"}
    assert headers.list_addresses({b"list-id": b"garbage"}) == set()


@given(st.binary(max_size=400))
def test_any_bytes_are_survived(data):
    for value in (data, b"From: " + data, b"=?utf-8?b?" + data + b"?=", b'"' + data + b"<a@b.example>"):
        assert all("@" in address for _, address in headers.addresses(value))
        headers.decoded(value).encode("utf-8")
        headers.seconds(value)
        headers.delivered_seconds(value)
        headers.first_id(value)
        headers.fields(value)


@pytest.mark.parametrize(
    "filler", [b" ", b"(", b"<", b'"', b"=?", b"a", b"\n ", b",", b"@", b"=?punycode?q?", b"1 "]
)
def test_a_megabyte_of_one_thing_takes_no_time(filler):
    value = filler * (1_000_000 // len(filler))
    headers.addresses(value)
    headers.decoded(value)
    headers.seconds(value)
    headers.first_id(value)
    headers.fields(b"To:" + value)
    headers.delivered_seconds(b"From " + value)
    headers.delivered_seconds(b"Received:" + value)
