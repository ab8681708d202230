"""What the owner says that people are to them: the book's roles.csv, a line per correction; the last one counts."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import schema
from networkscope.book.decisions import READABLE, current_ids, naming, written_day
from networkscope.book.own_files import append_rows, read_rows
from networkscope.errors import LoadError, nearest

ROLES_FILE = "roles.csv"
HEADER = ("contact_id", "role", "knows_of_search", "noted_on", *READABLE)
COLUMNS = {
    "contact_id": schema.TEXT, "role": schema.TEXT, "knows_of_search": schema.FLAG, "noted_on": schema.DATE,
    "source_ref": schema.TEXT,
}  # fmt: skip


def read_roles(book: str | Path, contacts: pd.DataFrame) -> pd.DataFrame:
    """Who is what, and who knows of the search, as the owner noted it?

    A row per line: `contact_id` (where `contacts` have no such id, that of the only one whom `key` or `name` fits),
    `role` and `knows_of_search` (NA where the line does not say), `noted_on` (NA: since ever), `source_ref`. A
    LoadError names the line that cannot be read.
    """
    lines = list(read_rows(Path(book) / ROLES_FILE))
    rows = [_correction(line, number) for number, line in lines]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    named = [line.get("key") or line.get("name") for _, line in lines]
    frame["contact_id"] = current_ids(frame["contact_id"], named, contacts)
    return frame


def note_role(book: str | Path, contact: Mapping[str, Any], **cells: str) -> int:
    """Add a line about this contact to roles.csv and return its number; nothing is added to a file with an error."""
    path, row = Path(book) / ROLES_FILE, naming(contact) | cells
    for number, line in read_rows(path):
        _correction(line, number)
    return append_rows(path, [row], header=HEADER, optional=READABLE, command="role")


def _correction(line: dict[str, str], number: int) -> dict[str, object]:
    where = f"{ROLES_FILE}, line {number}"
    cells = {name: line.get(name, "") for name in HEADER}
    role = re.sub(r"[\s-]+", "_", cells["role"].casefold())
    if role and role not in schema.ROLES:
        raise LoadError(f"{where}: role '{cells['role']}' is not allowed; {nearest(role, schema.ROLES)}")
    knows = {"": None, "yes": True, "no": False}.get(cells["knows_of_search"].casefold(), "?")
    if knows == "?":
        raise LoadError(f"{where}: knows_of_search must be yes or no")
    if not role and knows is None:
        raise LoadError(f"{where}: it gives neither a role nor knows_of_search")
    if not any(cells[name] for name in ("contact_id", *READABLE)):
        raise LoadError(
            f"{where}: it names nobody; give a contact_id, a name, or a key (an e-mail address or profile)"
        )
    noted = written_day(cells["noted_on"], f"{where}: noted_on")
    return {"contact_id": cells["contact_id"] or None, "role": role or None, "knows_of_search": knows,
            "noted_on": noted, "source_ref": f"{ROLES_FILE}:{number}"}  # fmt: skip
