"""What does each message do? Acts out of texts, by rules; the texts themselves are not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from networkscope import keys, schema
from networkscope.words import sentences as sentences_of
from networkscope.words.addresses import named_addresses
from networkscope.words.context import in_context
from networkscope.words.due import due_day
from networkscope.words.finding import Sentences
from networkscope.words.fingerprints import fingerprints
from networkscope.words.languages import sure_languages
from networkscope.words.own_words import own_words
from networkscope.words.rules import ABOUT_ANSWERS, ACTS, ASKS, NAMED, Rule, languages, note_rules, rules

SHOWN = 80  # characters of a phrase
DATED = {"promise": "last", "later": "first"}  # and the day of a month that is named alone
OUTCOMES = {"offer": "offer", "accept": "accepted", "decline": "no", "later": "later"}
OF_AN_OFFER = (
    "accept|contract|annehm|annahm|zusage|vertrag|contrat|acept|aceit|accett|aanvaard|aannem|aangenomen"
)
COLUMNS = {
    "row": "int64", "act": schema.TEXT, "about": schema.TEXT, "due_on": schema.DATE, "phrase": schema.TEXT,
    "rule": schema.TEXT, "certainty": schema.TEXT, "language": schema.TEXT, "address": schema.TEXT,
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What the messages do: `acts`, a row per message (`row`) and act; per message `purpose`, `outcome`,
    `needs_answer` (NA where there was no text), and of what the owner wrote a `fingerprint`."""

    acts: pd.DataFrame
    purpose: pd.Series
    outcome: pd.Series
    needs_answer: pd.Series
    fingerprint: pd.Series


def read(
    texts: Any,
    written_on: pd.Series | None = None,
    more: Sequence[Rule] = (),
    outbound: npt.NDArray[np.bool_] | None = None,
    *,
    notes: bool = False,
) -> Reading:
    """Read each text (an Arrow array or a list); `written_on` are the days on which they were written, `outbound` says
    which the owner wrote. With `notes` they are notes of the owner's own, read by the rules for these.

    >>> found = read(["Thank you so much for your time!", "Could you tell me more?", None])
    >>> found.acts["act"].tolist(), found.needs_answer.tolist()
    (['thank_you'], [False, True, <NA>])
    """
    given = pa.array(texts, pa.large_string()) if isinstance(texts, list) else texts.cast(pa.large_string())
    distinct = pc.dictionary_encode(pc.fill_null(given, ""))  # many messages are the same: "Thanks!"
    text_of = distinct.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    own = own_words(distinct.dictionary)
    found, answers = _read_distinct(own, note_rules() if notes else [*rules(), *more])
    rows = pd.DataFrame({"text": text_of, "row": np.arange(len(text_of))})
    acts = found.merge(rows, on="text").sort_values(["row", "place"], ignore_index=True)
    acts["due_on"] = _due(acts, written_on)
    acts = acts.reindex(columns=list(COLUMNS)).astype(COLUMNS)
    answers = answers.take(text_of).reset_index(drop=True)
    mine = np.unique(text_of[outbound]) if outbound is not None else np.empty(0, np.int64)
    marks = fingerprints(own.take(pa.array(mine))).set_axis(mine).reindex(text_of).reset_index(drop=True)
    return Reading(acts, *_summary(acts, len(text_of), outbound), answers, marks)


def _read_distinct(own: Any, every: Sequence[Rule]) -> tuple[pd.DataFrame, pd.Series]:
    """The acts of texts of which no two are equal (`text`, and in it `place` and `said`, the sentence), and per text
    whether it wants an answer."""
    sentences, of = sentences_of.split(own)
    found = _matches_of_all(sentences, sure_languages(own)[of], every)
    found["row"] = of[found["sentence"]]
    found = in_context(found, sentences_of.is_question(sentences), of)
    answers = _needs_answer(found, sentences, of, pc.greater(pc.utf8_length(own), 0), len(own))
    acts = found[found["act"].isin(ACTS)].sort_values(
        ["row", "weight", "sure", "sentence"], ignore_index=True
    )
    acts = acts.drop_duplicates(["row", "act", "about"], ignore_index=True)
    acts = acts[
        ~(acts["act"].isin(NAMED) & acts["about"].isna() & acts.duplicated(["row", "act"], keep=False))
    ]
    acts["said"] = sentences.take(pa.array(acts["sentence"].to_numpy())).to_pylist()
    acts["about"] = [
        schema.SEPARATOR.join(_as_written(one, text) for one in name.split(schema.SEPARATOR))
        if isinstance(name, str)
        else None
        for name, text in zip(acts["about"], acts["said"], strict=True)
    ]
    acts = _with_addresses(acts, found, own)
    acts["phrase"] = acts["phrase"].mask(
        acts["act"] == "promise", acts["said"]
    )  # what it was that was promised
    acts["phrase"] = _private(acts, own)
    return acts.rename(columns={"row": "text"}).assign(place=range(len(acts))), answers


def _with_addresses(acts: pd.DataFrame, found: pd.DataFrame, own: Any) -> pd.DataFrame:
    """The acts, and names that were given with an address; not in what came by itself to many."""
    given = named_addresses(own)
    given = given[~given["row"].isin(found.loc[found["act"].isin(("bulk", "no_answer")), "row"])]
    address_of = dict(zip(zip(given["row"], given["name"], strict=True), given["address"], strict=True))
    known = [*zip(acts["row"], acts["about"], strict=True)]
    acts = acts.assign(address=[address_of.get(one) for one in known])
    more = pd.DataFrame(
        [(row, name, name, name, address) for (row, name), address in address_of.items() if (row, name) not in known],
        columns=["row", "about", "phrase", "said", "address"],
    ).assign(act="referral_given", rule="address", certainty="sure", language="", weight=ACTS.index("referral_given"),
             sure=False)  # fmt: skip
    vague = acts["act"].isin(NAMED) & acts["about"].isna() & acts["row"].isin(more["row"])
    both = pd.concat([acts[~vague], more]) if len(more) else acts
    return both.sort_values(["row", "weight", "sure"], kind="stable", ignore_index=True)


def _matches_of_all(sentences: Any, sure: npt.NDArray[np.object_], every: Sequence[Rule]) -> pd.DataFrame:
    """The matches in these sentences, of which those that are equal are looked at once: each `sentence` and rule.

    Rules of one language are not tried where the message is surely (`sure`) in another.
    """
    distinct = pc.dictionary_encode(sentences_of.folded(sentences))
    number, index = distinct.indices.to_numpy(zero_copy_only=False), Sentences(distinct.dictionary)
    tables: list[pd.DataFrame] = []
    for language, of_language in groupby(every, key=attrgetter("language")):
        spoken = (sure == "") | (sure == language) | (language not in languages())
        if tables and not spoken.any():
            continue
        at, same = np.unique(number[spoken], return_inverse=True)
        found = _matches(index.only(at), [*of_language])
        places = pd.DataFrame({"distinct": same, "place": np.flatnonzero(spoken)})
        tables.append(found.rename(columns={"sentence": "distinct"}).merge(places, on="distinct"))
    table = pd.concat(tables, ignore_index=True).rename(columns={"place": "sentence"})
    weight = {act: number for number, act in enumerate([*ACTS, *ABOUT_ANSWERS])}
    return table.assign(
        weight=table["act"].map(weight).astype("float64"), sure=(table["certainty"] != "sure").astype(bool)
    )


def fits(rule: Rule, text: str) -> bool:
    """Does one rule alone fit this text?"""
    sentences, _ = sentences_of.split(pa.array([text], pa.large_string()))
    return bool(len(_matches(Sentences(sentences_of.folded(sentences)), [rule])))


def _matches(sentences: Sentences, every: Sequence[Rule]) -> pd.DataFrame:
    """Each sentence and rule that fits: `sentence, act, language, rule, certainty, phrase, about`."""
    numbers, rows, phrases, names = [], [], [], []
    for number, rule in enumerate(every):
        among = sentences.holding(rule.also) if rule.also else None  # first: a bare NAME is nearly everywhere
        for phrase in rule.says:
            at, groups = sentences.parts(phrase, among)
            if not len(at):
                continue
            numbers.append(np.full(len(at), number))
            rows.append(at)
            phrases.append(groups.field("phrase"))
            names += _names(groups)
    said = pa.chunked_array(phrases, phrases[0].type if phrases else pa.large_string())
    table = pd.DataFrame({
        "number": np.array([], dtype=np.int64) if not numbers else np.concatenate(numbers),
        "sentence": np.array([], dtype=np.int64) if not rows else np.concatenate(rows),
        "phrase": pc.utf8_trim_whitespace(said).to_pandas(), "about": names,
    })  # fmt: skip
    table = table.drop_duplicates(["number", "sentence"])
    table = table[~_excepted(table, sentences, every) & (table["about"] != "")]
    rule_of = [every[number] for number in table["number"]]
    told = {key: [getattr(rule, key) for rule in rule_of] for key in ("act", "language", "certainty")}
    return table.assign(rule=[rule.name for rule in rule_of], **told)


def _names(groups: Any) -> list[str | None]:
    """The names in each match, None where the phrase has no place for any; empty where one of the words is no name."""
    said = [name for name in ("name", "name2") if groups.type.get_field_index(name) >= 0]
    found = zip(*(groups.field(name).to_pylist() for name in said), strict=True)
    listed = [[*filter(None, names)] for names in found] if said else [[]] * len(groups)
    return [
        (schema.SEPARATOR.join(names) if all(map(sentences_of.is_name, names)) else "") if names else None
        for names in listed
    ]


def _excepted(table: pd.DataFrame, sentences: Sentences, every: Sequence[Rule]) -> npt.NDArray[np.bool_]:
    """Which of the matches (`number` of the rule, `sentence`) does an `unless` of their rule take back?"""
    at, place = np.unique(table["sentence"].to_numpy(np.int64), return_inverse=True)
    hopeful = sentences.only(at)
    gone = np.zeros(len(table), dtype=bool)
    for number, rows in table.groupby("number").indices.items():
        held = hopeful.holding(every[number].unless)
        gone[rows] = np.isin(place[rows], held)
    return gone


def _needs_answer(found: pd.DataFrame, sentences: Any, of: Any, has_text: Any, count: int) -> pd.Series:
    """Would a polite person answer each message? NA where there are no words."""
    question = sentences_of.is_question(sentences)
    asks = np.zeros(len(question), dtype=bool)
    asks[found.loc[found["act"].isin(("needs_answer", *ACTS[4:8])), "sentence"]] = True
    courtesy = np.zeros(len(question), dtype=bool)
    courtesy[found.loc[found["act"].isin(("courtesy", "later", "decline")), "sentence"]] = True
    given = found.loc[found["act"].isin(("referral_given", "congratulation")), "sentence"]
    asks[given] = False  # "please contact Bo Lind"
    asks &= ~np.isin(of, found.loc[found["act"] == "accept", "row"])  # "sure, give me a ring"
    wants = np.zeros(count, dtype=bool)
    wants[of[(question | asks) & ~courtesy]] = True
    settled = found.loc[found["act"].isin(("no_answer", "bulk")), "row"]
    wants[settled] = False
    is_help = (found["act"] == "offer") & (found["certainty"] == "likely")
    wants[found.loc[found["act"].isin(("offer", "introduction", *ASKS)) & ~is_help, "row"]] = True
    return pd.Series(wants, dtype=schema.FLAG).where(has_text.to_numpy(zero_copy_only=False))


def _due(acts: pd.DataFrame, written_on: pd.Series | None) -> pd.Series:
    days = pd.Series(pd.NaT, acts.index, dtype=schema.DATE)
    if written_on is None:
        return days
    dated = acts[acts["act"].isin(DATED)]
    written = written_on.take(dated["row"])
    found = map(due_day, dated["said"], dated["language"], written, dated["act"].map(DATED))
    return days.where(~acts["act"].isin(DATED), pd.Series(found, dated.index, dtype=schema.DATE))


def _as_written(name: str, sentence: str) -> str:
    """The name with the accents that it has in the sentence."""
    words, count = sentence.split(), len(name.split())
    runs = (" ".join(words[at : at + count]).strip(".,;:!?()\"'") for at in range(len(words)))
    return next((run for run in runs if keys.unaccented(run) == name), name)


def _private(acts: pd.DataFrame, own: Any) -> list[str]:
    """The matched words, at most 80 characters, and never a whole message of more than three words."""
    whole = own.take(pa.array(acts["row"].to_numpy())).to_pylist() if len(acts) else []
    shown = []
    for phrase, text in zip(acts["phrase"], whole, strict=True):
        words = phrase.split()
        if len(words) > 3 and len(words) >= len(text.split()):
            words = [*words[:3], "…"]
        shown.append(" ".join(words)[:SHOWN])
    return shown


def _summary(
    acts: pd.DataFrame, count: int, outbound: npt.NDArray[np.bool_] | None
) -> tuple[pd.Series, pd.Series]:
    """The purpose and the outcome of each message: its weightiest act.

    An offer and a "later" count where others wrote them, an acceptance where the owner accepts an offer ("see you then"
    accepts none). An offer that is only likely is one of help, and no outcome.
    """
    mine = np.zeros(count, dtype=bool) if outbound is None else outbound
    counted = acts[acts["act"] != "bulk"]
    by_owner = pd.Series(mine[counted["row"].to_numpy()], counted.index)
    formal = counted["phrase"].str.contains(OF_AN_OFFER, regex=True).astype(bool)
    accepts, theirs = counted["act"] == "accept", counted["act"].isin(("offer", "later"))
    idle = accepts & ~(formal & (by_owner | (outbound is None))) | theirs & by_owner
    idle |= (counted["act"] == "offer") & (counted["certainty"] == "likely")
    counted, by_owner = counted[~idle], by_owner[~idle]
    first = ~counted.duplicated("row")
    counted, by_owner = counted[first], by_owner[first]
    purpose = counted["act"].replace(
        {**dict.fromkeys(OUTCOMES, "outcome"), "congratulation": "social", "new_job": "update"}
    )
    outcome = counted["act"].map(OUTCOMES).mask(by_owner & (counted["act"] == "decline"), "declined")
    at = counted["row"].to_numpy()
    purpose, outcome = (
        series.set_axis(at).reindex(range(count)).astype(schema.TEXT) for series in (purpose, outcome)
    )
    return purpose, outcome
