"""networkscope.importers.mail_bodies: what the sender of a mail wrote, however it is encoded."""

import base64
from email.message import EmailMessage
from email.policy import SMTP

import pytest

import networkscope as ns
from networkscope.importers.mail_bodies import text_of


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("in_parts", [False, True])
def test_a_mail_as_programs_write_it_is_decoded(tmp_path, encoding, in_parts):
    """The whole way, from the file to the acts: what only the encoding hides is read."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Ana Lee <ana@x.example>", "Me <me@home.example>"
    mail["Subject"], mail["Date"], mail["Message-ID"] = "Hallo", "Mon, 09 Nov 2026 10:00:00 +0100", "<a@b>"
    mail.set_content("Könntest du mir bitte deinen Lebenslauf schicken?\n", cte=encoding)
    if in_parts:
        mail.add_alternative("<p>Könntest du mir bitte deinen Lebenslauf schicken?</p>", subtype="html")
        mail.add_attachment("Vielen Dank für deine Zeit!", filename="brief.txt")
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "mail.eml").write_bytes(mail.as_bytes(policy=SMTP))
    (tmp_path / "book.toml").write_text('[owner]\nname = "Me"\nemails = ["me@home.example"]\n')
    book = ns.open_book(tmp_path, as_of="2026-11-16")
    assert book.interactions["needs_answer"].tolist() == [True]
    assert book.acts[book.acts["act"] == "thank_you"].empty, "an attached text is not what the sender says"
    assert not book.acts["phrase"].str.contains("=").any()


@pytest.mark.parametrize(
    "charset",
    [
        "utf-7",
        "iso-2022-jp",
        "gb18030",
        "utf-16",
        "utf-16-le",
        "hz",
        "koi8-r",
        "idna",
        "undefined",
        "x-none",
        "zip",
    ],
)
@pytest.mark.parametrize("way", ["8bit", "base64"])
def test_every_charset_is_read_and_none_stops_the_book(charset, way):
    """A name that is no charset of texts is read as UTF-8."""
    known = charset not in ("idna", "undefined", "x-none", "zip")
    body = "Thank you, Ana!".encode(charset if known else "utf-8")
    headers = {
        b"content-type": f"text/plain; charset={charset}".encode(),
        b"content-transfer-encoding": way.encode(),
    }
    assert text_of(headers, base64.b64encode(body) if way == "base64" else body) == "Thank you, Ana!"
