"""Who is a friend on Facebook, and since when? The list of friends, as JSON.

The export writes each byte of a letter as a letter of its own (`JosÃ©`); that is undone.
"""

from __future__ import annotations

import pandas as pd

from networkscope import dates, keys
from networkscope.importers import contentlines
from networkscope.importers.base import Parsed, Reader, SourceFile, rows, source_refs
from networkscope.importers.json_files import listing, mapping, parsed_json, word
from networkscope.settings import Settings

LISTS = ("friends_v2", "friends")
NOBODY = "the entry names nobody"
UNDATED = "friends without a date that can be read"
LAST_SECOND = 2**32


def recognises(file: SourceFile) -> bool:
    """Does the file start with a list of friends?"""
    start = file.head[:200].removeprefix(b"\xef\xbb\xbf").translate(None, b" \t\r\n")
    return any(start.startswith(b'{"%s":[' % name.encode()) for name in LISTS)


def read(file: SourceFile, settings: Settings) -> Parsed:
    """Every friend, with the day on which the friendship was made; whether anybody wrote is not known."""
    content = mapping(parsed_json(file))
    friends = [mapping(entry) for name in LISTS for entry in listing(content.get(name))]
    names = [keys.clean(contentlines.mended(word(friend.get("name")))) for friend in friends]
    seconds = [friend.get("timestamp") for friend in friends]
    known = [second if type(second) is int and 0 < second < LAST_SECOND else None for second in seconds]
    made = pd.to_datetime(pd.Series(known, dtype="Int64"), unit="s", utc=True)
    people = {
        "name": names,
        "connected_on": dates.local_dates(made, settings.timezone),
        "tags": "Facebook",
        "listed": True,
        "source_ref": source_refs(file.label, range(1, len(friends) + 1)),
    }
    frame = rows("people", len(friends), people).dropna(subset="name").reset_index(drop=True)
    parsed = Parsed(people=frame, rows_read=len(friends))
    if nobody := names.count(""):
        parsed.rejected[NOBODY] = nobody
    if undated := int(frame["connected_on"].isna().sum()):
        parsed.notes.append(f"{undated} {UNDATED}")
    return parsed


READERS = (Reader("Facebook friends", recognises, read),)
