"""Who is a friend on Facebook, and since when? The list of friends, as JSON.

The export writes each byte of a letter as a letter of its own (`JosÃ©`); that is undone.
"""

from __future__ import annotations

import pandas as pd

from networkscope import dates, keys, schema
from networkscope.importers import contentlines
from networkscope.importers.base import Parsed, Reader, SourceFile, rows, source_refs
from networkscope.importers.json_files import listing, mapping, parsed_json, word
from networkscope.settings import Settings

LISTS = ("friends_v2", "friends")
NOBODY = "the entry names nobody"
UNDATED = "friends without a date that can be read"
LAST_SECOND = 2**32


def recognises(file: SourceFile) -> bool:
    """Does the file begin with a list of friends?"""
    start = file.head[:200].removeprefix(b"\xef\xbb\xbf").translate(None, b" \t\r\n")
    return any(start.startswith(b'{"%s":[' % name.encode()) for name in LISTS)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every friend, with the day on which the friendship was made; that nobody spoke is not known."""
    content = mapping(parsed_json(file))
    friends = [mapping(entry) for name in LISTS for entry in listing(content.get(name))]
    names = [keys.clean(contentlines.mended(word(friend.get("name")))) for friend in friends]
    kept = [at for at, name in enumerate(names) if name]
    seconds = [friends[at].get("timestamp") for at in kept]
    known = [
        s if isinstance(s, int) and not isinstance(s, bool) and 0 < s < LAST_SECOND else None for s in seconds
    ]
    made = pd.to_datetime(pd.Series(known, dtype="Int64"), unit="s", utc=True).astype(schema.INSTANT)
    people = {
        "name": [names[at] for at in kept],
        "connected_on": dates.local_dates(made, settings.timezone),
        "tags": "Facebook",
        "listed": True,
        "source_ref": source_refs(file.label, [at + 1 for at in kept]),
    }
    parsed = Parsed(people=rows("people", len(kept), people), rows_read=len(friends))
    if lost := len(names) - len(kept):
        parsed.rejected[NOBODY] = lost
    if undated := known.count(None):
        parsed.notes.append(f"{undated} {UNDATED}")
    return parsed


READERS = (Reader("Facebook friends", recognises, read),)
