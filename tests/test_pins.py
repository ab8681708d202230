"""Every number of every measure on fixed books is that of the pins (`python -m tests.pins`)."""

import pytest

from tests import pins


@pytest.mark.parametrize("book", pins.SMALL)
def test_no_number_changed_unnoticed(book):
    assert pins.differences(book) == []


def test_a_changed_number_is_seen(monkeypatch):
    sound = pins.BOOKS["generated 3"]

    def changed():
        return (
            (name, sums | {"rows": "0"} if name.endswith("reply_rates") else sums) for name, sums in sound()
        )

    monkeypatch.setitem(pins.BOOKS, "generated 3", changed)
    assert [line.split(":")[1].split()[-1] for line in pins.differences("generated 3")] == ["reply_rates"] * 2
