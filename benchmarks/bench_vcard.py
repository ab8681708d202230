"""An address book of 20,000 cards, against vobject: the same fields of the same people."""

from __future__ import annotations

import base64
import random
import sys
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks import compare
from networkscope.importers import vcard
from networkscope.importers.base import SourceFile
from networkscope.settings import Settings

try:
    import vobject
except ImportError:
    vobject = None

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000


def write_cards(path: Path) -> None:
    """What a phone writes: folded notes, groups, umlauts, a photograph on every twentieth card."""
    rng = random.Random(1)
    photo = base64.b64encode(rng.randbytes(1500)).decode()
    folded = "\r\n ".join(photo[at : at + 72] for at in range(0, len(photo), 72))
    with path.open("w", encoding="utf-8", newline="") as file:
        for i in range(CARDS):
            first, last = f"Zoë{i % 3001}", f"Lee{i}"
            lines = [
                "BEGIN:VCARD",
                "VERSION:3.0",
                f"FN:{first} {last}",
                f"N:{last};{first};;;",
                f"item1.EMAIL;TYPE=INTERNET:p{i}@mail.example",
                "item1.X-ABLabel:",
                f"TEL;TYPE=CELL:+43 1 {i:07}",
                f"ORG:Company {i % 900}\\, Inc.;Sales",
                f"TITLE:Title {i % 300}",
                f"ADR;TYPE=WORK:;;Street {i % 99};Vienna;;1010;Austria",
                "NOTE:met at a fair\\, talked about a long text that is folded over\r\n  two lines of the file",
                "CATEGORIES:friends,work",
            ]
            if i % 3 == 0:
                lines.append(f"EMAIL;TYPE=INTERNET,WORK:w{i}@work.example")
            if i % 20 == 0:
                lines.append(f"PHOTO;ENCODING=b;TYPE=JPEG:{folded}")
            file.write("\r\n".join([*lines, "END:VCARD", ""]))


COLUMNS = ["name", "emails", "phones", "organization", "title", "location", "tags", "notes"]


def ours(path: Path) -> pd.DataFrame:
    people = vcard.read(SourceFile(path, path.name, path.stat().st_size), Settings()).people
    assert people is not None
    return people[COLUMNS]


def theirs(path: Path) -> pd.DataFrame:
    people = []
    with path.open(encoding="utf-8", newline="") as file:
        for card in vobject.readComponents(file):
            found = card.contents
            place = card.adr.value
            people.append(
                (
                    card.fn.value,
                    "; ".join(line.value for line in found["email"]),
                    "; ".join(line.value for line in found["tel"]),
                    card.org.value[0],
                    card.title.value,
                    f"{place.city}, {place.country}",
                    "; ".join(card.categories.value),
                    card.note.value,
                )
            )
    return pd.DataFrame(people, columns=COLUMNS)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "book.vcf")
        write_cards(path)
        peers = {}
        if vobject is None:
            print("vobject is not installed: skipped")
        else:
            assert ours(path).equals(theirs(path)), "the two do not read the same"
            peers = {"vobject": lambda: theirs(path)}
        compare(
            f"read {CARDS:,} cards, {path.stat().st_size / 2**20:.0f} MB", lambda: ours(path), peers, runs=3
        )


if __name__ == "__main__":
    main()
