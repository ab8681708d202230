import datetime as dt

import pytest

from networkscope.book.new import TEMPLATE
from networkscope.errors import LoadError
from networkscope.settings import Employer, Settings, read_settings


def write(tmp_path, text):
    path = tmp_path / "book.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_no_file_means_defaults(tmp_path):
    assert read_settings(tmp_path / "book.toml") == Settings()


def test_everything_that_can_be_said(tmp_path):
    settings = read_settings(
        write(
            tmp_path,
            """
            [owner]
            name = "Nora"
            emails = ["Nora@Example.org"]
            [time]
            timezone = "Europe/Vienna"
            week_starts_on = "Sunday"
            [[employers]]
            name = "Old Ltd"
            domains = ["@Old.example"]
            from = 2019-03-01
            until = 2027-01-31
            [targets]
            companies = ["Dream"]
            [cadence]
            family = 60
            "former colleagues" = 120
            [search]
            from = 2026-07-01
            until = 2026-12-31
            secret = false
            [suggest]
            purposes = false
            [words]
            read = false
            """,
        )
    )
    assert settings.owner_emails == ("nora@example.org",)
    assert settings.week_starts_on == "sunday"
    assert settings.employers == (
        Employer("Old Ltd", ("old.example",), dt.date(2019, 3, 1), dt.date(2027, 1, 31)),
    )
    assert settings.cadence == {"family": 60, "former colleagues": 120}
    assert (settings.search_from, settings.search_until) == (dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    assert (settings.search_secret, Settings().search_secret) == (False, True)
    assert (Settings().search_from, Settings().search_until) == (None, None)
    assert (settings.words_read, Settings().words_read) == (False, True)
    assert settings.suggest_purposes is False
    assert Settings().suggest_purposes is True


def test_the_template_is_valid_with_and_without_its_comments(tmp_path):
    text = TEMPLATE.format(timezone="Europe/Vienna")
    assert read_settings(write(tmp_path, text)).timezone == "Europe/Vienna"
    opened = "\n".join(line.removeprefix("# ") for line in text.splitlines()[2:])
    settings = read_settings(write(tmp_path, opened))
    assert settings.target_companies == ("Dream Works", "Second Choice")
    assert settings.employers[0].until == dt.date(2027, 1, 31)
    assert settings.search_from == dt.date(2026, 7, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[onwer]\n", "section 'onwer' is unknown; did you mean 'owner'"),
        ("[owner]\nmails = []\n", "key 'mails' is unknown; did you mean 'emails'"),
        ("[time]\ntimezone = 'Vienna'\n", "time zone 'Vienna' is unknown"),
        ("[time]\nweek_starts_on = 'x'\n", "week_starts_on must be one of"),
        ("[owner]\nemails = 'me@x.example'\n", "must be a list of texts"),
        ("[owner]\nemails = [1]\n", "must be a list of texts"),
        ("[suggest]\npurposes = 1\n", "must be true or false"),
        ("[search]\nfrom = 2026-12-01\nuntil = 2026-07-01\n", "'from' that is later than its 'until'"),
        ("[search]\nfrom = '2026-12-01'\n", "must be a date"),
        ("[search]\nsecret = 'no'\n", "must be true or false"),
        ("[search]\nto = 2026-12-01\n", "key 'to' is unknown"),
        ("[cadence]\nfamily = 0\n", "whole number of days"),
        ("[cadence]\nfamily = true\n", "whole number of days"),
        ("owner = 3\n", "must be a section; write [owner]"),
        ("[employers]\nname = 'x'\n", "write [[employers]]"),
        ("[[employers]]\nfrom = 2027-01-01\nuntil = 2026-01-01\n", "later than its 'until'"),
        ("[[employers]]\nuntil = 2027-01-31T10:00:00\n", "must be a date"),
        ("[owner\n", "cannot be read"),
    ],
)
def test_a_fault_is_named_with_its_remedy(tmp_path, text, message):
    with pytest.raises(LoadError) as caught:
        read_settings(write(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_fault_and_wrong_bytes_are(tmp_path):
    path = tmp_path / "book.toml"
    path.write_bytes(b"\xef\xbb\xbf[time]\ntimezone = 'UTC'\n")
    assert read_settings(path).timezone == "UTC"
    path.write_bytes(b"[owner]\nname = '\xff'\n")
    with pytest.raises(LoadError, match="cannot be read"):
        read_settings(path)


def test_the_region_is_a_country_in_two_letters(tmp_path):
    assert read_settings(write(tmp_path, "[owner]\nregion = 'at'\n")).region == "AT"
    for wrong in ("Austria", "UK"):
        with pytest.raises(LoadError, match="two letters of a country"):
            read_settings(write(tmp_path, f"[owner]\nregion = '{wrong}'\n"))
