"""A talk or a message as the owner notes it: how a line of interactions.csv names somebody, and how it is added."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope import keys, schema
from networkscope.book.forgotten import check_not_forgotten
from networkscope.book.own_files import OWN_TABLES, Addition, append_all
from networkscope.errors import ParameterError


def cells_of(contacts: pd.DataFrame, person: Mapping[str, Any]) -> dict[str, str]:
    """The cells by which a line names this contact, and nobody else: the name, else an address or a profile.

    >>> contacts = pd.DataFrame({"name": ["Ann Lee", "Bo Ek", "Bo Ek"], "emails": ["a@x.example", "b@x.example", None]})
    >>> cells_of(contacts, contacts.iloc[0]), cells_of(contacts, contacts.iloc[1])
    ({'contact': 'Ann Lee'}, {'email': 'b@x.example'})
    """
    bearers = contacts["name"].dropna().map(keys.name_key)
    if isinstance(person["name"], str) and (bearers == keys.name_key(person["name"])).sum() == 1:
        return {"contact": person["name"]}
    for column, cell in (("emails", "email"), ("profiles", "profile")):
        if isinstance(person[column], str):
            return {cell: person[column].split(schema.SEPARATOR)[0]}
    raise ParameterError(
        "this contact has neither a name of its own nor an e-mail address or profile; "
        "give it one of them, together with its phone, in contacts.csv"
    )


def note_touch(
    folder: Path, who: Sequence[Mapping[str, str]], event: Mapping[str, str], named: Sequence[str] = ()
) -> list[str]:
    """Add one line on these people to interactions.csv, and one per name that they gave to referrals.csv.

    `who` are the cells of each (`cells_of`). Returns each file with the line. Several people are named by their names;
    names were given by one person alone.
    """
    if len(who) > 1:
        if any("contact" not in cells for cells in who):
            raise ParameterError("one of them has a name that others have too: note this person alone")
        if named:
            raise ParameterError("say of one person alone which names you were given: note them one by one")
    cells = dict(who[0]) if len(who) == 1 else {"contact": "; ".join(each["contact"] for each in who)}
    ((column, value),) = cells.items()
    check_not_forgotten(folder, [*value.split(";"), *named])
    referrer = "referrer_profile" if column == "profile" and "linkedin.com/" not in value else "referrer"
    received = [{referrer: value, "referred": one, "given_on": event["occurred_at"][:10]} for one in named]
    tables = {"interactions.csv": [cells | dict(event)], "referrals.csv": received}
    tables = {file: rows for file, rows in tables.items() if rows}
    added = [Addition(folder / file, rows, OWN_TABLES[file].split(",")) for file, rows in tables.items()]
    return [f"{file}:{line}" for file, line in zip(tables, append_all(added, command="log"), strict=True)]
