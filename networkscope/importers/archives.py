"""Which files does an archive (zip, tar, tgz) hold, and is it safe to read them?

An archive may come from anywhere, so its own statements are not believed: paths must stay inside, every size
is capped, and `SourceFile.read` takes no byte more than was announced here.
"""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import tarfile
import tempfile
import weakref
from contextlib import ExitStack
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from networkscope.errors import LoadError, one_line
from networkscope.importers.base import SourceFile, Unusable

MAX_UNPACKED_BYTES = 4 * 2**30
MAX_RATIO = 200
# Below this size an archive harms nobody, however well its text packs.
RATIO_COUNTS_FROM_BYTES = 64 * 2**20
MAX_TAR_MEMBERS = 1_000_000
MAX_TAR_HEADER_BYTES = 2**24

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
GZIP = b"\x1f\x8b"
ENCRYPTED = 0x1
NO_TAR = "it is packed, but no archive of several files; unpack it and put what is in it here"


def is_tar(head: bytes) -> bool:
    """Is this the start of a tar archive, or of what may be a packed one?"""
    return head.startswith(GZIP) or head[257:262] == b"ustar"


def opened(file: SourceFile) -> ZipFile:
    """The archive; a LoadError where it is broken. A tar archive, or one inside another, is in a temporary file."""
    try:
        if file.member is None and not is_tar(file.head):
            return ZipFile(file.path)
        with ExitStack() as stack:
            spool = stack.enter_context(tempfile.TemporaryFile())
            if is_tar(file.head):
                _repack(file, spool)
            else:
                with file.open() as stream:
                    shutil.copyfileobj(stream, spool)
            archive = ZipFile(spool)
            weakref.finalize(archive, stack.pop_all().close)
            return archive
    except LoadError:
        raise
    except (
        Exception
    ) as error:  # zipfile and tarfile let through whatever a damaged archive makes them stumble over
        raise LoadError(f"{file.label} is not an archive, or it is broken: {one_line(error)}") from error


def _repack(file: SourceFile, spool: IO[bytes]) -> None:
    """Write the files of a tar archive as a zip archive, in which they are not packed: both are then checked alike."""
    with file.open() as packed, ZipFile(spool, "w") as out:
        stream = gzip.GzipFile(fileobj=packed) if file.head.startswith(GZIP) else packed
        capped: Any = _Capped(stream, file)
        tar: Any
        try:
            tar = tarfile.open(fileobj=capped, mode="r:")  # noqa: SIM115 (no file of its own to close)
        except (tarfile.ReadError, EOFError, OSError) as error:
            raise Unusable(NO_TAR) from error
        while (info := tar.next()) is not None:
            tar.members.clear()  # it would keep them all
            if len(out.namelist()) == MAX_TAR_MEMBERS:
                raise LoadError(f"{file.label} holds more than {MAX_TAR_MEMBERS:,} files; unpack it by hand")
            if not info.isreg() and not info.isdir():
                raise LoadError(f"{file.label} holds a link; unpack it by hand and leave the link out")
            name = str(PurePosixPath(info.name))
            content = tar.extractfile(info)
            if content and name not in out.NameToInfo:
                with out.open(ZipInfo(name), "w", force_zip64=True) as target:
                    shutil.copyfileobj(content, target)


class _Capped:
    """A stream of which no more is read than the caps allow, nor more at once than a header takes."""

    def __init__(self, stream: Any, file: SourceFile) -> None:
        self.stream, self.file, self.tell = stream, file, stream.tell

    def read(self, size: int) -> bytes:
        if size > MAX_TAR_HEADER_BYTES:
            raise LoadError(f"{self.file.label} is broken: a header in it claims {size:,} bytes")
        data: bytes = self.stream.read(size)
        refuse_bomb(self.tell(), self.file.size, self.file.label)
        return data

    def seek(self, position: int) -> None:
        refuse_bomb(position, self.file.size, self.file.label)
        self.stream.seek(position)


def members(file: SourceFile, archive: ZipFile) -> list[SourceFile]:
    """Which files does the archive hold? Directories and what macOS adds are left out.

    A LoadError where it is encrypted, a member is a link or would be unpacked elsewhere, or it would unpack to more
    than `MAX_UNPACKED_BYTES` or to more than `MAX_RATIO` times its size.
    """
    infos = {info.filename: info for info in archive.infolist()}
    try:
        for info in archive.infolist():
            _refuse_hostile(info, file.label)
        refuse_bombs(archive, file)
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
    return name if name.isprintable() else "".join(letter if letter.isprintable() else "?" for letter in name)


def _is_wanted(info: ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return bool(parts) and not (info.is_dir() or parts[0] == "__MACOSX" or parts[-1].startswith("."))


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


def refuse_bombs(archive: ZipFile, file: SourceFile) -> None:
    """Raise LoadError where the archive, or one of its members, would unpack to more than the caps allow."""
    refuse_bomb(sum(info.file_size for info in archive.infolist()), file.size, file.label)
    for info in archive.infolist():
        if info.file_size >= RATIO_COUNTS_FROM_BYTES:
            refuse_bomb(info.file_size, info.compress_size, file.label)


def refuse_bomb(unpacked: int, packed: int, label: str) -> None:
    """Raise LoadError where this is more than the caps allow."""
    cap = _cap("NETWORKSCOPE_MAX_UNPACKED_BYTES", MAX_UNPACKED_BYTES)
    if unpacked > cap:
        raise LoadError(
            f"{label} would unpack to {unpacked:,} bytes, more than the cap of {cap:,}; if you trust it, unpack "
            "it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_UNPACKED_BYTES"
        )
    ratio = _cap("NETWORKSCOPE_MAX_RATIO", MAX_RATIO)
    if unpacked >= RATIO_COUNTS_FROM_BYTES and unpacked > ratio * packed:
        raise LoadError(
            f"{label} would unpack to more than {ratio} times its size, the cap on the ratio; if you trust it, "
            "unpack it by hand or raise the cap with the environment variable NETWORKSCOPE_MAX_RATIO"
        )


def _cap(variable: str, usual: int) -> int:
    value = os.environ.get(variable, "")
    if value and not value.isdigit():
        raise LoadError(f"the environment variable {variable} must be a whole number")
    return int(value or usual)
