"""Which contacts are nobody to network with: the owner, and machines?"""

from functools import cache

import pandas as pd

from networkscope import keys, schema
from networkscope.importers.mail_headers import is_robot
from networkscope.roles.employers import words
from networkscope.roles.labels import folded, phrases_of
from networkscope.snapshot.events import among
from networkscope.snapshot.snapshot import Snapshot

SET_APART = ("self", "robot")
ALIKE_TIMES = 3


def set_apart(now: Snapshot) -> pd.DataFrame:
    """Which contacts are the owner, or a machine? `contact_id, role, why`; what the owner noted wins."""
    if "set_apart" in now.prepared:
        kept: pd.DataFrame = now.prepared["set_apart"]
        return kept
    found = pd.concat([_self(now), _robots(now)], ignore_index=True).drop_duplicates("contact_id")
    noted = noted_roles(now)
    machines = noted[noted["role"].isin(SET_APART)]
    found = found[~among(found["contact_id"], noted["contact_id"])]
    found = pd.concat([found, machines[["contact_id", "role", "why"]]], ignore_index=True)
    now.prepared["set_apart"] = found
    return found


def noted_roles(now: Snapshot) -> pd.DataFrame:
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


def found_as(now: Snapshot, where: pd.Series, role: str, why: pd.Series | str) -> pd.DataFrame:
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
    parts = [found_as(now, mine, "self", "has an address of yours")]
    owner = keys.name_key(settings.owner_name)
    if " " in owner:
        named = now.contacts["name"].fillna("").map(keys.name_key).eq(owner)
        parts.append(found_as(now, named & ~mine, "self", "has your name"))
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
        found_as(now, by_address, "robot", "its address is a machine's"),
        found_as(now, named & ~by_address, "robot", "its name is a service's"),
    ]
    heard = log[~among(log["contact_id"], answered) & log["channel"].isin(("email", "linkedin"))]
    heard = heard[heard.groupby("contact_id")["direction"].transform("size") >= ALIKE_TIMES]
    alike = heard.assign(
        about=heard["subject"].fillna("").str.casefold().str.replace(r"[\W\d_]+", " ", regex=True)
    )
    alike = alike.groupby("contact_id")["about"].agg(["nunique", "first"])
    same = alike.index[(alike["nunique"] == 1) & (alike["first"].str.strip() != "")]
    always = among(now.contacts["contact_id"], same)
    parts.append(found_as(now, always, "robot", "always writes the same, and was never answered"))
    return pd.concat(parts, ignore_index=True).drop_duplicates("contact_id")


@cache
def _is_machine(address: str) -> bool:
    local = folded(address).partition("@")[0]
    return is_robot(address) or bool(phrases_of("robot_locals").match(local)) or local.endswith(_ends())


@cache
def _ends() -> tuple[str, ...]:
    return tuple(words()["robot_local_ends"])


@cache
def _is_service(name: str) -> bool:
    text = folded(name)
    return text in words()["robot_names"] or bool(phrases_of("robot_name_words").search(text))
