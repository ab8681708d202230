"""Who is this, and why are these one person? What `networkscope who` and `networkscope duplicates` show."""

from __future__ import annotations

import difflib
from typing import Any

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.people.aliases import USED
from networkscope.people.duplicates import duplicate_candidates
from networkscope.people.exact import KINDS
from networkscope.wording import many

NEAREST = 5
WORDS = {True: "same", False: "not the same"}


def people_named(contacts: pd.DataFrame, text: str, *, region: str = "") -> pd.DataFrame:
    """Which contacts are meant by a name, a part of one, an address, a profile, a phone or an id?

    Whoever bears exactly that name comes alone; else everybody whose name holds all its words, or begins with them.
    `region`, two letters, is where phones without a country code are at home.
    """
    named = contacts["name"].fillna("").map(keys.name_key)
    wanted = keys.name_key(text)
    address = keys.email_key(text) or keys.profile_key(text) or keys.phone_key(text, region)
    exact = (contacts["contact_id"] == text) | (named == wanted) & (wanted != "")
    for column in ("emails", "profiles", "phones") if address else ():
        cells = schema.SEPARATOR + contacts[column].fillna("") + schema.SEPARATOR
        exact |= cells.str.contains(f"{schema.SEPARATOR}{address}{schema.SEPARATOR}", regex=False)
    if exact.any() or not wanted:
        return contacts[exact]
    within = [all(f" {word}" in f" {name}" for word in wanted.split()) for name in named]
    return contacts[np.array(within, dtype=bool)]


def nearest_names(contacts: pd.DataFrame, text: str) -> list[str]:
    """The names most like this one."""
    known = {keys.name_key(name): name for name in contacts["name"].dropna()}
    near = difflib.get_close_matches(keys.name_key(text), known, n=NEAREST, cutoff=0.6)
    return [known[name] for name in near]


def person(book: Any, contact_id: str) -> dict[str, Any]:
    """Everything that tells who a contact is: keys with the rows they stand in, sources, touches, decisions.

    A key that stands in several rows is why these are one person; `shared` says that it is not.
    """
    mentions = book.mentions[book.mentions["contact_id"] == contact_id]
    found = book.keys[book.keys["mention"].isin(mentions.index)]
    found = found.assign(source_ref=mentions["source_ref"].reindex(found["mention"]).to_numpy())
    found["rank"] = found["kind"].map(KINDS.index)
    grouped = found.sort_values(["rank", "key"], kind="stable").groupby(["rank", "kind", "key"], sort=False)
    keyless = mentions[~mentions.index.isin(found["mention"])]
    touches = book.interactions[book.interactions["contact_id"] == contact_id]
    by_source = touches.groupby("source", observed=True)["occurred_at"].agg(["size", "min", "max"])
    about = (book.decisions[["a_id", "b_id"]] == contact_id).any(axis=1) & (book.decisions["fate"] == USED)
    (contact,) = book.contacts[book.contacts["contact_id"] == contact_id].astype(object).to_dict("records")
    return {
        "contact_id": contact_id,
        **{
            name: contact[name] if isinstance(contact[name], str) else None
            for name in ("name", "organization", "title")
        },
        "sources": contact["sources"].split(schema.SEPARATOR) if isinstance(contact["sources"], str) else [],
        "keys": [
            {"kind": kind, "key": key, "rows": _known(rows["source_ref"]), "shared": not rows["joins"].all()}
            for (_, kind, key), rows in grouped
        ],
        "by_name": _known(keyless["source_ref"]),
        "decisions": [
            {"a": line.a, "b": line.b, "decision": WORDS[line.same], "row": line.source_ref}
            for line in book.decisions[about].itertuples()
        ],
        "touches": [
            {"source": source, "count": int(size), "first": _day(book, first), "last": _day(book, last)}
            for source, size, first, last in by_source.itertuples()
        ],
    }


def person_lines(told: dict[str, Any]) -> list[str]:
    """`person` as text."""
    what = ", ".join(part for part in (told["title"], told["organization"]) if part)
    lines = [f"{told['name'] or 'without a name'}{f' ({what})' if what else ''}  id {told['contact_id']}"]
    lines.append(f"  sources: {', '.join(told['sources'])}")
    for key in told["keys"]:
        why = "shared, joins only one name" if key["shared"] else "joins" if len(key["rows"]) > 1 else "in"
        lines.append(f"  {key['kind']} {key['key']}: {why} {', '.join(key['rows'])}")
    if told["by_name"]:
        lines.append(f"  by name, the only one whom it fits: {', '.join(told['by_name'])}")
    lines += [
        f"  decided: {line['a']}, {line['b']}: {line['decision']} ({line['row']})"
        for line in told["decisions"]
    ]
    for touch in told["touches"]:
        count = many(touch["count"], "event")
        lines.append(f"  {touch['source']}: {count}, {touch['first']} to {touch['last']}")
    return lines


def duplicates(book: Any) -> pd.DataFrame:
    """`duplicate_candidates` of a book without the pairs decided in aliases.csv, each with the line to copy there.

    The line says `same`; where the two are not, it is to be changed. It is missing where a contact has nothing of its
    own to be called by.
    """
    apart = book.decisions[(book.decisions["fate"] == USED) & ~book.decisions["same"].astype(bool)]
    found = duplicate_candidates(book.contacts, apart=apart)
    joining = book.keys[book.keys["joins"]]
    rank = joining["kind"].map(KINDS.index)
    joining = joining.assign(contact_id=book.mentions["contact_id"].reindex(joining["mention"]).to_numpy())
    best = joining.loc[rank.sort_values(kind="stable").index].drop_duplicates("contact_id")
    key = best.set_index("contact_id")["key"].to_dict()
    lone = book.contacts.drop_duplicates("name", keep=False).dropna(subset="name")
    once = lone.set_index("contact_id")["name"].to_dict()
    sides = [[key.get(who, once.get(who)) for who in found[side]] for side in ("a_id", "b_id")]
    lines = [
        ",".join([*map(_cell, sorted(pair)), "same"]) if all(pair) else None
        for pair in zip(*sides, strict=True)
    ]
    return found.assign(line=pd.Series(lines, found.index, dtype=schema.TEXT))


def _known(refs: pd.Series) -> list[str]:
    return list(dict.fromkeys(refs.dropna()))


def _cell(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if set(text) & set('",\n') else text


def _day(book: Any, instant: pd.Timestamp) -> str:
    return f"{instant.tz_convert(book.timezone):%Y-%m-%d}"
