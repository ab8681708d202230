"""Who is everybody to the owner, and why: by the owner's words, then by facts, then by what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from networkscope import keys, schema
from networkscope.importers.mail_headers import is_robot
from networkscope.roles.employers import (
    at_employers,
    at_present_employer,
    once_at_employers,
    own_employers,
    words,
)
from networkscope.roles.search import search_members
from networkscope.roles.seniority import seniority_in
from networkscope.snapshot.events import among
from networkscope.snapshot.shared import answered
from networkscope.snapshot.snapshot import Snapshot

SET_APART = ("self", "robot")
PRESENT = ("boss", "colleague", "report")
REGULAR_TIMES = 3  # so many talks of two under one title are a regular one
FRIENDLY_TIMES = 6
ALL_SOCIAL = "all that you write is social"
ALIKE_TIMES = 3
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


def set_apart(now: Snapshot) -> pd.DataFrame:
    """Which contacts are the owner, or a machine? `contact_id, role, why`; what the owner noted wins."""
    if "set_apart" in now.prepared:
        kept: pd.DataFrame = now.prepared["set_apart"]
        return kept
    found = pd.concat([_self(now), _robots(now)], ignore_index=True).drop_duplicates("contact_id")
    noted = _noted(now)
    machines = noted[noted["role"].isin(SET_APART)]
    found = found[~among(found["contact_id"], noted["contact_id"])]
    found = pd.concat([found, machines[["contact_id", "role", "why"]]], ignore_index=True)
    now.prepared["set_apart"] = found
    return found


def _roles(now: Snapshot) -> pd.DataFrame:
    people = now.contacts[["contact_id"]]
    noted, apart = _noted(now), set_apart(now)
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


def _noted(now: Snapshot) -> pd.DataFrame:
    """What the owner says outright: the last line of roles.csv, else the column `role`."""
    column = now.contacts[["contact_id", "role"]].dropna()
    column = column[column["role"].isin(schema.ROLES)].assign(why="you say so in contacts.csv")
    lines = pd.DataFrame(columns=["contact_id", "role", "why"])
    if now.corrections is not None:
        lines = now.corrections.dropna(subset="role").drop_duplicates("contact_id", keep="last")
        lines = lines[["contact_id", "role"]].assign(
            why="you say so in " + lines["source_ref"].fillna("roles.csv")
        )
    both = pd.concat([part for part in (lines, column) if len(part)] or [column])
    return both.drop_duplicates("contact_id").astype(schema.TEXT)[["contact_id", "role", "why"]]


def _found(now: Snapshot, where: pd.Series, role: str, why: pd.Series | str) -> pd.DataFrame:
    people = now.contacts.loc[where, ["contact_id"]]
    return people.assign(role=role, why=why if isinstance(why, str) else why[people.index])


def _self(now: Snapshot) -> pd.DataFrame:
    settings = now.settings
    own = {*settings.owner_emails, *map(keys.profile_key, settings.owner_profiles)}
    own |= {keys.phone_key(phone, settings.home_region) for phone in settings.owner_phones}
    own -= {""}
    mine = pd.Series(False, now.contacts.index)
    for name in ("emails", "profiles", "phones") if own else ():
        cells = now.contacts[name].dropna().str.split(schema.SEPARATOR).explode()
        mine[cells.index[cells.isin(own)]] = True
    parts = [_found(now, mine, "self", "has an address of yours")]
    owner = keys.name_key(settings.owner_name)
    if " " in owner:
        named = now.contacts["name"].fillna("").map(keys.name_key).eq(owner)
        parts.append(_found(now, named & ~mine, "self", "has your name"))
    return pd.concat(parts, ignore_index=True)


def _robots(now: Snapshot) -> pd.DataFrame:
    """Machines: by address, by name, or because they only ever write, always alike, and were never answered."""
    emails = now.contacts["emails"].dropna()
    robot = emails.map(lambda cell: all(map(_is_machine, cell.split(schema.SEPARATOR))))
    by_address = robot.astype(bool).reindex(now.contacts.index, fill_value=False)
    log = now.events[["contact_id", "direction", "subject", "channel"]]
    answered = log.loc[log["direction"] != "inbound", "contact_id"].unique()
    names = now.contacts.loc[~among(now.contacts["contact_id"], answered), "name"].dropna()
    named = names.map(_is_service).astype(bool).reindex(now.contacts.index, fill_value=False)
    parts = [
        _found(now, by_address, "robot", "its address is a machine's"),
        _found(now, named & ~by_address, "robot", "its name is a service's"),
    ]
    heard = log[~among(log["contact_id"], answered) & log["channel"].isin(("email", "linkedin"))]
    heard = heard[heard.groupby("contact_id")["direction"].transform("size") >= ALIKE_TIMES]
    alike = heard.assign(
        about=heard["subject"].fillna("").str.casefold().str.replace(r"[\W\d_]+", " ", regex=True)
    )
    alike = alike.groupby("contact_id")["about"].agg(["nunique", "first"])
    same = alike.index[(alike["nunique"] == 1) & (alike["first"].str.strip() != "")]
    always = among(now.contacts["contact_id"], same)
    parts.append(_found(now, always, "robot", "always writes the same, and was never answered"))
    return pd.concat(parts, ignore_index=True).drop_duplicates("contact_id")


@cache
def _is_machine(address: str) -> bool:
    local = _folded(address).partition("@")[0]
    return is_robot(address) or bool(_pattern("robot_locals").match(local)) or local.endswith(_ends())


@cache
def _ends() -> tuple[str, ...]:
    return tuple(words()["robot_local_ends"])


@cache
def _is_service(name: str) -> bool:
    text = _folded(name)
    return text in words()["robot_names"] or bool(_pattern("robot_name_words").search(text))


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
    says_so = now.contacts["notes"].fillna("").map(_folded).str.contains(_pattern("notes_report"))
    parts.append(_found(now, says_so, "report", "your notes say so"))
    found = now.prepared["roles_by_words"] = _colleagues_by_date(now, pd.concat(parts, ignore_index=True))
    return found


def noted_as_familiar(now: Snapshot) -> list[str]:
    """With whom is the owner on first-name terms, as the notes say ("per du")?"""
    says_so = now.contacts["notes"].fillna("").map(_folded).str.contains(_pattern("notes_familiar"))
    return now.contacts.loc[says_so, "contact_id"].tolist()


def _colleagues_by_date(now: Snapshot, found: pd.DataFrame) -> pd.DataFrame:
    """Whoever is filed under colleagues is a present one only where the owner has an employer, and they no other."""
    present, _ = own_employers(now)
    inside = now.contacts.loc[at_present_employer(now).notna(), "contact_id"]
    elsewhere = now.contacts.loc[now.contacts["organization"].notna(), "contact_id"]
    gone = found["role"].eq("colleague") & ~among(found["contact_id"], inside)
    gone &= among(found["contact_id"], elsewhere) | (not present)
    return found.assign(role=found["role"].mask(gone, "former_colleague"))


@cache
def role_of_label(label: str) -> str | None:
    """The role that a label names: it is one of its words, or starts with one ("friends from school")."""
    text = _folded(label)
    found = [(len(match[0]), role) for role in _LABELS if (match := _label_pattern(role).match(text))]
    role = max(found, default=(0, ""))[1]
    return "search_contact" if role == "search" else role or None


@cache
def _label_pattern(role: str) -> re.Pattern[str]:
    end = r"(?=$|\s*[-–:(/@,\d]|\s+(?:at|from|in|bei|von|vom|aus|chez|en|em|da|di|bij|van)\b)"
    return re.compile(_pattern(role).pattern + (r"(?!\w)" if role == "former_colleague" else end))


_LABELS = ("family", "friend", "colleague", "boss", "report", "former_colleague", "client", "vendor", "recruiter",
           "search", "robot")  # fmt: skip


def _by_employers(now: Snapshot, present: pd.Series) -> list[pd.DataFrame]:
    firms, former = own_employers(now)
    regular = _regular_talks(now)
    leads = seniority_in(now.contacts).isin(LEADERS) & among(now.contacts["contact_id"], regular)
    inside = present.notna()
    once = at_employers(now, former).fillna(once_at_employers(now, [*firms, *former]))
    return [
        _found(now, inside & leads, "boss", present + ", leads, and meets you regularly"),
        _found(now, inside & ~leads, "colleague", present),
        _found(now, once.notna() & ~inside, "former_colleague", once + ", as you did"),
    ]


def _regular_talks(now: Snapshot) -> pd.Series:
    """Who has a regular talk of two with the owner?"""
    talks = now.touches[now.touches["is_talk"] & now.touches["is_alone"]]
    times = talks.groupby(["contact_id", "subject"])["day"].nunique()
    return times[times >= REGULAR_TIMES].reset_index()["contact_id"].drop_duplicates()


def _recruiters(now: Snapshot) -> pd.DataFrame:
    pattern, unless = _pattern("recruiter_titles"), _pattern("not_recruiter")
    about = now.contacts["title"].fillna("") + " | " + now.contacts["organization"].fillna("")
    codes, distinct = pd.factorize(about)
    hit = np.array([bool(pattern.search(unless.sub(" ", _folded(text)))) for text in distinct], dtype=bool)
    where = pd.Series(hit[codes] if len(hit) else [], now.contacts.index, dtype=bool)
    return _found(now, where, "recruiter", "title or company is a recruiter's")


def _friendly(now: Snapshot) -> pd.DataFrame:
    """With whom all that is known of is social; or thanks for a game, where a hobby is all that the label says."""
    known = now.touches[now.touches["has_purpose"]]
    social = known["purpose"].isin(("social",)).groupby(known["contact_id"]).agg(["size", "all"])
    friends = among(
        now.contacts["contact_id"], social.index[social["all"] & (social["size"] >= FRIENDLY_TIMES)]
    )
    other = known.loc[~known["purpose"].isin(("social", "thank_you")), "contact_id"]
    labels = now.contacts["circle"].fillna("") + "; " + now.contacts["tags"].fillna("")
    played = labels.map(_folded).str.contains(_pattern("leisure")) & ~among(now.contacts["contact_id"], other)
    played &= now.contacts["contact_id"].map(now.touches["contact_id"].value_counts()) >= FRIENDLY_TIMES
    return pd.concat([
        _found(now, friends, "friend", ALL_SOCIAL),
        _found(now, played & ~friends, "friend", "you share a hobby, and talk of nothing else"),
    ], ignore_index=True)  # fmt: skip


def _others(now: Snapshot) -> pd.DataFrame:
    known = now.people["touch_count"] > 0
    return pd.concat([
        _found(now, known, "contact", "you were in touch"),
        _found(now, ~known, "acquaintance", "no exchange is on record"),
    ], ignore_index=True)  # fmt: skip


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The phrases of one list in words.toml, the longest first, as whole words."""
    phrases = sorted({_folded(phrase) for phrase in words()[name]}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)")


def _folded(text: str) -> str:
    return " ".join(keys.unaccented(text.casefold()).split())
