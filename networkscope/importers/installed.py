"""Which readers do other packages bring? Each names its own under the entry point group `networkscope.readers`.

Such a reader may be broken: then it is left out, or the file is, and the load summary says why. Nothing of its
errors is shown but their kind, since their words may quote somebody's row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from typing import NamedTuple

import pandas as pd

from networkscope import schema
from networkscope.errors import LoadError, one_line
from networkscope.importers.base import PERSONS, Parsed, Reader, SourceFile, Unusable, declared
from networkscope.settings import Settings

GROUP = "networkscope.readers"


class Installed(NamedTuple):
    """Readers, for each of them one that refuses the files on which it fails to look, and what could not be loaded."""

    readers: tuple[Reader, ...]
    failing: tuple[Reader, ...]
    problems: tuple[tuple[str, str], ...]


@cache
def readers() -> Installed:
    """The readers of other packages, in the order of their names; looked for once."""
    found: list[tuple[Reader, Reader]] = []
    problems: list[tuple[str, str]] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        version = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"
        advice = f"update its package or remove it: pip uninstall {version.split()[0]}"
        try:
            loaded = point.load()
            listed = [loaded] if isinstance(loaded, Reader) else list(loaded)
            if not all(isinstance(reader, Reader) for reader in listed):
                raise TypeError("an entry point must name a Reader, or a list of them")
            found += [_guarded(replace(reader, version=version), advice) for reader in listed]
        except Exception as error:  # whatever the import of somebody else's module raises
            why = f"{type(error).__name__}: {one_line(error)}"
            label = f"reader '{point.name}' of {version}"
            problems.append((label, f"not used: it cannot be loaded ({why}); {advice}"))
    usable, failing = zip(*found, strict=True) if found else ((), ())
    return Installed(usable, failing, tuple(problems))


def _guarded(reader: Reader, advice: str) -> tuple[Reader, Reader]:
    """The reader, and one that refuses the files on which it fails to look; its errors leave out a file, no more."""

    def unusable(how: str) -> Unusable:
        return Unusable(f"the reader '{reader.name}' of {reader.version} {how}; {advice}")

    def recognised(file: SourceFile) -> bool | None:
        try:
            return bool(reader.recognises(file))
        except LoadError:
            raise
        except Exception:  # whatever it stumbles over
            return None

    def read(file: SourceFile, settings: Settings) -> Parsed:
        try:
            parsed = reader.read(file, settings)
            parsed.rejected = Counter(parsed.rejected)
            problem = next(_problems(parsed, file), "")
        except LoadError:
            raise
        except Exception as error:
            raise unusable(f"failed ({type(error).__name__})") from error
        if problem:
            raise unusable(f"gave what cannot be used: {problem}")
        return parsed

    def refuse(file: SourceFile, settings: Settings) -> Parsed:  # noqa: ARG001
        raise unusable("failed when it looked at this file, which no other reader knows")

    return (
        replace(reader, recognises=lambda file: recognised(file) is True, read=read),
        replace(reader, recognises=lambda file: recognised(file) is None, read=refuse),
    )


def _problems(parsed: Parsed, file: SourceFile) -> Iterator[str]:
    """What is wrong with what the reader gave: its frames, or the count of its rows."""
    frames = {"people": parsed.people, "interactions": parsed.interactions, "referrals": parsed.referrals}
    people_count = 0 if parsed.people is None else len(parsed.people)
    refs: set[str] = set()
    for table, frame in {**frames, **parsed.tables}.items():
        if frame is not None:
            yield from _problems_of_columns(table, frame, people_count)
            refs |= set(frame["source_ref"])
    if not file.parts and not all(ref.startswith(f"{file.label}:") for ref in refs):
        yield "a source_ref that is not of this file; make them with base.source_refs"
    rejected = parsed.rejected.total()
    if parsed.rows_read != len(refs) + rejected:
        yield f"{parsed.rows_read} rows read, but {len(refs)} in its tables and {rejected} rejected"


def _problems_of_columns(table: str, frame: pd.DataFrame, people_count: int) -> Iterator[str]:
    columns = schema.TABLES[table].columns if table in schema.TABLES else ()
    needed = {"source_ref", *(PERSONS.get(column.name, column.name) for column in columns if column.required)}
    for name, dtype in declared(table).items():
        if name not in frame or frame[name].dtype != dtype:
            yield f"column '{name}' of {table} is missing or of another type; make its frames with base.rows"
        elif name in needed and frame[name].isna().any():
            yield f"column '{name}' of {table} has empty cells"
        elif name in PERSONS.values() and not frame[name].dropna().between(0, people_count - 1).all():
            yield f"column '{name}' of {table} counts beyond the people"
