"""Which client of a coach can introduce another one? Somebody knows people where somebody else wants to go.

Both must have written `[share] introductions = true` into book.toml; until then such a case is only counted. A book
is asked for the companies that others want, and for nothing else, so no list of whom it knows leaves it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from networkscope.measures.companies import asked_keys, target_coverage
from networkscope.measures.followups import never_wanted
from networkscope.sharing.copy import shareable
from networkscope.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from networkscope.automation.fleet import Client

KNOWN = ("active", "late", "drifting", "dormant")  # states of a tie between two who know each other
SHOWN = 3  # so many clients who know somebody are named for a company, the warmest first


class Introduction(NamedTuple):
    """`wants` wants to get into `company`; `through`, another client, knows somebody there.

    `who` is the person's name, empty where names are not allowed; `inside` is "now" or "past", `tie` the state of the
    tie, `touched_on` the day of the last touch, `people_count` how many `through` has on record there.
    """

    wants: str
    company: str
    through: str
    who: str
    inside: str
    tie: str
    touched_on: str
    people_count: int


def wanted_companies(clients: Sequence[Client]) -> dict[str, int]:
    """The companies that clients want, by key, and how many of those clients agree to be named."""
    found: Counter[str] = Counter()
    for client in clients:
        found.update(dict.fromkeys(_by_key(client.wants), int(client.agrees)))
    return dict(found)


def known_companies(now: Snapshot, wanted: Mapping[str, int], *, with_names: bool) -> dict[str, Any]:
    """At which of these companies does the owner of this book know somebody, now or formerly?

    `wanted` is that of `wanted_companies`. Known are those with whom there has been a touch by each side; people whom
    the book never shares, or of whom the owner wants no move, are left out.

    Returns
    -------
    `knows`: of an owner who agrees, a row per company with `company` (its key), `who`, `inside`, `tie`, `touched_on`,
    `strength` and `people_count`, as of the strongest tie there. `case_count`: of an owner who does not agree, how many
    clients who do want to get into a company where the owner knows somebody.
    """
    agrees = now.settings.share_introductions
    # Where neither agrees, nothing is asked.
    asked = [key for key, count in wanted.items() if agrees or count]
    kept = shareable(now)
    gone = never_wanted(kept)
    kept = replace(kept.without(gone), prepared={}) if len(gone) else kept
    table = target_coverage(kept, asked)
    table = table[table["state"].isin(KNOWN)]
    if not agrees:
        return {"knows": [], "case_count": sum(wanted[key] for key in table["company"])}
    rows = [
        {
            "company": row.company,
            "who": row.name if with_names and isinstance(row.name, str) else "",
            "inside": str(row.inside),
            "tie": str(row.state),
            "touched_on": f"{row.last_touch_on:%Y-%m-%d}",
            "strength": round(float(row.strength), 3),
            "people_count": int(row.insider_now_count + row.insider_past_count),
        }
        for row in table.itertuples(index=False)
    ]
    return {"knows": rows, "case_count": 0}


def introductions(clients: Sequence[Client]) -> tuple[list[Introduction], int]:
    """Who can be introduced by whom, where both agree; and how many more cases there are, in which not both do.

    By client as given and company, the warmest ties first, at most three for each company.
    """
    knows = [(client, row) for client in clients if client.agrees for row in client.said.get("knows", [])]
    knows.sort(key=lambda each: (KNOWN.index(each[1]["tie"]), -each[1]["strength"], each[0].name))
    at: dict[str, list[tuple[Client, dict[str, Any]]]] = defaultdict(list)
    for client, row in knows:
        at[row["company"]].append((client, row))
    found, more = [], sum(client.said.get("case_count", 0) for client in clients if not client.agrees)
    for client in clients:
        for key, company in _by_key(client.wants).items():
            others = [(who, row) for who, row in at[key] if who is not client]
            if not client.agrees:
                more += len(others)
                continue
            for other, row in others[:SHOWN]:
                facts = {name: row[name] for name in Introduction._fields[3:]}
                found.append(Introduction(client.name, company, other.name, **facts))
    return found, more


def _by_key(companies: Sequence[str]) -> dict[str, str]:
    """The companies as written, by what tells them apart; each once."""
    found: dict[str, str] = {}
    for key, name in zip(asked_keys(companies), companies, strict=True):
        if key:
            found.setdefault(key, name)
    return found
