"""A new book: a folder with its settings, the owner's own tables, and a place for exports."""

import filecmp
import itertools
from pathlib import Path

from networkscope.book.own_files import OWN_TABLES, copy_whole
from networkscope.errors import LoadError
from networkscope.settings import local_timezone

EXPORTS = "exports"
TEMPLATE = Path(__file__).with_name("template.toml").read_text(encoding="utf-8")  # of book.toml


def make_book(folder: Path) -> None:
    """Make an empty book of this folder; a LoadError, and nothing changed, where one is there already."""
    files = {"book.toml": TEMPLATE.format(timezone=local_timezone())}
    files |= {name: header + "\n" for name, header in OWN_TABLES.items()}
    if taken := [name for name in files if (folder / name).exists()]:
        raise LoadError(f"'{folder.name}' has a {taken[0]} already; nothing was changed")
    try:
        (folder / EXPORTS).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            with (folder / name).open("x", encoding="utf-8") as stream:
                stream.write(content)
    except OSError as error:
        raise LoadError(f"no book can be made in '{folder.name}': {error.strerror}") from error


def take_in(export: Path, folder: Path) -> Path:
    """Copy an export into a book, under a name of its own; one that is there already, byte for byte, stays as it is."""
    place = folder / EXPORTS
    others = (place / f"{export.stem}-{number}{export.suffix}" for number in itertools.count(2))
    try:
        place.mkdir(exist_ok=True)
        for target in itertools.chain([place / export.name], others):
            if not target.exists():
                copy_whole(export, target)
                break
            if filecmp.cmp(export, target, shallow=False):
                break
    except OSError as error:
        raise LoadError(f"'{export.name}' cannot be copied into '{folder.name}': {error.strerror}") from error
    return target
