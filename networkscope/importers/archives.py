"""Which files does a zip archive hold, and is it safe to read them?

An archive may come from anywhere, so its own statements are not believed: paths must stay inside, every size
is capped, and `SourceFile.read` takes no byte more than was announced here.
"""

from __future__ import annotations

import os
import stat
from pathlib import PurePosixPath, PureWindowsPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from networkscope.errors import LoadError, one_line
from networkscope.importers.base import SourceFile

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 200
# Below this size an archive harms nobody, however well its text packs.
RATIO_COUNTS_FROM_BYTES = 64 * 2**20

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED = 0x1


def opened(file: SourceFile) -> ZipFile:
    """The archive; a LoadError where it is broken."""
    try:
        return ZipFile(file.path if file.member is None else file.open())
    except Exception as error:  # zipfile lets through whatever a damaged directory makes it stumble over
        raise LoadError(f"{file.label} is not a zip archive, or it is broken: {one_line(error)}") from error


def members(file: SourceFile, archive: ZipFile) -> list[SourceFile]:
    """Which files does the archive hold? Directories and what macOS adds are left out.

    A LoadError where it is encrypted, a member is a link or would be unpacked elsewhere, or it would unpack to more
    than `MAX_UNPACKED_BYTES` or to more than `MAX_RATIO` times its size.
    """
    infos = {info.filename: info for info in archive.infolist()}
    try:
        for info in archive.infolist():
            _refuse_hostile(info, file.label)
        refuse_bomb(archive, file)
    except LoadError:
        archive.close()
        raise
    return [
        SourceFile(
            file.path, f"{file.label}/{printable(name)}", info.file_size, name, archive, seen=file.seen
        )
        for name, info in infos.items()
        if _is_wanted(info)
    ]


def printable(name: str) -> str:
    """A file name that cannot upset a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _is_wanted(info: ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return not (info.is_dir() or parts[:1] == ("__MACOSX",) or parts[-1].startswith("."))


def _refuse_hostile(info: ZipInfo, label: str) -> None:
    for flavour in (PurePosixPath, PureWindowsPath):
        path = flavour(info.filename)
        if path.is_absolute() or path.drive or path.root or ".." in path.parts:
            raise LoadError(f"{label} holds a path that leads out of it; it was refused unread")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise LoadError(f"{label} holds a link; unpack it by hand and leave the link out")
    if info.flag_bits & ENCRYPTED:
        raise LoadError(f"{label} is encrypted; unpack it by hand with its password")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise LoadError(f"{label} is packed in an unusual way; unpack it by hand")


def refuse_bomb(archive: ZipFile, file: SourceFile) -> None:
    """Raise LoadError where the archive would unpack to more than the caps allow."""
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    cap = _cap("NETWORKSCOPE_MAX_UNPACKED_BYTES", MAX_UNPACKED_BYTES)
    if unpacked > cap:
        raise LoadError(
            f"{file.label} would unpack to {unpacked:,} bytes, more than the cap of {cap:,}; if you trust it, unpack "
            "it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_UNPACKED_BYTES"
        )
    ratio = _cap("NETWORKSCOPE_MAX_RATIO", MAX_RATIO)
    pairs = [(unpacked, file.size), *((info.file_size, info.compress_size) for info in infos)]
    if any(big >= RATIO_COUNTS_FROM_BYTES and big > ratio * small for big, small in pairs):
        raise LoadError(
            f"{file.label} would unpack to more than {ratio} times its size, the cap on the ratio; if you trust it, "
            "unpack it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_RATIO"
        )


def _cap(variable: str, usual: int) -> int:
    value = os.environ.get(variable, "")
    if value and not value.isdigit():
        raise LoadError(f"the environment variable {variable} must be a whole number")
    return int(value or usual)
