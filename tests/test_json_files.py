"""JSON that somebody may have made to do harm, and texts in it that run over several lines."""

import pytest

from networkscope.importers import json_files
from networkscope.importers.base import SourceFile, Unusable


def parsed(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    return json_files.parsed_json(SourceFile(path, "a.json", path.stat().st_size))


def test_what_is_no_json_is_left_out(tmp_path):
    for text in ("{", "[" * 100_000, ""):
        with pytest.raises(Unusable, match="not JSON"):
            parsed(tmp_path, text)
    assert parsed(tmp_path, '{"n": ' + "9" * 5000 + "}") == {"n": 0}


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\t", "\x0b", "\x1f", "\x7f", "\0"])
def test_no_control_character_glues_two_words(sign):
    assert json_files.word(f"Ann{sign}Lee").split() == ["Ann", "Lee"]
    assert json_files.word(f"Ann{sign}Lee").replace(" ", "") == "AnnLee"


def test_a_word_is_text_or_a_plain_number():
    found = [json_files.word(value) for value in ("a", 7, True, None, 1.5, ["a"], "half \ud83d pair")]
    assert found == ["a", "7", "", "", "", "", "half ? pair"]
