"""Which files does a book hold, those in archives and the mails of a Maildir among them, and what was passed over?"""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path, PurePosixPath

from networkscope.errors import LoadError
from networkscope.importers.archives import is_archive, members, printable
from networkscope.importers.base import SourceFile, Unusable, marks
from networkscope.importers.workbooks import tables_in

# Not sources: settings, what our own commands wrote, and what can be made again.
OF_THE_BOOK = ("book.toml", "drafts.toml", "moves.csv", "backup", ".cache")


def walk(folder: Path) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """Which files are below the folder, those inside zip archives among them, and what was passed over?

    Both lists are sorted by label, the path below the folder; the second pairs each label with the reason. Each
    source has a label of its own. What belongs to the book itself (OF_THE_BOOK) is in neither. A Maildir, or a
    folder of several `.eml` or `.emlx`, is one file; each table of a workbook is one of its own.
    """
    found: list[SourceFile] = []
    skipped: list[tuple[str, str]] = []

    def label_of(path: Path) -> str:
        return printable(path.relative_to(folder).as_posix())

    def unreadable(error: OSError) -> None:
        skipped.append((label_of(Path(error.filename)), "skipped: the folder cannot be opened"))

    for parent, folders, names in os.walk(folder, onerror=unreadable):
        inside = Path(parent)
        own = set(OF_THE_BOOK) if inside == folder else set()
        for path in [inside / name for name in (*folders, *names) if name not in own]:
            if reason := _why_skipped(path):
                skipped.append((label_of(path), reason))
            elif path.is_file():
                found += _files(path, label_of(path))
        folders[:] = [name for name in folders if name not in own and not _is_hidden(inside / name)]
    sources: list[SourceFile] = []
    for file in group_mail_folders(unique_labels(found)):
        try:
            sources += tables_in(file)
        except Unusable as error:
            skipped.append((file.label, f"not read: {error}"))
    return unique_labels(sources), sorted(skipped)


def _why_skipped(path: Path) -> str:
    if _is_hidden(path):
        return "skipped: hidden"
    if path.is_symlink():
        return "skipped: a link; put the file itself here"
    return "" if path.is_file() or path.is_dir() else "skipped: not a regular file"


def _is_hidden(path: Path) -> bool:
    """A Maildir keeps its folders under names like `.Sent`: those are not meant to be hidden."""
    return path.name.startswith(".") and not (path / "cur").is_dir()


def _files(path: Path, label: str) -> list[SourceFile]:
    """The file, or what is in it where it is an archive."""
    status = path.stat()
    seen = marks(status)
    if is_archive(path):
        try:
            return [replace(file, seen=seen) for file in members(path, label)]
        except LoadError:
            if path.name.lower().endswith(".zip"):
                raise
    return [SourceFile(path, label, status.st_size, seen=seen)]


def unique_labels(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, sorted by label; where two have the same (what cannot be printed is a "?"), with a number."""
    taken = {file.label for file in files}
    found: dict[str, SourceFile] = {}
    for file in sorted(files, key=lambda file: (file.label, file.path, file.member or "")):
        label = file.label
        if label in found:
            path = PurePosixPath(label)
            numbered = (str(path.with_name(f"{path.stem} ({n}){path.suffix}")) for n in itertools.count(2))
            label = next(name for name in numbered if name not in taken)
            taken.add(label)
        found[label] = file if label == file.label else replace(file, label=label)
    return [found[label] for label in sorted(found)]


def group_mail_folders(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, but those of a Maildir, several `.eml` or `.emlx` of one folder, and a mailbox of Apple Mail as
    parts of one source each.
    """
    out: list[SourceFile] = []
    folders: dict[tuple[Path, str], list[SourceFile]] = {}
    for file in sorted(files, key=lambda file: file.label):
        folder, _, name = file.label.rpartition("/")
        where = file.path if file.member else file.path.parent
        if folder.rpartition("/")[2] in ("cur", "new"):
            folder = folder.rpartition("/")[0]
            folders.setdefault((where if file.member else where.parent, folder or "Maildir"), []).append(file)
        elif name.lower().endswith((".eml", ".emlx")):
            box, in_box, rest = file.label.rpartition(
                ".mbox/"
            )  # Apple Mail spreads a mailbox over many folders
            if in_box:
                where = where if file.member else file.path.parents[rest.count("/")]
            folders.setdefault((where, f"{box}.mbox" if in_box else folder or "*.eml"), []).append(file)
        else:
            out.append(file)
    for (where, label), parts in folders.items():
        size = sum(part.size for part in parts)
        alone = (
            len(parts) == 1 and parts[0].label.lower().endswith((".eml", ".emlx")) and label[-5:] != ".mbox"
        )
        out += parts if alone else [SourceFile(where, label, size, parts=tuple(parts))]
    return out
