"""Who is to be kept out of a book, whatever is imported: people forgotten on the owner's word.

The book's `.networkscope/forgotten.json` holds no names: only hashes of their addresses, profiles, phones and names,
made with a secret of that file, by which a reader's rows about them are known and left out.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import keys
from networkscope.book.own_files import PRIVATE, write_atomically
from networkscope.errors import LoadError, ParameterError
from networkscope.importers.base import Parsed

FILE = f"{PRIVATE}/forgotten.json"
SECRET_BYTES = 32
REASON = "about somebody whom you asked to forget"
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")  # full names of the East are one word
ADDRESSES = {"emails": keys.email_key, "profiles": keys.profile_key, "phones": keys.phone_key}


@dataclass(frozen=True)
class Forgotten:
    """Hashes of the keys of people who are kept out, each person's in order, and the secret that makes them."""

    secret: bytes = b""
    people: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def hashes(self) -> frozenset[str]:
        """Those of all of them."""
        return frozenset(mark for person in self.people for mark in person)

    def knows(self, key: str) -> bool:
        """Is this the key of somebody forgotten?"""
        return bool(key and self.people) and self.hashed(key) in self.hashes

    def knows_text(self, text: str) -> bool:
        """Is this the name, address or profile of somebody forgotten?

        >>> Forgotten().knows_text("Ana Lee")
        False
        """
        forms = (keys.name_key(text), keys.email_key(text), keys.profile_key(text))
        return any(self.knows(form) or self.knows(keys.unaccented(form)) for form in forms)

    def knows_name(self, name: str, *, bare: bool) -> bool:
        """Is this the name of somebody forgotten? One word is a name only where the row has nothing else, `bare`."""
        key = keys.name_key(name)
        is_full = " " in key or bool(UNSPACED.fullmatch(key))
        return (bare or is_full) and (self.knows(key) or (is_full and self.knows(keys.unaccented(key))))

    def hashed(self, key: str) -> str:
        """The mark of a key, from which it cannot be guessed without the secret."""
        return hmac.new(self.secret, key.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def read_forgotten(book: Path) -> Forgotten:
    """Who is kept out of this book; a LoadError where the file cannot be read: nobody may slip in because of that."""
    path = book / FILE
    if not path.exists():
        return Forgotten()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        # Once each key was kept alone.
        people = content["people"] if "people" in content else [[key] for key in content["keys"]]
        people = tuple(tuple(map(str, person)) for person in people)
        return Forgotten(bytes.fromhex(content["secret"]), people)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoadError(
            f"{FILE} cannot be read, and so not who is to be kept out; bring back a copy of it"
        ) from error


def remember_to_forget(book: Path, found: Iterable[str]) -> None:
    """Keep these keys out of the book from now on."""
    known = read_forgotten(book)
    known = known if known.secret else Forgotten(secrets.token_bytes(SECRET_BYTES))
    person = tuple(sorted({known.hashed(key) for key in found if key}))
    _write(book, replace(known, people=(*known.people, person)))


def let_in(book: Path, text: str) -> bool:
    """Keep out no longer whoever has this name, address or profile; False where nobody was kept out by it."""
    known = read_forgotten(book)
    left = tuple(person for person in known.people if not replace(known, people=(person,)).knows_text(text))
    if left == known.people:
        return False
    _write(book, replace(known, people=left))
    return True


def check_not_forgotten(book: Path, names: Iterable[str]) -> None:
    """May these be noted? A ParameterError where one was forgotten: a line about them would be left out unread."""
    if any(map(read_forgotten(book).knows_text, names)):
        raise ParameterError(
            "somebody of that name was forgotten and is kept out of this book, so nothing was noted; "
            "to let them in again: networkscope forget BOOK NAME --undo"
        )


def never_of_others(never: Iterable[str], contacts: pd.DataFrame, known: Forgotten) -> tuple[str, ...]:
    """Whom or which circles the owner never shares, without people who were forgotten: they are in no page anyway.

    A name that somebody else or a circle has too stays.
    """
    names = set(contacts["name"].dropna().map(keys.name_key))
    circles = set(contacts["circle"].dropna().str.strip().str.casefold())

    def is_there(text: str) -> bool:
        return keys.name_key(text) in names or text.strip().casefold() in circles

    return tuple(text for text in never if is_there(text) or not known.knows_text(text))


def _write(book: Path, known: Forgotten) -> None:
    path = book / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        content = json.dumps({"secret": known.secret.hex(), "people": known.people}, indent=1)
        write_atomically(path, content + "\n", mode=0o600)
    except OSError as error:
        raise LoadError(f"{FILE} cannot be written: {error.strerror}") from error


def without(parsed: Parsed, forgotten: Forgotten | None) -> Parsed:
    """What a file holds but for the rows about people forgotten, which are counted as rejected."""
    people = parsed.people
    if forgotten is None or not forgotten.hashes or people is None or people.empty:
        return parsed
    gone = people.index[_are_known(people, forgotten)]
    if not len(gone):
        return parsed
    named = ("person", "referrer", "referred")

    def kept(table: Any) -> Any:
        columns = [] if table is None else [name for name in named if name in table]
        return table[~table[columns].isin(gone).any(axis=1)] if columns else table

    left = replace(
        parsed,
        people=people.drop(gone),
        interactions=kept(parsed.interactions),
        referrals=kept(parsed.referrals),
        tables={name: kept(table) for name, table in parsed.tables.items()},
        rejected=parsed.rejected.copy(),
    )
    left.rejected[REASON] += len(_refs(parsed) - _refs(left))
    return left


def _are_known(people: pd.DataFrame, forgotten: Forgotten) -> pd.Series:
    """By an address, profile or phone; by a full name; by one word where the row has nothing else."""
    found = pd.Series(False, people.index)
    bare = pd.Series(True, people.index)
    for column, key_of in ADDRESSES.items():
        cells = people[column].dropna()
        bare[cells.index] = False
        known = cells.map(lambda cell, of=key_of: any(forgotten.knows(of(part)) for part in cell.split(";")))
        found[cells.index] |= known.astype(bool)
    for alone in (True, False):
        names = people.loc[bare == alone, "name"].dropna()
        known = names.map(lambda name, bare=alone: forgotten.knows_name(name, bare=bare))
        found[names.index] |= known.astype(bool)
    return found


def _refs(parsed: Parsed) -> set[str]:
    frames = [parsed.people, parsed.interactions, parsed.referrals, *parsed.tables.values()]
    refs = [frame["source_ref"] for frame in frames if frame is not None and "source_ref" in frame]
    return set(pd.concat(refs).dropna())
