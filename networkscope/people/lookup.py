"""Who is this, and why are these one person? What `networkscope who` and `networkscope duplicates` show."""

import difflib
import re
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.people.aliases import USED
from networkscope.people.duplicates import duplicate_candidates
from networkscope.people.exact import KINDS
from networkscope.people.names import spellings
from networkscope.wording import many

NEAREST = 5
WORDS = {True: "same", False: "not the same"}


def people_named(contacts: pd.DataFrame, text: str, *, region: str = "") -> pd.DataFrame:
    """Which contacts are meant by a name, a part of one, an address, a profile, a phone, an id or a short key?

    Those of exactly that name come alone; else those whose name differs in accents only ("joerg" and "jorg" are
    Jörg); else everybody whose name holds all its words, or words that start so. `region`, two letters, is the country
    of phones without a country code.
    """
    wanted, short = keys.name_key(text), text.strip()
    address = keys.email_key(text) or keys.profile_key(text) or keys.phone_key(text, region)
    exact = contacts["contact_id"] == text
    if re.fullmatch("p[a-z2-7]{4,12}", short):
        exact |= contacts["contact_id"].map(partial(keys.short_key, "p")).str.startswith(short)
    exact |= contacts["name"].fillna("").map(keys.name_key).eq(wanted) & (wanted != "")
    for column in ("emails", "profiles", "phones") if address else ():
        cells = schema.SEPARATOR + contacts[column].fillna("") + schema.SEPARATOR
        exact |= cells.str.contains(f"{schema.SEPARATOR}{address}{schema.SEPARATOR}", regex=False)
    if exact.any() or not wanted:
        return contacts[exact]
    asked, known = spellings(text), [spellings(name) for name in contacts["name"].fillna("").tolist()]
    alike = [
        len(name) == len(asked) and all(one & other for one, other in zip(name, asked, strict=True))
        for name in known
    ]
    starts = [tuple(word) for word in asked]
    within = [
        all(any(form.startswith(start) for form in set().union(*name)) for start in starts) for name in known
    ]
    return contacts[np.array(alike if any(alike) else within, dtype=bool)]


def nearest_names(contacts: pd.DataFrame, text: str) -> list[str]:
    """The names most like this one."""
    known = {keys.unaccented(keys.name_key(name)): name for name in contacts["name"].dropna()}
    near = difflib.get_close_matches(keys.unaccented(keys.name_key(text)), known, n=NEAREST, cutoff=0.6)
    return [known[name] for name in near]


def person_keys(contacts: pd.DataFrame) -> dict[str, str]:
    """The short key of each contact, by id."""
    ids = contacts["contact_id"].tolist()
    return dict(zip(ids, keys.short_keys("p", ids), strict=True))


def person(book: Any, contact_id: str) -> dict[str, Any]:
    """Everything that tells who a contact is: keys with the rows that carry them, sources, touches, decisions.

    A key in several rows is why these are one person; `shared` says that it is not.
    """
    mentions = book.mentions[book.mentions["contact_id"] == contact_id]
    found = book.keys[book.keys["mention"].isin(mentions.index)]
    found = found.assign(source_ref=mentions["source_ref"].reindex(found["mention"]).array)
    found["kind"] = pd.Categorical(found["kind"], KINDS, ordered=True)
    grouped = found.sort_values(["kind", "key"], kind="stable").groupby(["kind", "key"], observed=True)
    keyless = mentions[~mentions.index.isin(found["mention"])]
    touches = book.interactions[book.interactions["contact_id"] == contact_id]
    by_source = touches.groupby("source", observed=True)["occurred_at"].agg(["size", "min", "max"])
    about = (book.decisions[["a_id", "b_id"]] == contact_id).any(axis=1) & (book.decisions["use"] == USED)
    contact = book.contacts.set_index("contact_id").loc[contact_id]
    known = {column: contact[column] for column in ("name", "organization", "title")}
    return {
        "contact_id": contact_id,
        "key": person_keys(book.contacts)[contact_id],
        **{column: value if isinstance(value, str) else None for column, value in known.items()},
        "sources": contact["sources"].split(schema.SEPARATOR) if isinstance(contact["sources"], str) else [],
        "keys": [
            {"kind": kind, "key": key, "rows": _rows(rows), "shared": not rows["joins"].all()}
            for (kind, key), rows in grouped
        ],
        "by_name": _rows(keyless),
        "joined": [
            f"{line.a} is {line.b}: {line.reason}"
            for line in book.joined[book.joined["contact_id"] == contact_id].itertuples()
        ],
        "decisions": [
            {"a": line.a, "b": line.b, "decision": WORDS[line.same], "row": line.source_ref}
            for line in book.decisions[about].itertuples()
        ],
        "touches": [
            {"source": source, "count": int(size), "first": _day(book, first), "last": _day(book, last)}
            for source, size, first, last in by_source.itertuples()
        ],
    }


def person_lines(facts: dict[str, Any]) -> list[str]:
    """`person` as text."""
    what = ", ".join(part for part in (facts["title"], facts["organization"]) if part)
    name = f"{facts['name'] or 'without a name'}{f' ({what})' if what else ''}"
    lines = [f"{name}  id {facts['contact_id']}  key {facts['key']}"]
    lines.append(f"  sources: {', '.join(facts['sources'])}")
    for key in facts["keys"]:
        why = "shared, joins only one name" if key["shared"] else "joins" if len(key["rows"]) > 1 else "in"
        lines.append(f"  {key['kind']} {key['key']}: {why} {', '.join(key['rows'])}")
    if facts["by_name"]:
        lines.append(f"  by name, the only one it fits: {', '.join(facts['by_name'])}")
    lines += [f"  joined: {line}" for line in facts["joined"]]
    for line in facts["decisions"]:
        lines.append(f"  decided: {line['a']}, {line['b']}: {line['decision']} ({line['row']})")
    for touch in facts["touches"]:
        count = many(touch["count"], "event")
        lines.append(f"  {touch['source']}: {count}, {touch['first']} to {touch['last']}")
    return lines


def duplicates(book: Any) -> pd.DataFrame:
    """`duplicate_candidates` of a book without the pairs decided in aliases.csv, with both sides as text.

    More columns: `a_side`, `b_side` (who that is, by keys and sources), and `a`, `b`, the keys or names to give to
    `merge` and `part`; NA where a contact has neither a key nor a name of its own.
    """
    apart = book.decisions[(book.decisions["use"] == USED) & ~book.decisions["same"].astype(bool)]
    found = duplicate_candidates(book.contacts, apart=apart)
    known, sides = handles(book), _sides(book, {*found["a_id"], *found["b_id"]})
    columns = {}
    for one in ("a", "b"):
        columns[f"{one}_side"] = found[f"{one}_id"].map(sides).astype(schema.TEXT)
        columns[one] = found[f"{one}_id"].map(known).astype(schema.TEXT)
    return found.assign(**columns)


def handles(book: Any) -> pd.Series:
    """By what each contact is named so that nobody else is meant: its strongest key, else a name of its own."""
    joining = book.keys[book.keys["joins"]]
    bearers = book.mentions["contact_id"].reindex(joining["mention"]).array
    joining = joining.assign(contact_id=bearers, kind=joining["kind"].map(KINDS.index))
    joining = joining.sort_values("kind", kind="stable").set_index("contact_id")
    own_name = book.contacts.drop_duplicates("name", keep=False).dropna(subset="name")
    found = pd.concat([joining["key"], own_name.set_index("contact_id")["name"]])
    return found[~found.index.duplicated()]


def _sides(book: Any, ids: set[str]) -> dict[str, str]:
    """These contacts, each in a line."""
    some = book.contacts[book.contacts["contact_id"].isin(ids)]
    columns = ["name", "title", "organization", "location", "profiles", "emails", "phones", "sources"]
    count = book.interactions["contact_id"].value_counts()
    found = {}
    for contact_id, *cells in some[["contact_id", *columns]].itertuples(index=False):
        texts = [cell for cell in cells if isinstance(cell, str)]
        found[contact_id] = ", ".join([*texts, many(int(count.get(contact_id, 0)), "event")])
    return found


def _rows(mentions: pd.DataFrame) -> list[str]:
    return list(mentions["source_ref"].dropna().unique())


def _day(book: Any, instant: pd.Timestamp) -> str:
    return f"{instant.tz_convert(book.timezone):%Y-%m-%d}"
