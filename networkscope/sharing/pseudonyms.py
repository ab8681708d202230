"""Who stands behind a pseudonym: names that a key kept in the book makes, always the same for the same person.

The key lies in the book's `.networkscope/share.json`, which only its owner may read. Whoever has a page and not the
key can neither read nor guess a name from a pseudonym; without the key, pseudonyms change.
"""

import base64
import hashlib
import hmac
import json
import logging
import os
import secrets
import stat
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from networkscope.book.own_files import PRIVATE, write_atomically
from networkscope.errors import LoadError

FILE = f"{PRIVATE}/share.json"
MARKER = f"{PRIVATE}/shared_before.txt"  # says that there was a key, should it be lost
ABOUT = (
    "Pages of this book were shared with the key in share.json. Keep a copy of that file in a safe place.\n"
)
LOG = logging.getLogger("networkscope.sharing")
KEY_BYTES = 32
SHORT, LONG = 6, 12
FAMILIES = {"person": "Person ", "company": "Company ", "key": ""}


@dataclass
class ShareKey:
    """The secret of a book's shared pages; by column, groups that once were too small, and those last named."""

    secret: bytes
    small: dict[str, list[str]] = field(default_factory=dict)
    path: Path | None = None
    named: dict[str, list[str]] = field(default_factory=dict)

    def pseudonym(self, family: str, text: str, length: int = SHORT) -> str:
        """A name for this text that only the key leads back to.

        >>> ShareKey(b"k" * 32).pseudonym("person", "ann")
        'Person KIT2DG'
        """
        return FAMILIES[family] + base64.b32encode(self._digest(family, text)).decode()[:length]

    def days(self, family: str, text: str) -> int:
        """A number of days below a week that only the key leads to.

        >>> ShareKey(b"k" * 32).days("moved", "ann") in range(7)
        True
        """
        return self._digest(family, text)[0] % 7

    def _digest(self, family: str, text: str) -> bytes:
        words = f"{family}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self.secret, words, hashlib.sha256).digest()

    def pseudonyms(self, family: str, texts: Iterable[str]) -> dict[str, str]:
        """A pseudonym for each; longer ones where two would be alike."""
        found = {text: self.pseudonym(family, text) for text in texts}
        seen = Counter(found.values())
        alike = [text for text, name in found.items() if seen[name] > 1]
        return found | {text: self.pseudonym(family, text, LONG) for text in alike}

    def save(self) -> None:
        """Keep the key, whole or not at all, for its owner alone; a key without a book is not kept."""
        if self.path is None:
            return
        known = {"key": self.secret.hex(), "small": self.small, "named": self.named}
        content = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
        marker = self.path.parents[1] / MARKER
        try:
            self.path.parent.mkdir(exist_ok=True)
            write_atomically(self.path, content, mode=0o600)
            if not marker.exists():
                write_atomically(marker, ABOUT, mode=0o600)
        except OSError as error:
            raise LoadError(f"the key of shared pages cannot be kept in {FILE}: {error.strerror}") from error


def new_key() -> ShareKey:
    """A key that no book keeps: its pseudonyms are those of one copy."""
    return ShareKey(secrets.token_bytes(KEY_BYTES))


def was_shared(book: Path) -> bool:
    """Were pages of this book shared, so that it has a key, or had one?"""
    return (book / FILE).exists() or (book / MARKER).exists()


def read_key(book: Path, *, make: bool = True) -> ShareKey:
    """The key of this book; a new one where there is none yet. Others lose the right to read it, which is logged.

    Raises
    ------
    LoadError
        The file cannot be read or is no key; it is lost; or there is none, and none is to be made.
    """
    path = book / FILE
    if not path.exists():
        if (book / MARKER).exists():
            raise LoadError(
                f"the key of shared pages is lost: bring back a copy of {FILE}, or delete {MARKER}; then everybody "
                "gets another pseudonym, and groups that were too small before may be named"
            )
        if not make:
            raise LoadError(f"this book has no {FILE}: nothing was shared from it, or its key was lost")
        key = replace(new_key(), path=path)
        key.save()
        return key
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        secret = bytes.fromhex(content["key"])
        small, named = (_groups(content.get(kind, {})) for kind in ("small", "named"))
        if len(secret) != KEY_BYTES:
            raise ValueError
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(0o600)
            LOG.warning("others could read %s: now only you may", FILE)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LoadError(
            f"{FILE} is no key of shared pages: bring back a copy of it, or delete it and everybody gets "
            "another pseudonym"
        ) from error
    return ShareKey(secret, small, path, named)


def _groups(kept: Any) -> dict[str, list[str]]:
    """Lists of groups by column; a ValueError where the file holds anything else."""
    lists = [values for values in kept.values() if isinstance(values, list)]
    if len(lists) < len(kept) or not all(isinstance(value, str) for values in lists for value in values):
        raise ValueError
    return {str(name): list(values) for name, values in kept.items()}
