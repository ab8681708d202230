"""Who is in which LinkedIn conversation, and which of them is the owner?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys
from networkscope.errors import LoadError
from networkscope.importers.linkedin import CLOSED
from networkscope.importers.sheets import Sheet
from networkscope.texts import Flags, Ints, distinct_pairs, encoded, holds

SEVERAL = "[,; ]+"
CANDIDATES = 5


@dataclass
class Traffic:
    """All messages as numbers.

    Attributes
    ----------
    conversation, sender : one per row; -1 for a sender without a profile
    to_row, to : one per recipient of a row
    keys, urls, names : what is known of each person; "" where nothing is
    """

    conversation: Ints
    sender: Ints
    to_row: Ints
    to: Ints
    keys: list[str]
    urls: list[str]
    names: list[str]

    def add(self, key: str, name: str = "") -> int:
        """The number of one more person, who has no profile."""
        for known, value in ((self.keys, key), (self.urls, ""), (self.names, name)):
            known.append(value)
        return len(self.keys) - 1

    def pairs(self) -> tuple[Ints, Ints]:
        """Who is in which conversation, each once: conversations, people."""
        known = self.sender >= 0
        where = np.append(self.conversation[known], self.conversation[self.to_row])
        return distinct_pairs(where, np.append(self.sender[known], self.to))


def people_in(cell: str) -> list[str]:
    """The names in a TO cell: a comma before a single word sets off a credential, not a person.

    >>> people_in("Ann Lee, PhD, Bob Ray"), people_in("LinkedIn Member")
    (['Ann Lee, PhD', 'Bob Ray'], [])
    """
    names: list[str] = []
    for part in map(str.strip, cell.split(",")):
        if names and part and " " not in part:
            names[-1] += f", {part}"
        elif part:
            names.append(part)
    return [name for name in names if name.casefold() not in CLOSED]


def traffic_of(sheet: Sheet) -> Traffic:
    conversation, ids = encoded(sheet["conversation"])
    if (nameless := ids.index("").as_py()) >= 0:  # a row without an id is a conversation of its own
        own = len(ids) + np.arange(len(conversation))
        conversation = np.where(conversation == nameless, own, conversation)
    signed, senders = encoded(sheet["sender_url"])
    sent, cells = encoded(sheet["recipient_urls"])
    of, parts = _split(pa.concat_arrays([senders, cells]))
    found = keys.profile_keys(parts)
    real = pc.not_equal(found, "")
    of = of[real.to_numpy(zero_copy_only=False)]
    person, known = encoded(found.filter(real))
    begin = np.searchsorted(of, np.arange(len(senders) + len(cells) + 1))
    count = np.diff(begin)

    sender = np.where(count[signed] > 0, np.append(person, -1)[begin[signed]], -1)
    times = count[len(senders) + sent]
    to_row = np.repeat(np.arange(len(sent)), times)
    within = np.arange(len(to_row)) - np.repeat(np.cumsum(times) - times, times)
    to = person[begin[len(senders) + sent[to_row]] + within]
    urls = parts.filter(real).take(pa.array(firsts(person, len(known))))
    traffic = Traffic(conversation, sender, to_row, to, known.to_pylist(), urls.to_pylist(), [])
    _name(traffic, sheet, times)
    return traffic


def _split(cells: Any) -> tuple[Ints, Any]:
    """The parts of these cells, and the cell of each."""
    if not holds(cells, ",; "):
        return np.arange(len(cells)), cells
    lists = pc.split_pattern_regex(cells, SEVERAL)
    return pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)


def firsts(numbers: Ints, count: int) -> Ints:
    """Where each number from 0 on first stands; -1 where it does not."""
    first = np.full(count + 1, -1)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return first[:-1]


def _name(traffic: Traffic, sheet: Sheet, times: Ints) -> None:
    """Whoever wrote is called as he signed; whoever only ever was the one recipient, as TO says."""
    count = len(traffic.keys)
    wrote = firsts(traffic.sender, count)
    signed = sheet["sender"].take(pa.array(wrote, mask=wrote < 0)).fill_null("").to_pylist()
    traffic.names = [name if name.casefold() not in CLOSED else "" for name in signed]
    alone = np.flatnonzero(times[traffic.to_row] == 1)
    got = firsts(traffic.to[alone], count)
    silent = [number for number in np.flatnonzero(got >= 0).tolist() if not traffic.names[number]]
    cells = sheet["recipient"].take(pa.array(traffic.to_row[alone[got[silent]]], pa.int64()))
    for number, cell in zip(silent, cells.to_pylist(), strict=True):
        found = people_in(cell)
        traffic.names[number] = found[0] if len(found) == 1 else ""


def find_owners(traffic: Traffic, sheet: Sheet, drafts: Flags) -> list[int]:
    """The owner's numbers: as book.toml says, else the one profile that is in every conversation."""
    where, who = traffic.pairs()
    given = [keys.profile_key(profile) for profile in sheet.settings.owner_profiles]
    if known := [traffic.keys.index(key) for key in given if key in traffic.keys]:
        return known
    own_name = keys.name_key(sheet.settings.owner_name)
    if not len(who):
        if not own_name and not sheet.empty("sender").all():
            raise LoadError(
                f"{sheet.label} names no profile, so the owner cannot be told; {_line('name', 'Your Name')}"
            )
        return []
    share = np.bincount(who)
    best = np.flatnonzero(share == share.max()).tolist()
    everywhere = share.max() == np.count_nonzero(np.bincount(where))
    clear = everywhere or bool((np.sort(share)[:-1] * 2 <= share.max()).all())
    if given:
        best, clear = best[:CANDIDATES], False
    else:
        wrote = set(traffic.sender[drafts].tolist()) & set(best)
        called = {number for number in best if keys.name_key(traffic.names[number]) == own_name != ""}
        best = next((sorted(hint) for hint in (wrote, called) if len(hint) == 1), best)
    if len(best) == 1 and clear:
        return best
    candidates = [traffic.keys[number] for number in best]
    told = ", ".join(candidates[:CANDIDATES]) + (", …" if len(candidates) > CANDIDATES else "")
    why = (
        "the profiles in book.toml are in none of its conversations" if given else "the owner cannot be told"
    )
    example = f"https://www.{candidates[0]}"
    raise LoadError(f"{sheet.label}: {why}; candidates: {told}; {_line('profiles', [example])}")


def _line(key: str, value: object) -> str:
    return f"write into book.toml, as yours is: [owner] {key} = {value!r}".replace("'", '"')
