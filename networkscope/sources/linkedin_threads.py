"""Who is in which LinkedIn conversation, and which of them is the owner?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.errors import LoadError
from networkscope.settings import Settings
from networkscope.sources import sheets
from networkscope.sources.linkedin import CLOSED
from networkscope.sources.tabular import Sheet

SEVERAL = re.compile(r"[,;\s]+")
CANDIDATES = 5

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass
class Traffic:
    """All messages as numbers: of conversations, of people; and what is wrong with a row, if anything."""

    conversation: Numbers
    sender: Numbers
    to_row: Numbers
    to: Numbers
    people: dict[str, int]
    urls: list[str]
    names: dict[int, str] = field(default_factory=dict)
    known: dict[str, list[int]] = field(default_factory=dict)

    def number(self, key: str, url: str = "") -> int:
        if key not in self.people:
            self.people[key] = len(self.people)
            self.urls.append(url)
        return self.people[key]

    def numbers(self, urls: str) -> list[int]:
        """The people whose profiles a cell names; the same cell is met again and again."""
        if urls not in self.known:
            cells = SEVERAL.split(urls) if SEVERAL.search(urls) else [urls]
            self.known[urls] = [self.number(key, url) for url in cells if (key := keys.profile_key(url))]
        return self.known[urls]

    def pairs(self, *more: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        """Who is in which conversation, each once: conversations, people."""
        known = self.sender >= 0
        where = [self.conversation[known], self.conversation[self.to_row], *(pair[0] for pair in more)]
        who = [self.sender[known], self.to, *(pair[1] for pair in more)]
        base = len(self.people) + 1
        pairs = np.unique(np.concatenate(where) * base + np.concatenate(who))
        return pairs // base, pairs % base


def codes(column: Any) -> tuple[Numbers, list[str]]:
    """A column as numbers, and the text behind each number."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = pc.dictionary_encode(column)
    return encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist()


def people_in(cell: str) -> list[str]:
    """The names in a TO cell: a comma before a single word sets off a credential, not a person.

    >>> people_in("Ann Lee, PhD, Bob Ray"), people_in("LinkedIn Member")
    (['Ann Lee, PhD', 'Bob Ray'], [])
    """
    names: list[str] = []
    for part in map(keys.clean, cell.split(",")):
        if names and part and " " not in part:
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return [name for name in names if name.casefold() not in CLOSED]


def traffic_of(sheet: Sheet) -> Traffic:
    conversation, ids = codes(sheet["conversation"])
    if "" in ids:  # a row without an id is a conversation of its own
        own = len(ids) + np.arange(len(conversation))
        conversation = np.where(conversation == ids.index(""), own, conversation)
    traffic = Traffic(conversation, conversation, conversation, conversation, {}, [])
    row_codes, urls = codes(sheet["sender_url"])
    traffic.sender = np.array([(*traffic.numbers(url), -1)[0] for url in urls] or [-1])[row_codes]
    cells, texts = codes(sheet["recipient_urls"])
    lists = [traffic.numbers(text) for text in texts]
    count = np.array([len(numbers) for numbers in lists] or [0])
    flat = np.array([number for numbers in lists for number in numbers], dtype=np.int64)
    times = count[cells]
    traffic.to_row = np.repeat(np.arange(len(cells)), times)
    begin = (np.cumsum(count) - count)[cells]
    traffic.to = flat[np.repeat(begin - (np.cumsum(times) - times), times) + np.arange(times.sum())]
    _name(traffic, sheet, times)
    return traffic


def _name(traffic: Traffic, sheet: Sheet, times: Numbers) -> None:
    """Whoever wrote is called as he signed; whoever only ever was the one recipient, as TO says."""
    first, at = np.unique(traffic.sender, return_index=True)
    signed = sheets.cleaned(sheet["sender"].take(pa.array(at))).to_pylist()
    traffic.names = {
        number: name
        for number, name in zip(first.tolist(), signed, strict=True)
        if number >= 0 and name.casefold() not in CLOSED
    }
    alone = (times == 1)[traffic.to_row]
    row_codes, cells = codes(sheet["recipient"])
    first, at = np.unique(traffic.to[alone], return_index=True)
    for number, row in zip(first.tolist(), traffic.to_row[alone][at].tolist(), strict=True):
        found = people_in(cells[row_codes[row]]) if not traffic.names.get(number) else []
        if len(found) == 1:
            traffic.names[number] = found[0]


def find_owners(traffic: Traffic, sheet: Sheet, settings: Settings, drafts: Flags, label: str) -> list[int]:
    """The owner's numbers: as book.toml says, else the one profile that is in every conversation."""
    where, who = traffic.pairs()
    given = [keys.profile_key(profile) for profile in settings.owner_profiles]
    if known := [traffic.people[key] for key in given if key in traffic.people]:
        return known
    own_name = keys.name_key(settings.owner_name)
    if not len(who):
        if len(sheet.lines) and not own_name and (pc.any(pc.not_equal(sheet["sender"], "")).as_py()):
            raise LoadError(
                f"{label} names no profile, so the owner cannot be told; {_line('name', 'Your Name')}"
            )
        return []
    share = np.bincount(who)
    best = np.flatnonzero(share == share.max()).tolist()
    everywhere = share.max() == len(np.unique(where))
    clear = everywhere or bool((np.sort(share)[:-1] * 2 <= share.max()).all())
    if given:
        best, clear = best[:CANDIDATES], False
    else:
        wrote = set(traffic.sender[drafts].tolist()) & set(best)
        called = {number for number in best if keys.name_key(traffic.names.get(number, "")) == own_name != ""}
        best = next((sorted(hint) for hint in (wrote, called) if len(hint) == 1), best)
    if len(best) == 1 and clear:
        return best
    candidates = [list(traffic.people)[number] for number in best]
    told = ", ".join(candidates[:CANDIDATES]) + (", …" if len(candidates) > CANDIDATES else "")
    why = (
        "the profiles in book.toml are in none of its conversations" if given else "the owner cannot be told"
    )
    example = f"https://www.{candidates[0]}"
    raise LoadError(f"{label}: {why}; candidates: {told}; {_line('profiles', [example])}")


def _line(key: str, value: object) -> str:
    return f"write into book.toml, as yours is: [owner] {key} = {value!r}".replace("'", '"')
