"""For tests: a measure called with plain tables, so that a case shows only what it is about."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import fields
from typing import Any
from unittest.mock import patch

import pandas as pd

from networkscope import schema
from networkscope.settings import Settings
from networkscope.snapshot.snapshot import Snapshot, snapshot

RESULTS = {  # a table of this name stands for the result of that measure, called without options
    "dormant": ("dormant_contacts", {"horizon_days": 60, "kappa": None, "dormant_after_days": 365,
                                     "half_life_days": 180}),
    "gaps": ("followups", {"include_inferred": True}),
    "thoughts": ("suggestions", {}),
    "yields": ("referral_yield", {"by": "referrer", "include_inferred": True}),
    "flags": ("ask_flags", {}),
    "forest": ("referral_forest", {"include_inferred": True}),
    "uncaptured": ("uncaptured", {}),
    "praise": ("recommendation_gaps", {}),
    "ladder": ("ask_ladder", {}),
    "pause": ("hold_off", {}),
}  # fmt: skip
IN_SNAPSHOT = ("as_of", "timezone", "group_max", "owner", "corrections")
IN_SETTINGS = {field.name for field in fields(Settings)} - {"timezone", "employers", "cadence_days"}


def snapshot_of(**given: Any) -> Snapshot:
    """A snapshot of these tables, results, and settings; contacts are those of the log where there are none."""
    tables = {
        name: given.pop(name) for name in list(given) if name in schema.TABLES and given[name] is not None
    }
    results = {name: given.pop(name) for name in list(given) if name in RESULTS}
    log = tables.setdefault("interactions", schema.empty("interactions"))
    if "contacts" not in tables:
        names = tables.get("referrals", schema.empty("referrals"))
        nobody = pd.Series(dtype=object)
        ids = [log.get("contact_id", nobody), names["referrer_id"], names.get("referred_id", nobody)]
        tables["contacts"] = pd.DataFrame({"contact_id": pd.concat(ids).dropna().unique()})
    settings = {
        "timezone": given.get("timezone", "UTC"),
        "employers": tuple(given.pop("employers", ())),
        "cadence_days": tuple((given.pop("cadence_days", None) or {}).items()),
        "target_companies": tuple(given.pop("wanted", ())),
    }
    settings |= {name: given.pop(name) for name in list(given) if name in IN_SETTINGS}
    given.setdefault("as_of", "2026-11-16")
    decisions = given.pop("decisions", None)
    if (done := given.pop("done", None)) is not None:
        decisions = done.assign(noted_on=done["done_on"], until=pd.NaT, is_never=False)
    now = snapshot(**tables, **given, settings=Settings(**settings), decisions=decisions)
    for name, result in results.items():
        measure, options = RESULTS[name]
        if result is not None:
            now.prepared[measure, repr(options)] = result
    return now


def on_tables(measure: Callable[..., Any], names: str) -> Callable[..., Any]:
    """The measure as a function of these tables, of the snapshot's settings, and of its module's CONSTANTS by name."""
    module = inspect.unwrap(measure).__module__
    order = names.split()
    known = {
        *order,
        *schema.TABLES,
        *RESULTS,
        *IN_SNAPSHOT,
        *IN_SETTINGS,
        "employers",
        "cadence_days",
        "wanted",
        "decisions",
        "done",
    }

    def call(*tables: Any, **options: Any) -> Any:
        given = dict(zip(order, tables, strict=False))
        rest = tables[len(order) :]
        given |= {name: options.pop(name) for name in list(options) if name in known}
        constants = {name: options.pop(name) for name in list(options) if name.isupper()}
        with ExitStack() as stack:
            for name, value in constants.items():
                stack.enter_context(patch(f"{module}.{name}", value))
            return measure(snapshot_of(**given), *rest, **options)

    return call
