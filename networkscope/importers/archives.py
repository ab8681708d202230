"""Which files does a zip archive hold, and is it safe to read them?

An archive may come from anywhere, so its own statements are not believed: paths must stay inside, every size
is capped, and `SourceFile.read` takes no byte more than was announced here.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from networkscope.errors import LoadError, one_line
from networkscope.importers.base import SourceFile

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 200
# Below this size an archive harms nobody, however well its text packs.
RATIO_COUNTS_FROM_BYTES = 64 * 2**20

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED = 0x1


def is_archive(path: Path) -> bool:
    """Does this file claim to be a zip archive, by its first bytes or by its name?"""
    if path.name.lower().endswith(".zip"):
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(4) in MAGIC
    except OSError:
        return False


def members(path: Path, label: str) -> list[SourceFile]:
    """Which files does the archive hold? Directories and what macOS adds are left out.

    An Office document, which is a zip archive too, is given back as the one file that it is for the user.

    A LoadError where the archive is broken or encrypted, a member is a link or would be unpacked elsewhere, or it
    would unpack to more than `MAX_UNPACKED_BYTES` or to more than `MAX_RATIO` times its size.
    """
    size = path.stat().st_size
    try:
        archive = ZipFile(path)
    except Exception as error:  # zipfile lets through whatever a damaged directory makes it stumble over
        raise LoadError(f"{label} is not a zip archive, or it is broken: {one_line(error)}") from error
    by_name = {info.filename: info for info in archive.infolist()}
    if {"[Content_Types].xml", "mimetype"} & by_name.keys():
        archive.close()
        return [SourceFile(path, label, size)]
    try:
        for info in archive.infolist():
            _refuse_hostile(info, label)
        refuse_bomb(archive.infolist(), size, label)
    except LoadError:
        archive.close()
        raise
    return [
        SourceFile(path, f"{label}/{printable(info.filename)}", info.file_size, info.filename, archive)
        for info in by_name.values()
        if _wanted(info)
    ]


def printable(name: str) -> str:
    """A file name that cannot upset a terminal.

    >>> printable("a\\x1b[2Jb.csv")
    'a?[2Jb.csv'
    """
    return "".join(sign if sign.isprintable() else "?" for sign in name)


def _wanted(info: ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not (info.is_dir() or parts[:1] == ("__MACOSX",) or parts[-1].startswith("."))


def _refuse_hostile(info: ZipInfo, label: str) -> None:
    for flavour in (PurePosixPath, PureWindowsPath):
        where = flavour(info.filename)
        if where.is_absolute() or where.drive or where.root or ".." in where.parts:
            raise LoadError(f"{label} holds a path that leads out of it; it was refused unread")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise LoadError(f"{label} holds a link; unpack it by hand and leave the link out")
    if info.flag_bits & ENCRYPTED:
        raise LoadError(f"{label} is encrypted; unpack it by hand with its password")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise LoadError(f"{label} is packed in an unusual way; unpack it by hand")


def refuse_bomb(infos: list[ZipInfo], size: int, label: str) -> None:
    """Raise LoadError where these members would unpack to more than the caps allow."""
    unpacked = sum(info.file_size for info in infos)
    cap = _cap("NETWORKSCOPE_MAX_UNPACKED_BYTES", MAX_UNPACKED_BYTES)
    if unpacked > cap:
        raise LoadError(
            f"{label} would unpack to {unpacked:,} bytes, more than the cap of {cap:,}; if you trust it, unpack "
            "it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_UNPACKED_BYTES"
        )
    ratio = _cap("NETWORKSCOPE_MAX_RATIO", MAX_RATIO)
    pairs = [(unpacked, size), *((info.file_size, info.compress_size) for info in infos)]
    if any(big >= RATIO_COUNTS_FROM_BYTES and big > ratio * small for big, small in pairs):
        raise LoadError(
            f"{label} would unpack to more than {ratio} times its size, the cap on the ratio; if you trust it, "
            "unpack it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_RATIO"
        )


def _cap(variable: str, usual: int) -> int:
    value = os.environ.get(variable, "")
    if value and not value.isdigit():
        raise LoadError(f"the environment variable {variable} must be a whole number")
    return int(value or usual)
