"""Who is everybody to the owner, and why: by the owner's words, then by facts, then by what happened."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from networkscope import schema
from networkscope.roles.apart import found_as, noted_roles, set_apart
from networkscope.roles.employers import (
    at_employers,
    at_present_employer,
    once_at_employers,
    own_employers,
)
from networkscope.roles.labels import folded, phrases_of, role_of_label
from networkscope.roles.search import search_members
from networkscope.roles.seniority import seniority_in
from networkscope.snapshot.events import among
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

PRESENT = ("boss", "colleague", "report")
REGULAR_TIMES = 3  # so many talks of two under one title are a regular one
FRIENDLY_TIMES = 6
ALL_SOCIAL = "all that you write is social"
LEADERS = ("manager", "director", "executive")
_RANK = {role: rank for rank, role in enumerate(schema.ROLES)}
ROLE_COLUMNS = {
    "contact_id": schema.TEXT, "role": schema.choice(schema.ROLES), "roles": schema.TEXT, "role_why": schema.TEXT,
    "is_secret": bool, "in_search": bool,
}  # fmt: skip


@answered
def people_roles(now: Snapshot) -> pd.DataFrame:
    """Who is everybody to the owner, and why?

    The evidence, in this order: what the owner wrote (roles.csv, a column `role`, circle, tags), facts (employers,
    positions, addresses, titles), behaviour. A person may have several roles; `role` is the one with the strictest
    rule of conduct (the order of `schema.ROLES`). What the owner noted in roles.csv or in a column `role` stands alone.

    Returns
    -------
    One row per contact, the index as given: `contact_id`, `role`, `roles` (all, joined), `role_why`, `is_secret`
    (at a present employer, and not to know of the search, whatever the role), `in_search` (`search_members`).

    Examples
    --------
    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "circle": ["family", None],
    ...                        "emails": [None, "no-reply@shop.example"]})
    >>> people_roles(snapshot(people, schema.empty("interactions"), as_of="2026-11-16"))["role"].tolist()
    ['family', 'robot']
    """
    if "roles" not in now.prepared:
        now.prepared["roles"] = _roles(now.prepared.get("whole", now))
    return now.prepared["roles"].copy(deep=False)


def people_only(now: Snapshot) -> Snapshot:
    """The snapshot without machines and the owner: what every measure looks at."""
    if "people_only" not in now.prepared:
        apart = set_apart(now)["contact_id"]
        now.prepared["whole"] = now
        now.prepared["people_only"] = now.without(apart) if len(apart) else now
    found: Snapshot = now.prepared["people_only"]
    return found


def _roles(now: Snapshot) -> pd.DataFrame:
    people = now.contacts[["contact_id"]]
    noted, apart = noted_roles(now), set_apart(now)
    present = at_present_employer(now)
    members = search_members(now).assign(role="search_contact")
    known: dict[str, dict[str, str]] = {who: {} for who in people["contact_id"].tolist()}
    for alone in (noted, apart):  # what stands alone, whatever else there is
        for who, role, why in _rows(alone):
            known.get(who, {}).setdefault(role, why)
    settled = {who for who, roles in known.items() if roles}
    for evidence in (_by_words(now), *_by_employers(now, present), _recruiters(now), members):
        for who, role, why in _rows(evidence):
            if who not in settled and not (role == "boss" and "report" in known.get(who, {})):
                known.get(who, {}).setdefault(role, why)
    for who, role, why in [*_rows(_friendly(now)), *_rows(_others(now))]:  # where nothing else is known
        if not known[who]:
            known[who][role] = why
    ordered = [sorted(roles, key=_RANK.__getitem__) for roles in known.values()]
    reasons = [[roles[role] for role in order] for order, roles in zip(ordered, known.values(), strict=True)]
    return people.assign(
        role=pd.Categorical([order[0] for order in ordered], categories=list(schema.ROLES)),
        roles=[schema.SEPARATOR.join(order) for order in ordered],
        role_why=[schema.SEPARATOR.join(why) for why in reasons],
        is_secret=_secret(now, present, noted),
        in_search=among(people["contact_id"], members["contact_id"]),
    ).astype(ROLE_COLUMNS)


def _rows(evidence: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    return zip(*(evidence[name].tolist() for name in ("contact_id", "role", "why")), strict=True)


def _secret(now: Snapshot, present: pd.Series, noted: pd.DataFrame) -> pd.Series:
    """Who is at a present employer, or noted as such, and may not know of the search?"""
    if not now.settings.search_secret:
        return pd.Series(False, now.contacts.index)
    inside = noted.loc[noted["role"].isin(PRESENT), "contact_id"]
    knows: pd.Series = pd.Series(dtype=object)
    if now.corrections is not None:
        last = now.corrections.dropna(subset="knows_of_search").drop_duplicates("contact_id", keep="last")
        knows = last.loc[last["knows_of_search"].astype(bool), "contact_id"]
    ids = now.contacts["contact_id"]
    worded = _by_words(now)
    inside = pd.concat([inside, worded.loc[worded["role"].isin(PRESENT), "contact_id"]])
    return (present.notna() | among(ids, inside)) & ~among(ids, knows)


def _by_words(now: Snapshot) -> pd.DataFrame:
    """What circle and tags say, each label by the longest phrase in it; and notes, of who reports to the owner."""
    if "roles_by_words" in now.prepared:
        found: pd.DataFrame = now.prepared["roles_by_words"]
        return found
    parts = []
    for name in ("circle", "tags"):
        labels = now.contacts[["contact_id", name]].dropna()
        labels = labels.assign(label=labels[name].str.split(r"[;,]")).explode("label")
        role = labels["label"].map(role_of_label)
        labels = labels.assign(role=role, why=f"{name.removesuffix('s')}: " + labels["label"].str.strip())
        parts.append(labels.dropna(subset="role")[["contact_id", "role", "why"]])
    says_so = now.contacts["notes"].fillna("").map(folded).str.contains(phrases_of("notes_report"))
    parts.append(found_as(now, says_so, "report", "your notes say so"))
    found = now.prepared["roles_by_words"] = _colleagues_by_date(now, pd.concat(parts, ignore_index=True))
    return found


def noted_as_familiar(now: Snapshot) -> list[str]:
    """With whom is the owner on first-name terms, as the notes say ("per du")?"""
    says_so = now.contacts["notes"].fillna("").map(folded).str.contains(phrases_of("notes_familiar"))
    return now.contacts.loc[says_so, "contact_id"].tolist()


def _colleagues_by_date(now: Snapshot, found: pd.DataFrame) -> pd.DataFrame:
    """Whoever is filed under colleagues is a present one only where the owner has an employer, and they no other."""
    present, _ = own_employers(now)
    inside = now.contacts.loc[at_present_employer(now).notna(), "contact_id"]
    elsewhere = now.contacts.loc[now.contacts["organization"].notna(), "contact_id"]
    gone = found["role"].eq("colleague") & ~among(found["contact_id"], inside)
    gone &= among(found["contact_id"], elsewhere) | (not present)
    return found.assign(role=found["role"].mask(gone, "former_colleague"))


def _by_employers(now: Snapshot, present: pd.Series) -> list[pd.DataFrame]:
    firms, former = own_employers(now)
    regular = _regular_talks(now)
    leads = seniority_in(now.contacts).isin(LEADERS) & among(now.contacts["contact_id"], regular)
    inside = present.notna()
    once = at_employers(now, former).fillna(once_at_employers(now, [*firms, *former]))
    return [
        found_as(now, inside & leads, "boss", present + ", leads, and meets you regularly"),
        found_as(now, inside & ~leads, "colleague", present),
        found_as(now, once.notna() & ~inside, "former_colleague", once + ", as you did"),
    ]


def _regular_talks(now: Snapshot) -> pd.Series:
    """Who has a regular talk of two with the owner?"""
    talks = now.touches[now.touches["is_talk"] & now.touches["is_alone"]]
    times = talks.groupby(["contact_id", "subject"])["day"].nunique()
    return times[times >= REGULAR_TIMES].reset_index()["contact_id"].drop_duplicates()


def _recruiters(now: Snapshot) -> pd.DataFrame:
    pattern, unless = phrases_of("recruiter_titles"), phrases_of("not_recruiter")
    domains = (
        now.contacts["emails"]
        .fillna("")
        .str.replace(r"[^;@]*@", "", regex=True)
        .str.replace(r"[.-]", " ", regex=True)
    )
    about = (
        now.contacts["title"].fillna("") + " | " + now.contacts["organization"].fillna("") + " | " + domains
    )
    codes, distinct = pd.factorize(about)
    hit = np.array([bool(pattern.search(unless.sub(" ", folded(text)))) for text in distinct], dtype=bool)
    where = pd.Series(hit[codes] if len(hit) else [], now.contacts.index, dtype=bool)
    return found_as(now, where, "recruiter", "title, company or address is a recruiter's")


def _friendly(now: Snapshot) -> pd.DataFrame:
    """With whom all that is known of is social; or thanks for a game, where a hobby is all that the label says."""
    known = now.touches[now.touches["has_purpose"]]
    social = known["purpose"].isin(("social",)).groupby(known["contact_id"]).agg(["size", "all"])
    friends = among(
        now.contacts["contact_id"], social.index[social["all"] & (social["size"] >= FRIENDLY_TIMES)]
    )
    other = known.loc[~known["purpose"].isin(("social", "thank_you")), "contact_id"]
    labels = now.contacts["circle"].fillna("") + "; " + now.contacts["tags"].fillna("")
    played = labels.map(folded).str.contains(phrases_of("leisure")) & ~among(
        now.contacts["contact_id"], other
    )
    played &= now.contacts["contact_id"].map(now.touches["contact_id"].value_counts()) >= FRIENDLY_TIMES
    return pd.concat([
        found_as(now, friends, "friend", ALL_SOCIAL),
        found_as(now, played & ~friends, "friend", "you share a hobby, and talk of nothing else"),
    ], ignore_index=True)  # fmt: skip


def _others(now: Snapshot) -> pd.DataFrame:
    known = now.people["touch_count"] > 0
    return pd.concat([
        found_as(now, known, "contact", "you were in touch"),
        found_as(now, ~known, "acquaintance", "no exchange is on record"),
    ], ignore_index=True)  # fmt: skip
