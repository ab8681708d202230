"""Which rows of the owner's tables are about one person, and what is left of them without this person."""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from networkscope.book.locks import locked
from networkscope.book.own_files import csv_row, opened, replace_all
from networkscope.importers.columns import known, normal

WHO = ("name", "email", "profile", "own_id")
# The columns that say who somebody is, for each person whom a row may name.
SIDES: dict[str, list[tuple[str, ...]]] = {
    "contacts.csv": [(*WHO, "phones")],
    "interactions.csv": [WHO],
    "referrals.csv": [tuple(f"{side}_{field}" for field in WHO) for side in ("referrer", "referred")],
    "aliases.csv": [("a",), ("b",)],
    "moves.csv": [("contact_id", "key", "name")],
    "roles.csv": [("contact_id", "key", "name")],
    "acts.csv": [("event_id",), ("name",)],
}
NAMES = ("name", "referrer_name", "referred_name", "a", "b")  # the others are ids and addresses
CLEARED = "introduced_by"  # of a contact, who is somebody else


def drop_rows(path: Path, is_meant: Callable[[str], bool]) -> int:
    """Take a person out of an own table; how many rows changed.

    A row that is about others, too, keeps them. What notes and subjects say stays, and so does, to the byte, whatever
    is about nobody of that name.
    """
    with locked(path):
        content, text, delimiter, header = opened(path)
        sides, cleared = _places(path.name, header)
        end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
        kept, changed = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b"", 0
        for line, cells, raw in _records(text, delimiter):
            left = _left(cells, sides, cleared, is_meant) if line > 1 else cells
            changed += left != cells
            kept += raw.encode() if left == cells else csv_row(left, delimiter, end).encode() if left else b""
        if changed:
            replace_all({path: kept})
    return changed


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The line, the cells and the text of each record."""
    physical, last = text.splitlines(keepends=True), 0
    reader = csv.reader(physical, delimiter=delimiter)
    for cells in reader:
        yield last + 1, cells, "".join(physical[last : reader.line_num])
        last = reader.line_num


def _places(table: str, header: Sequence[str]) -> tuple[list[dict[str, list[int]]], list[int]]:
    """For each person whom a row may name the places of the names and of the keys; and of what is only cleared."""
    section = table.removesuffix(".csv")
    meant = known(section) if section in ("contacts", "interactions", "referrals") else {}
    fields = [meant.get(normal(name), name) for name in header]
    sides = []
    for columns in SIDES[table]:
        at = [place for place, field in enumerate(fields) if field in columns]
        names = [place for place in at if fields[place] in NAMES]
        sides.append({"names": names, "keys": [place for place in at if place not in names]})
    if table == "contacts.csv":  # a row is one person, who may be named in two columns
        sides[0]["parts"] = [fields.index(part) for part in ("first_name", "last_name") if part in fields]
    return sides, [place for place, field in enumerate(fields) if field == CLEARED]


def _left(
    cells: Sequence[str], sides: Sequence[dict[str, list[int]]], cleared: Sequence[int],
    is_meant: Callable[[str], bool],
) -> list[str]:  # fmt: skip
    """The cells of a record without the person; none where it is about nobody else.

    A name does not count where a key beside it is another person's.
    """
    left = list(cells)
    for side in sides:
        split = {at: _parts(cells[at]) for at in (*side["keys"], *side["names"]) if at < len(cells)}
        known = [part for at in side["keys"] for part in split.get(at, ())]
        by_key = any(map(is_meant, known))
        found = side["keys"] if by_key else [] if known else side["names"]
        others = {at: [part for part in split[at] if not is_meant(part)] for at in found if at in split}
        touched = {at: rest for at, rest in others.items() if rest != split[at]}
        full_name = " ".join(cells[at].strip() for at in side.get("parts", ()) if at < len(cells))
        if not known and not touched and full_name and is_meant(full_name):
            return []
        if touched and ("parts" in side or not any(touched.values())):
            return []
        for at, rest in touched.items():
            left[at] = "; ".join(rest)
    for at in cleared:
        if at < len(cells) and cells[at].strip() and is_meant(cells[at]):
            left[at] = ""
    return left


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]
