"""Which files does a book hold, those in archives and the mails of a Maildir among them, and what was passed over?"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path, PurePosixPath

from networkscope.errors import LoadError
from networkscope.importers import archives, contentlines, unsupported, workbooks
from networkscope.importers.archives import printable
from networkscope.importers.base import SourceFile, Unusable, marks

# Not sources: settings, what our own commands wrote, and what can be made again.
OF_THE_BOOK = (
    "book.toml", "drafts.toml", "moves.csv", "roles.csv", "acts.csv", "words.toml", "backup", "reports", ".cache",
    ".networkscope",
)  # fmt: skip
SLACK_USERS, SLACK_LISTS = "users.json", ("dms.json", "mpims.json", "groups.json", "channels.json")
MAIL_FILES = (".eml", ".emlx")
SMALL_FILES = {
    ".vcf": "VCARD",
    ".ics": "VCALENDAR",
}  # an address book or a calendar with a file for each entry
SMALL_BYTES, MANY_FILES = 2**16, 20
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def walk(folder: Path) -> tuple[list[SourceFile], list[tuple[str, str]]]:
    """Which files are below the folder, those inside zip archives among them, and what was passed over?

    Both lists are sorted by label, the path below the folder; the second pairs each label with the reason. Each
    source has a label of its own. What belongs to the book itself (OF_THE_BOOK) is in neither. A Maildir, or a
    folder of several `.eml` or `.emlx`, or of many small cards or calendars, is one file; each table of a workbook is
    one of its own.
    """
    found: list[SourceFile] = []
    skipped: list[tuple[str, str]] = []
    for file in list(_on_disk(folder, skipped)):
        inside: list[SourceFile] = []
        _unpack(file, inside, skipped)
        if any(each.archive for each in inside):  # archives in archives count together
            archives.refuse_bomb(sum(each.size for each in inside), file.size, file.label)
        found += inside
    return unique_labels(grouped(unique_labels(found))), sorted(skipped)


def _on_disk(book: Path, skipped: list[tuple[str, str]]) -> Iterator[SourceFile]:
    """The files of the book as they are on the disk; what is none of them is added to what was skipped."""
    folders = [(str(book), "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            skipped.append((prefix.rstrip("/"), "skipped: the folder cannot be opened"))
            continue
        names = set() if prefix else {entry.name for entry in entries}
        for entry in entries:
            label = prefix + printable(entry.name)
            original = copy_of(entry.name, names)
            if not prefix and entry.name in OF_THE_BOOK:
                continue
            if reason := _why_skipped(entry):
                skipped.append((label, reason))
            elif original in OF_THE_BOOK:
                skipped.append((label, f"not read: named like a copy of {original}; only {original} is used"))
            elif entry.is_dir():
                folders.append((entry.path, f"{label}/"))
            else:
                status = os.stat(entry.path)  # noqa: PTH116 (Windows knows more of a file than of its entry)
                yield SourceFile(entry.path, label, status.st_size, seen=marks(status), original=original)


def copy_of(name: str, names: Set[str]) -> str:
    """Of which of these files is this one a copy, by its name ("log (1).csv", "Copy of log.csv")? Empty: of none."""
    if not names:
        return ""
    stem, _, suffix = name.rpartition(".")
    before = [f"{stem[: mark.start()]}.{suffix}" for mark in re.finditer(r"[ (._~-](?!\d{4}$)", stem)]
    # "Copy of", "Kopie von", "Cópia de"
    is_named_so = re.match("c[oó]p[iy]|kopi|копи", name.casefold()) is not None
    behind = [name[mark.end() :] for mark in re.finditer(" ", name)] if is_named_so else []
    kept = [bare for end in ("~", ".bak", ".old", ".orig") if (bare := name.removesuffix(end)) != name]
    return next((each for each in (*before, *behind, *kept) if each in names), "")


def _why_skipped(entry: os.DirEntry[str]) -> str:
    # A Maildir keeps its folders under names like `.Sent`: those are not meant to be hidden.
    if entry.name.startswith(".") and not Path(entry.path, "cur").is_dir():
        return "skipped: hidden"
    if entry.name.startswith("~$"):
        return "skipped: a table is open in Excel, or was when it crashed; what is not saved yet is not read"
    if entry.is_symlink():
        return "skipped: a link; put the file itself here"
    if entry.is_dir():
        what = unsupported.named(entry.name)
        return f"not read: {what}" if what else ""
    return "" if entry.is_file() else "skipped: not a regular file"


def _unpack(
    file: SourceFile, found: list[SourceFile], skipped: list[tuple[str, str]], depth: int = 0
) -> None:
    """Add the file, or all that is in it, to what was found; where it cannot be read, to what was skipped."""
    try:
        contents = tables_in(file, depth)
    except LoadError as error:
        if depth == 0 and not isinstance(error, Unusable):
            raise
        skipped.append((file.label, f"not read: {error}"))
        return
    for each in contents:
        if each is file or each.content is not None:
            found.append(each)
        else:
            _unpack(each, found, skipped, depth + 1)


def tables_in(file: SourceFile, depth: int = 0) -> list[SourceFile]:
    """The members of an archive, the tables of a workbook or a Parquet file; any other file as it is.

    `depth` is the number of archives around it. Unusable where the file is damaged, locked with a password, or larger
    than anybody could mean; LoadError where an archive or a workbook may do harm.
    """
    head = b"" if _is_mail(file) else file.head
    named_zip = depth == 0 and file.label.lower().endswith(".zip")
    is_packed = named_zip or head.startswith((*archives.ZIP, OLD_OFFICE)) or archives.is_tar(head)
    if head.startswith(b"PAR1"):
        return workbooks.parquet(file)
    if not is_packed or unsupported.named(file.label):
        return [file]
    if head.startswith(OLD_OFFICE):
        return workbooks.sheets(file, workbooks.OLD_OFFICE)
    if depth > 1:
        raise Unusable("it is in an archive inside another one; unpack it by hand")
    try:
        archive = archives.opened(file)
        is_workbook = workbooks.is_workbook(archive)
    except Unusable:
        raise
    except LoadError as error:
        is_plain = head.startswith(archives.ZIP) and depth == 0 and not named_zip
        raise Unusable(workbooks.BROKEN) if is_plain else error from error
    if is_workbook:
        archives.refuse_bombs(archive, file)
        return workbooks.sheets(file)
    if {"[Content_Types].xml", "mimetype"} & set(archive.namelist()):
        archive.close()
        return [file]
    return archives.members(file, archive)


def _is_mail(file: SourceFile) -> bool:
    """Is this one of many small files, which are no archives and need not be looked into one by one?"""
    *_, folder, name = ("", *file.label.split("/"))
    return folder in ("cur", "new") or name.lower().endswith(".eml")


def unique_labels(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, sorted by label; where two have the same (what cannot be printed is a "?"), with a number."""
    taken = {file.label for file in files}
    found: dict[str, SourceFile] = {}
    for file in sorted(files, key=lambda file: (file.label, os.fspath(file.path), file.member or "")):
        label = file.label
        if label in found:
            path = PurePosixPath(label)
            numbered = (str(path.with_name(f"{path.stem} ({n}){path.suffix}")) for n in itertools.count(2))
            label = next(name for name in numbered if name not in taken)
            taken.add(label)
        found[label] = file if label == file.label else replace(file, label=label)
    return [found[label] for label in sorted(found)]


def grouped(files: list[SourceFile]) -> list[SourceFile]:
    """The same files, but these as parts of one source each: the JSON files of an export of Slack; a Maildir, a mailbox
    of Apple Mail, several `.eml` or `.emlx` of one folder; many small cards, or calendars, of one folder.
    """
    labels = {file.label for file in files}
    roots = [label.removesuffix(SLACK_USERS) for label in labels if label.rpartition("/")[2] == SLACK_USERS]
    slack = sorted(root for root in roots if any(root + name in labels for name in SLACK_LISTS))
    groups: dict[tuple[str, str], list[SourceFile]] = {}
    least: dict[tuple[str, str], int] = {}
    for file in files:
        group, least_count = _group_of(file, slack)
        groups.setdefault(group, []).append(file)
        least[group] = least_count
    found = []
    for group, parts in groups.items():
        size = sum(part.size for part in parts)
        source = SourceFile(parts[0].path, group[1], size, parts=tuple(parts))
        found += [source] if len(parts) >= least[group] else parts
    return found


def _group_of(file: SourceFile, slack: list[str]) -> tuple[tuple[str, str], int]:
    """With which others is a file one source (where they are, and its label), if there are at least so many?"""
    folder, _, name = file.label.rpartition("/")
    if file.label.endswith(".json"):
        for root in slack:
            if file.label.startswith(root):
                return ("Slack", root.rstrip("/") or "Slack"), 1
    is_mail, above = name.lower().endswith(MAIL_FILES), 1
    if folder.rpartition("/")[2] in ("cur", "new"):
        above, label = 2, folder.rpartition("/")[0] or "Maildir"
    elif is_mail:
        label = folder or "*.eml"
        box, in_box, rest = file.label.rpartition(".mbox/")  # Apple Mail spreads one over many folders
        if in_box:
            above, label = rest.count("/") + 1, f"{box}.mbox"
    else:
        ending = file.label[-4:].lower()
        is_small = ending in SMALL_FILES and file.size < SMALL_BYTES
        if is_small and contentlines.begins(file.head, SMALL_FILES[ending]):
            return ("small", f"{folder}/*{ending}".lstrip("/")), MANY_FILES
        return ("alone", file.label), 2
    path = os.fspath(file.path)
    where = path if file.member else path.rsplit(os.sep, above)[0]
    return (where, label), 2 if is_mail and not label.endswith(".mbox") else 1
