"""Content lines: folds, soft breaks, parameters and escapes, apart from any format."""

import time

import pytest

from networkscope.importers import contentlines

LINES = contentlines.line_pattern("TEL FN NOTE")


def values(data: bytes) -> list[tuple[str, str, str]]:
    text, _ = contentlines.unfolded(data, "VCARD")
    return [found.groups("") for found in LINES.finditer(text)]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"NOTE:one\r\n  two", "one two"),
        (b"NOTE:one\n\ttwo", "onetwo"),
        (b"NOTE:one\rFN:x", "one"),
        (b"NOTE:caf\xc3\r\n \xa9", "café"),
        (b"NOTE:caf\xe9", "café"),
        (b"\xef\xbb\xbfNOTE:one", "one"),
        ("\ufeffNOTE:café".encode("utf-16-le"), "café"),
        (b"NOTE:o\x00ne", "one"),
        (b"NOTE;QUOTED-PRINTABLE:one=\r\ntwo=\r\nthree", "onetwothree"),
        (b"NOTE;QUOTED-PRINTABLE:one=\r\nBEGIN:VCARD", "one="),
        (b"NOTE:one=\r\nFN:two", "one="),
    ],
)
def test_lines_are_put_together(data, value):
    assert values(data)[0][2] == value


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"TEL:1", [("TEL", "", "1")]),
        (b"item1.tel;a=b;c:1:2", [("tel", ";a=b;c", "1:2")]),
        (b'TEL;a="x:y":1', [("TEL", ';a="x:y"', "1")]),
        (b'TEL;a="x:1', [("TEL", ';a="x', "1")]),
        (b"TELEX:1", []),
        (b"X-TEL:1", []),
        (b"TEL", []),
    ],
)
def test_lines_are_told_apart(line, found):
    assert values(line) == found


def test_the_number_of_a_line_survives_and_cannot_be_forged():
    text, _ = contentlines.unfolded(
        b"X:1\n folded\nbegin:vcard \nBEGIN:VCARD\x1f99\nBEGIN:VCARD\n more", "VCARD"
    )
    parts = contentlines.components(contentlines.line_pattern("BEGIN"), text)
    assert [(part.name, part.line) for part in parts] == [("VCARD", 5), ("VCARD 99", 0), ("VCARD", 3)]


def test_text_encoded_twice_is_mended_and_nothing_else():
    for text in ("Zoë Müller", "naïve – “quoted” €", "日本", "Крин", "À bientôt"):
        assert contentlines.mended(text) == text
        for windows in (False, True):
            bytes_ = [bytes([byte]) for byte in text.encode()]
            signs = [
                (byte.decode("cp1252", "ignore") if windows else "") or byte.decode("latin-1")
                for byte in bytes_
            ]
            assert contentlines.mended("".join(signs)) == text
    assert contentlines.mended("Ã« and 日本") == "Ã« and 日本"


@pytest.mark.parametrize("sign", [b"a", b'"', b";", b":", b"=", b"\\", b"\n", b" ", b"\x00", b'"a"'])
def test_one_huge_line_takes_time_in_proportion(sign):
    data = b"NOTE;QUOTED-PRINTABLE" + sign * (3_000_000 // len(sign))
    begin = time.process_time()
    for _, params, _ in values(data):
        contentlines.parameters(params)
    assert time.process_time() - begin < 3
