"""Do I know anyone there, and what is the first step to them?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from networkscope import schema
from networkscope.measures.companies import LEAVE_ALONE, NEXT_STEPS, NO_ASK, NOBODY, asked_keys, insiders
from networkscope.measures.dormancy import dormant_contacts
from networkscope.measures.followups import held_off, never_wanted
from networkscope.measures.registry import measure
from networkscope.network.graph import alter_graph
from networkscope.network.paths import warm_paths
from networkscope.roles.conduct import may
from networkscope.snapshot.snapshot import Snapshot

WAYS = 5  # so many ways into a company are looked at, the warmest first
SHOWN = 8  # so many names in a cell
COLUMNS = {
    "company": schema.TEXT, "insider_now_count": "int64", "insider_past_count": "int64", "inside_now": schema.TEXT,
    "inside_past": schema.TEXT, "contact_id": schema.TEXT, "via_id": schema.TEXT, "way": schema.TEXT,
    "strength": "float64", "first_step": schema.TEXT, "why": schema.TEXT, "source_refs": schema.TEXT,
}  # fmt: skip


@measure
def know_anyone(now: Snapshot, companies: Sequence[str]) -> pd.DataFrame:
    """Do I know anyone at these companies, now or formerly, and who is the warmest way in?

    The insiders are those of `insiders`, the ways those of `warm_paths`. Of the warmest ways the first one is taken
    whose first person may be asked and need not be left alone; where there is none, the warmest.

    Parameters
    ----------
    companies : names, with or without the legal form, or domains; one may come several times, as in job postings

    Returns
    -------
    DataFrame
        A row per company, in the order given: `company`, `insider_now_count`, `insider_past_count`, `inside_now`,
        `inside_past` (names), `contact_id` (the insider), `via_id` (who to ask first, NA where nobody is needed), `way`
        (in words), `strength` (0 to 1), `first_step`, `why` (what the way rests on) and `source_refs`.

    Examples
    --------
    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["ann"], "name": ["Ann Lee"], "organization": ["Acme Ltd"]})
    >>> now = snapshot(people.assign(listed=True), schema.empty("interactions"), as_of="2026-04-01")
    >>> know_anyone(now, ["ACME", "Other"])[["company", "inside_now", "way"]].values.tolist()
    [['ACME', 'Ann Lee', 'you → Ann Lee'], ['Other', nan, nan]]
    """
    asked = pd.Series(list(companies), dtype=schema.TEXT).str.strip()
    keys = pd.Series(asked_keys(asked.fillna("").tolist()), asked.index, dtype=schema.TEXT)
    asked, keys = asked[keys != ""], keys[keys != ""]
    one_each = asked[~keys.duplicated()].tolist()
    inside = insiders(now, one_each)
    paths = warm_paths(now, alter_graph(now), one_each, top=WAYS)
    names = now.contacts.set_index("contact_id")["name"]
    paths = paths.assign(first=paths["via_id"].fillna(paths["contact_id"]))
    paths["step"] = _steps(now, paths, names)
    paths["barred"] = paths["step"].isin((NO_ASK, LEAVE_ALONE))
    best = paths.sort_values("barred", kind="stable").drop_duplicates("company").set_index("company")
    rows = [_row(name, inside[inside["company"] == name], best, names) for name in one_each]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    place = {key: at for at, key in enumerate(keys.drop_duplicates())}
    chosen = table.iloc[[place[key] for key in keys]]
    return chosen.assign(company=asked.array).reset_index(drop=True)


def _steps(now: Snapshot, paths: pd.DataFrame, names: pd.Series) -> pd.Series:
    """What to do first on each of these ways."""
    state = dormant_contacts(now).set_index("contact_id")["state"].astype(schema.TEXT)
    direct = paths["first"].map(state).map(NEXT_STEPS).astype(schema.TEXT)
    to = paths["contact_id"].map(names).fillna("them")
    asked = "Ask " + paths["first"].map(names).fillna("them") + " whether they would introduce you to " + to
    held = held_off(now)
    held = held.loc[held["until"] > now.today, "contact_id"]
    step = direct.where(paths["via_id"].isna(), asked).astype(schema.TEXT)
    step = step.mask(paths["first"].isin([*held, *never_wanted(now)]), LEAVE_ALONE)
    return step.mask(~may(now, "ask", paths["first"]), NO_ASK)


def _row(company: str, inside: pd.DataFrame, best: pd.DataFrame, names: pd.Series) -> dict[str, object]:
    """What is known of one company."""
    is_now = inside["inside"] == "now"
    row: dict[str, object] = {
        "company": company,
        "insider_now_count": int(is_now.sum()),
        "insider_past_count": int((~is_now).sum()),
        "inside_now": _names(inside[is_now]),
        "inside_past": _names(inside[~is_now]),
        "strength": float("nan"),
        "first_step": NOBODY,
    }
    if company not in best.index:
        if len(inside):  # known, but on no way: only some message of theirs, say
            row |= {"contact_id": inside["contact_id"].iat[0], "first_step": NEXT_STEPS["never_touched"]}
        return row
    way = best.loc[company]
    steps = [who for who in (way["via_id"], way["then_id"], way["contact_id"]) if isinstance(who, str)]
    words = [
        "you",
        *(str(names.get(who)) if isinstance(names.get(who), str) else "(no name)" for who in steps),
    ]
    return row | {
        "contact_id": way["contact_id"],
        "via_id": way["via_id"],
        "way": " → ".join(words),
        "strength": way["strength"],
        "first_step": way["step"],
        "why": way["rests_on"],
        "source_refs": way["source_refs"],
    }


def _names(people: pd.DataFrame) -> str | None:
    """The names, each with its title, the first of them."""
    titles = [f" ({title})" if isinstance(title, str) else "" for title in people["title"]]
    known = [
        f"{name if isinstance(name, str) else '(no name)'}{title}"
        for name, title in zip(people["name"], titles, strict=True)
    ]
    more = [f"and {len(known) - SHOWN} more"] if len(known) > SHOWN else []
    return "; ".join([*known[:SHOWN], *more]) or None
