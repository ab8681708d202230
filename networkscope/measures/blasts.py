"""Was one message sent to many?"""

from __future__ import annotations

import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import schema
from networkscope.dates import iso_days
from networkscope.roles.search import open_search
from networkscope.snapshot.events import value_of
from networkscope.snapshot.snapshot import Snapshot
from networkscope.words.fingerprints import alike
from networkscope.words.subjects import is_question

MASS_GROUP, MASS_PEOPLE = 10, 5
REFS_SHOWN = 10


def _alike(subjects: pd.Series, first_names: pd.Series) -> pd.Series:
    """Subjects without what one changes from mail to mail."""
    text = subjects.fillna("").str.lower().str.replace(r"^\s*((re|fwd?|aw|wg)\s*:\s*)+", "", regex=True)
    named = [
        re.sub(rf"\b{re.escape(name)}\b", " ", line) if name and name in line else line
        for name, line in zip(first_names, text, strict=True)
    ]
    letters = pc.replace_substring_regex(pa.array(named, pa.large_string()), r"[^\pL\pM]+", " ")
    return pd.Series(letters.to_pandas().array, subjects.index, dtype=schema.TEXT).str.strip()


def blasts(now: Snapshot) -> pd.DataFrame:
    """One ask, or near-identical ones, to many people on one day; the only rule that looks at crowds.

    An update or a greeting to many is none, however it was sent.
    """
    one = _sent_to_many(now)
    groups = one.groupby(["day", "about"])
    found = groups.agg(
        occurred_at=("occurred_at", "min"), n=("contact_id", "size"), size=("size", "max"),
    )  # fmt: skip
    shown = groups.head(REFS_SHOWN).dropna(subset="source_ref").groupby(["day", "about"])
    found["source_ref"] = shown["source_ref"].agg(schema.SEPARATOR.join).reindex(found.index)
    found = found.reset_index()
    people = found["n"].where(found["n"] >= found["size"] - 1, found["size"] - 1)
    to_all = "one message, or near-identical ones, to " + people.astype(str) + " people on "
    return found.assign(why=to_all + iso_days(found["day"]), people_count=people)


def blasted(now: Snapshot) -> pd.DataFrame:
    """Which asks were part of a blast? `contact_id, occurred_at`."""
    return _sent_to_many(now, asks_only=True)[["contact_id", "occurred_at"]]


def _sent_to_many(now: Snapshot, *, asks_only: bool = False) -> pd.DataFrame:
    """The messages of blasts, one per day, person and what it is `about`, with the `size` of the largest group."""
    key = ("blasts", asks_only)
    if key in now.prepared:
        found: pd.DataFrame = now.prepared[key]
        return found
    events = now.events
    sent = events[events["is_sent"]]
    sent = sent[sent["purpose"].isin(schema.ASKS) | (~sent["has_purpose"] & (not asks_only))]
    sent = sent.assign(size=sent["group_size"].fillna(0).astype("int64"))
    # Only days with enough people can hold a blast: the texts of all others are never looked at.
    busy = sent.groupby("day")["contact_id"].transform("nunique")
    sent = sent[(busy >= MASS_PEOPLE) | (sent["size"] > MASS_GROUP)]
    # Nobody minds a greeting; of what has no purpose on record, a question is suspect, and all of a search.
    asks = sent["has_purpose"] | (sent["day"] >= open_search(now)) | is_question(sent["subject"])
    sent = sent[asks]
    first = now.contacts.set_index("contact_id")["name"].str.lower().str.extract(r"(\S+)", expand=False)
    about = _alike(sent["subject"], value_of(sent["contact_id"], first).fillna(""))
    if "fingerprint" in sent:  # the words of the message say it, where they were read
        about = sent.groupby("day")["fingerprint"].transform(alike).astype(schema.TEXT).fillna(about)
    # Without a subject, only what was sent at one instant is one message; no subject is left with digits.
    instant = sent["occurred_at"].astype("int64").astype(schema.TEXT)
    sent = sent.assign(about=about.mask(about == "", instant), blank=about == "")
    one = sent.sort_values(["occurred_at", "contact_id"], kind="stable").drop_duplicates(
        ["day", "about", "contact_id"]
    )
    one = one.assign(
        size=one.groupby(["day", "about"])["size"].transform("max"),
        n=one.groupby(["day", "about"])["contact_id"].transform("size"),
        named=~one["blank"].groupby([one["day"], one["about"]]).transform("all"),
    )
    many = (one["size"] > MASS_GROUP) | ((one["n"] >= MASS_PEOPLE) & one["named"])
    now.prepared[key] = found = one[many]
    return found
