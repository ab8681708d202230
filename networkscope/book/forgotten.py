"""Who is to be kept out of a book, whatever is imported: people forgotten on the owner's word.

The book's `.networkscope/forgotten.json` holds no names: only hashes of their addresses, profiles, phones and names,
made with a secret of that file, by which a reader's rows about them are known and left out.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from networkscope import keys
from networkscope.book.own_files import PRIVATE, write_atomically
from networkscope.errors import LoadError
from networkscope.importers.base import Frames, Parsed

FILE = f"{PRIVATE}/forgotten.json"
SECRET_BYTES = 32
REASON = "about somebody whom you asked to forget"
ADDRESSES = {"emails": keys.email_key, "profiles": keys.profile_key, "phones": keys.phone_key}


@dataclass(frozen=True)
class Forgotten:
    """Hashes of the keys of people who are kept out, and the secret that makes them."""

    secret: bytes = b""
    hashes: frozenset[str] = frozenset()

    def knows(self, key: str) -> bool:
        """Is this the key of somebody forgotten?"""
        return bool(key) and self.hashed(key) in self.hashes

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
        return Forgotten(bytes.fromhex(content["secret"]), frozenset(map(str, content["keys"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoadError(
            f"{FILE} cannot be read, and so not who is to be kept out; bring back a copy of it"
        ) from error


def remember_to_forget(book: Path, found: Iterable[str]) -> None:
    """Keep these keys out of the book from now on."""
    known = read_forgotten(book)
    known = known if known.secret else Forgotten(secrets.token_bytes(SECRET_BYTES))
    hashes = sorted(known.hashes | {known.hashed(key) for key in found if key})
    path = book / FILE
    try:
        path.parent.mkdir(exist_ok=True)
        content = json.dumps({"secret": known.secret.hex(), "keys": hashes}, indent=1)
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
    before = _refs(parsed)
    named = ("person", "referrer", "referred")
    tables: Frames = {name: _kept(table, gone, named) for name, table in parsed.tables.items()}
    left = replace(
        parsed,
        people=people.drop(gone),
        interactions=None if parsed.interactions is None else _kept(parsed.interactions, gone, named),
        referrals=None if parsed.referrals is None else _kept(parsed.referrals, gone, named),
        tables=tables,
        rejected=parsed.rejected.copy(),
    )
    left.rejected[REASON] += len(before - _refs(left))
    return left


def _are_known(people: pd.DataFrame, forgotten: Forgotten) -> pd.Series:
    """By an address, profile or phone; by the name alone where the row has nothing else."""
    found = pd.Series(False, people.index)
    bare = pd.Series(True, people.index)
    for column, key_of in ADDRESSES.items():
        cells = people[column].dropna()
        bare[cells.index] = False
        known = cells.map(lambda cell, of=key_of: any(forgotten.knows(of(part)) for part in cell.split(";")))
        found[cells.index] |= known.astype(bool)
    names = people.loc[bare, "name"].dropna()
    found[names.index] |= names.map(lambda name: forgotten.knows(keys.name_key(name))).astype(bool)
    return found


def _kept(table: pd.DataFrame, gone: pd.Index, named: tuple[str, ...]) -> pd.DataFrame:
    columns = [name for name in named if name in table]
    return table[~table[columns].isin(gone).any(axis=1)] if columns else table


def _refs(parsed: Parsed) -> set[str]:
    frames = [parsed.people, parsed.interactions, parsed.referrals, *parsed.tables.values()]
    return {
        ref
        for frame in frames
        if frame is not None and "source_ref" in frame
        for ref in frame["source_ref"].dropna()
    }
