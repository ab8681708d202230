"""What do the messages of a file do? A reader hands over their texts, and gets acts, purposes and names given."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import dates, keys, schema
from networkscope.importers.base import Parsed, digest, rows
from networkscope.settings import Settings
from networkscope.words.rules import ACTS
from networkscope.words.subjects import is_question

GIVEN = ("referral_given", "introduction")
PLEASE = (
    r"please|pls|bitte|s'il (?:te|vous) plait|por favor|se faz favor|per (?:favore|piacere)|graag|alsjeblieft"
)
TITLES = (
    r"herrn?|frau|mrs?\.?|ms\.?|dr\.?|monsieur|madame|m\.|mme|señora?|sra?\.?|signora?|sig\.|dhr\.?|mevr\.?"
)
GIVING = {False: ("inbound",), True: ("inbound", "mutual")}  # where names are given: a message, a talk noted
_WEIGHT = {name: number for number, name in enumerate(("outcome", *ACTS))}


def read_acts(parsed: Parsed, texts: Any, settings: Settings, *, notes: bool = False) -> None:
    """Fill in purposes, outcomes, whether an answer is wanted, and fingerprints; add the table `acts` and referrals.

    `texts` is an Arrow array with one text per row of `parsed.interactions`; they are not kept. What the user noted as
    a purpose stays. With `notes` the texts are the owner's own notes of a talk ("told me to call Bo Ek"): they give
    names, promises and purposes, and want no answer.
    """
    events = parsed.interactions
    if events is None or not settings.words_read:
        return
    if "suggested" not in events:
        events["suggested"] = pd.Series(pd.NA, events.index, dtype=schema.FLAG)
    events["fingerprint"] = pd.Series(dtype=schema.TEXT)
    if events.empty:
        return
    from networkscope.words.reading import read  # here: a book without texts needs none of the rules

    first = ~events["event_id"].duplicated()
    once = events[first.to_numpy(bool)]
    days = dates.local_dates(once["occurred_at"], settings.timezone)
    found = read(
        texts.filter(pa.array(first.to_numpy(bool))),
        days.reset_index(drop=True),
        settings.word_rules,
        (once["direction"] == "outbound").to_numpy(bool),
        notes=notes,
    )
    place = pd.Series(np.arange(len(once)), once["event_id"].array)
    row = place.reindex(events["event_id"]).to_numpy()
    purpose, outcome, answer, mark = (
        series.take(row).set_axis(events.index)
        for series in (found.purpose, found.outcome, found.needs_answer, found.fingerprint)
    )
    events["fingerprint"] = mark.where(events["direction"] == "outbound")
    open_purpose = events["purpose"].isna() | events["purpose"].eq("unknown")
    # The subject is a sentence as well: of both, what weighs more.
    lighter = events["purpose"].astype(schema.TEXT).map(_WEIGHT) > purpose.map(_WEIGHT)
    by_subject = events["suggested"].astype(schema.FLAG).fillna(False).astype(bool) & lighter
    read_here = (open_purpose | by_subject) & purpose.notna()
    events["purpose"] = (
        events["purpose"].astype(schema.TEXT).mask(read_here, purpose).astype(schema.choice(schema.PURPOSES))
    )
    events["suggested"] = events["suggested"].mask(read_here, True)
    outcome = outcome.where(events["purpose"].eq("outcome"))
    events["outcome"] = (
        events["outcome"].astype(schema.TEXT).fillna(outcome).astype(schema.choice(schema.EVENT_OUTCOMES))
    )
    asked = is_question(events["subject"]) if "subject" in events else False
    answer = answer.mask(answer.eq(False) & asked)  # a question in the subject stands, whatever the text says
    if not notes:
        answer = answer.mask(_asks_somebody_else(events, texts, settings.owner_name), False)
        events["needs_answer"] = events["needs_answer"].astype(schema.FLAG).fillna(answer)
    of = {name: once[name].to_numpy(object)[found.acts["row"]] for name in ("event_id", "source_ref")}
    acts = found.acts.assign(**of)
    names = ("event_id", "act", "about", "due_on", "phrase", "rule", "certainty", "language", "source_ref")
    parsed.tables["acts"] = rows("acts", len(acts), {name: acts[name] for name in names})
    _dated(events, acts)
    _names_given(parsed, events[events["direction"].isin(GIVING[notes])], acts, settings)


def _asks_somebody_else(events: pd.DataFrame, texts: Any, owner: str) -> pd.Series:
    """Which messages were got with others, and ask nothing of the owner by name ("Ana, can you ...?")?"""
    among_others = (events["direction"] == "inbound") & (events["group_size"] > 2).fillna(False)
    spellings = [name.split() for name in dict.fromkeys((keys.unaccented(owner), owner)) if name]
    names = "|".join(re.escape(words[0]) for words in spellings)
    titled = "|".join(rf"(?:{TITLES}) {re.escape(words[-1])}" for words in spellings)
    if not among_others.any() or not names:
        return among_others.astype(bool)
    call = rf"(?:^|[^\pL\pN])(?:@(?:{names}|{titled})|(?:(?:{names})(?: \pLu\pL+)?|{titled})\s*[,:!–-])"
    pattern = rf"(?im)^[^>\n]*{call}[^.!?]*(?:\?|(?:^|[^\pL])(?:{PLEASE})(?:$|[^\pL]))"
    called = pc.match_substring_regex(texts.cast(pa.large_string()), pattern).fill_null(False)
    return (among_others & ~called.to_numpy(zero_copy_only=False)).astype(bool)


def _dated(events: pd.DataFrame, acts: pd.DataFrame) -> None:
    """By when a promise is to be kept, and from when one may come back to what was put off."""
    for act, where in (("promise", events["purpose"] == "promise"), ("later", events["outcome"] == "later")):
        said = acts[acts["act"] == act].dropna(subset="due_on").drop_duplicates("event_id")
        due = said.set_index("event_id")["due_on"].reindex(events["event_id"]).set_axis(events.index)
        events["due_on"] = events["due_on"].fillna(due.where(where.fillna(False)))


def _names_given(parsed: Parsed, events: pd.DataFrame, acts: pd.DataFrame, settings: Settings) -> None:
    """Names that somebody gave to the owner in words: new people without keys, and referrals to them."""
    named = acts[acts["act"].isin(GIVEN) & acts["about"].notna()].drop(columns="source_ref")
    named = named.assign(about=named["about"].str.split(schema.SEPARATOR)).explode("about")
    named = named[named["about"].str.contains(" ")]  # a first name alone is nobody yet
    inbound = events.drop_duplicates("event_id")
    named = named.merge(inbound[["event_id", "person", "occurred_at", "source_ref"]], on="event_id")
    people = parsed.people if parsed.people is not None else rows("people", 0, {})
    own = keys.name_key(settings.owner_name)
    givers = people["name"].reindex(named["person"]).fillna("").map(keys.name_key).to_numpy(object)
    about = named["about"].map(keys.name_key)
    is_one_of_the_two = [
        one in ("", own, giver) or one in {*giver.split(), *own.split()}
        for one, giver in zip(about, givers, strict=True)
    ]
    named = named[~np.array(is_one_of_the_two, dtype=bool)]
    named = named.drop_duplicates(["event_id", "about"], ignore_index=True)
    if named.empty:
        return
    start = len(people)
    mentions = {
        "name": named["about"].tolist(), "emails": named["address"].tolist(), "listed": False,
        "source_ref": named["source_ref"].tolist(),
    }  # fmt: skip
    parsed.people = pd.concat([people, rows("people", len(named), mentions)], ignore_index=True)
    referrals = rows("referrals", len(named), {
        "referral_id": [digest("words", *pair) for pair in zip(named["event_id"], named["about"], strict=True)],
        "referrer": named["person"].tolist(), "referred": list(range(start, start + len(named))), "kind": "person",
        "given_on": dates.local_dates(named["occurred_at"], settings.timezone), "inferred": True,
        "source_ref": named["source_ref"].tolist(),
    })  # fmt: skip
    before = [] if parsed.referrals is None else [parsed.referrals]
    parsed.referrals = pd.concat([*before, referrals], ignore_index=True)
