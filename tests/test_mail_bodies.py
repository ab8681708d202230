"""networkscope.importers.mail_bodies: what the sender of a mail wrote, however it is encoded."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

import networkscope as ns


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
