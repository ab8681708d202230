"""Who and what the sample book is made of: the tables of invented people, companies and topics in `texts/`.

All of them are made up; a likeness to a real person or company is chance. Companies live under the reserved
top-level domain `.example`, private addresses at example.org and example.net, phones in a range kept for fiction.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

OWNER = "Nora Lindqvist"
EMAIL, PHONE = "nora.lindqvist@example.org", "+44 7700 900117"
PLAIN = str.maketrans({"æ": "ae", "ø": "o", "ł": "l", "ı": "i", "ð": "d", "ß": "ss", "'": ""})


def text(name: str) -> str:
    return (Path(__file__).parent / "texts" / name).read_text(encoding="utf-8")


@cache
def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of a text table, all with as many cells as its widest; the first cell keeps its indent.

    >>> table("topics.txt")[0][:2]
    ('family', 'Sunday lunch')
    """
    lines = [line.split("|") for line in text(name).splitlines() if not line.startswith("#")]
    width = max(map(len, lines))
    return tuple(
        (line[0].rstrip(), *(cell.strip() for cell in line[1:]), *[""] * (width - len(line)))
        for line in lines
    )


def column(name: str) -> list[str]:
    return [row[0] for row in table(name)]


def slug(name: str) -> str:
    """A name as addresses hold it: plain letters with hyphens.

    >>> slug("Ingrid Sæther"), slug("Ahmet Yıldız")
    ('ingrid-saether', 'ahmet-yildiz')
    """
    plain = name.lower().translate(PLAIN)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "-".join("".join(c if c.isalnum() else " " for c in ascii_only).split())
