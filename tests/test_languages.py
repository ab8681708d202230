"""The language and the form of address of short lines, by their little words."""

import pytest

from networkscope.words.languages import is_familiar, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you for the talk about your team", "en"),
        ("Danke für das Gespräch mit dir", "de"),
        ("Merci pour le temps que vous avez pris", "fr"),
        ("Gracias por la charla sobre los datos", "es"),
        ("Obrigada pela conversa sobre o projeto", "pt"),
        ("Grazie per la chiacchierata con il team", "it"),
        ("Bedankt voor het gesprek over de data", "nl"),
        ("DANKE FÜR DAS GESPRÄCH", "de"),
        ("Data platforms", ""),  # no little words
        ("Hallo", ""),
        ("Kaffee", ""),
        ("", ""),
        ("李小龙 42 !!", ""),
    ],
)
def test_the_language_of_one_line(text, language):
    assert language_of([text]) == language


def test_the_first_line_that_shows_a_language_tells_it():
    assert language_of(["Hallo", "Danke für das Gespräch mit dir", "Thank you for the talk about it"]) == "de"
    assert language_of([]) == ""
    assert language_of(iter(["Hallo", "Kaffee"])) == ""


def test_words_that_several_languages_have_tell_nothing_by_themselves():
    assert language_of(["un"]) == ""  # French, Spanish and Italian
    assert language_of(["de la"]) in ("", "fr", "es")


@pytest.mark.parametrize(
    ("texts", "language", "familiar"),
    [
        (["Hast du Zeit?"], "de", True),
        (["Haben Sie Zeit?"], "de", False),
        (["Hast du Zeit?", "Mit Gruß an Ihre Frau"], "de", False),  # both forms: the safe one
        (["Können wir reden?"], "de", False),
        (["Tu as le temps ?"], "fr", True),
        (["Vous avez le temps ?"], "fr", False),
        (["¿Tienes tiempo?"], "es", True),
        (["¿Tiene usted tiempo?"], "es", False),
        (["Heb je tijd?"], "nl", True),
        (["Heeft u tijd?"], "nl", False),
        ([], "de", False),
        (["Hast du Zeit?"], "xx", False),
    ],
)
def test_the_form_of_address(texts, language, familiar):
    assert is_familiar(texts, language) is familiar


def test_she_and_they_are_no_form_of_address_in_german():
    """Only a capital makes "sie" and "ihr" formal: "Hast du sie und ihren Chef gesehen" is not."""
    assert is_familiar(["Hast du sie und ihren Chef gesehen"], "de")
    assert is_familiar(["Hast du mit ihr geredet"], "de")
