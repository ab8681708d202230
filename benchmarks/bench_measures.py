"""All measures on one large book, and the two heaviest against polars and against what people write with apply."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

import networkscope as ns
from benchmarks import compare, cpu_seconds
from networkscope import schema
from networkscope.measures.registry import MEASURES

AS_OF, ZONE = "2026-11-16", "Europe/Vienna"
CONTACTS, INTERACTIONS, REFERRALS = 50_000, 2_000_000, 20_000
SAMPLE = 0.02  # of the contacts: what `apply` would take for all of them is told by these
TALKS, GIFTS = list(schema.CONVERSATIONS), ["referral_given", "introduction"]


def ids(numbers: Any) -> Any:
    return pd.array(np.char.mod("c%06d", numbers), dtype=schema.TEXT)


def text(prefix: str, numbers: Any) -> Any:
    return pd.array(np.char.mod(f"{prefix}%d", numbers), dtype=schema.TEXT)


def picked(rng: Any, values: tuple[str, ...], shares: dict[str, float], size: int) -> Any:
    """Values by their shares; what is left of 1 is missing."""
    codes = [values.index(value) for value in shares]
    left = 1 - sum(shares.values())
    return pd.Categorical.from_codes(
        rng.choice([*codes, -1], size, p=[*shares.values(), left]), dtype=schema.choice(values)
    )


def dates(rng: Any, size: int, known: float) -> pd.Series:
    days = pd.Series(
        np.datetime64("2023-01-01", "us")
        + rng.integers(1400, size=size) * np.timedelta64(86_400_000_000, "us")
    )
    return days.mask(rng.random(size) > known)


def tables() -> dict[str, pd.DataFrame]:
    """An invented book: a few people make up most of the log, most rows are mails without a purpose."""
    rng = np.random.default_rng(3)
    firm, n = rng.integers(4000, size=CONTACTS), INTERACTIONS
    contacts = pd.DataFrame({
        "contact_id": ids(np.arange(CONTACTS)), "name": text("Ann Person", np.arange(CONTACTS)),
        "organization": text("Firm ", firm) + " GmbH", "title": text("Manager ", firm % 50),
        "circle": text("circle ", firm % 12),
        "emails": text("p", np.arange(CONTACTS)) + text("@firm", firm) + ".example",
        "connected_on": dates(rng, CONTACTS, 0.6), "listed": pd.array(rng.random(CONTACTS) < 0.7, dtype=schema.FLAG),
    })  # fmt: skip
    who = (CONTACTS * rng.random(n) ** 2.5).astype(np.int64)
    event = np.where(rng.random(n) < 0.1, rng.integers(n // 20, size=n), n + np.arange(n))
    seconds = np.where(event < n, event * 977, rng.integers(120_000_000, size=n)) % 120_000_000
    mails = {"email": 0.7, "linkedin": 0.08, "chat": 0.1, "meeting": 0.07, "call": 0.05}
    asks = {
        "advice_ask": 0.01,
        "referral_ask": 0.003,
        "job_ask": 0.003,
        "thank_you": 0.03,
        "reply": 0.05,
        "promise": 0.002,
    }
    gifts = {
        "referral_given": 0.002,
        "introduction": 0.002,
        "favour_done": 0.002,
        "favour_received": 0.002,
        "catch_up": 0.05,
    }
    crowd = pd.array(rng.integers(2, 8, size=n), dtype=schema.COUNT)
    crowd[rng.random(n) < 0.8] = pd.NA
    log = pd.DataFrame({
        "event_id": text("e", event), "contact_id": ids(who),
        "occurred_at": pd.Timestamp("2023-01-05", tz="UTC") + pd.to_timedelta(seconds, unit="s"),
        "channel": picked(rng, schema.CHANNELS, mails, n),
        "direction": picked(rng, schema.DIRECTIONS, {"outbound": 0.45, "inbound": 0.45, "mutual": 0.0999999}, n),
        "purpose": picked(rng, schema.PURPOSES, asks | gifts, n), "group_size": crowd,
        "thread_id": text("t", who * 8 + rng.integers(8, size=n)),
        "subject": text("About matter ", rng.integers(n // 3, size=n)), "source": "mail",
        "source_ref": text("inbox.mbox:", np.arange(n)),
    })  # fmt: skip
    log["direction"] = log["direction"].fillna("mutual")
    pair = rng.integers(CONTACTS, size=(2, REFERRALS))
    given = dates(rng, REFERRALS, 1.0)
    referrals = pd.DataFrame({
        "referral_id": text("r", np.arange(REFERRALS)), "referrer_id": ids(pair[0]), "referred_id": ids(pair[1]),
        "kind": "person", "given_on": given,
        "contacted_on": (given + pd.Timedelta(days=5)).mask(rng.random(REFERRALS) < 0.6),
        "outcome": picked(rng, schema.OUTCOMES, {"open": 0.6, "conversation": 0.3, "declined": 0.1 - 1e-9}, REFERRALS),
        "inferred": False, "source_ref": text("referrals.csv:", np.arange(REFERRALS)),
    })  # fmt: skip
    log, referrals = schema.conform("interactions", log), schema.conform("referrals", referrals)
    return {"contacts": schema.conform("contacts", contacts), "interactions": log, "referrals": referrals}


def measures(book: dict[str, pd.DataFrame]) -> dict[str, Callable[[], object]]:
    """Every measure, asked anew each time: what it prepares and what it asks of others counts as its own."""
    companies = ["Firm 1", "Firm 2"]
    options: dict[str, tuple[object, ...]] = {
        "closing_curve": ("thank_you",), "target_coverage": (companies,), "insiders": (companies,),
    }  # fmt: skip
    for name in ns.__all__:
        getattr(ns, name)  # a measure is registered when it is first used
    graph = ns.alter_graph(_now(book))
    on_a_graph = {"communities": (graph,), "ego_graph": (graph,), "warm_paths": (graph, companies)}

    def work(name: str) -> Callable[[], object]:
        given = {**options, **on_a_graph}.get(name, ())
        return lambda: MEASURES[name](_now(book), *given)

    works = {name: work(name) for name in sorted(MEASURES) if name != "community_table"}
    return {
        "snapshot and touches": lambda: _now(book).touches,
        **works,
        "ego_measures": partial(ns.ego_measures, graph),
    }


def _now(book: dict[str, pd.DataFrame]) -> ns.Snapshot:
    return ns.snapshot(**book, as_of=AS_OF, timezone=ZONE)


def each(works: dict[str, Callable[[], object]]) -> None:
    """CPU of every measure, and the peak of the memory that it takes on top of the book."""
    total = 0.0
    for name, work in works.items():
        before = _memory("VmRSS", reset=True)
        seconds = cpu_seconds(work)
        total += seconds
        print(f"  {name:20s} {seconds:6.2f} s CPU  {_memory('VmHWM') - before:6.2f} GB")
    print(f"  {'all together':20s} {total:6.2f} s CPU; peak memory of the process {_memory('VmHWM'):.2f} GB")


def _memory(what: str, *, reset: bool = False) -> float:
    """Of this process in GB, as Linux tells it."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{what}:\s+(\d+)", status)[1]) / 1e6  # type: ignore[index]


def in_polars(log: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """The facts of `dormant_contacts`, without its sentences."""
    now = pd.Timestamp(AS_OF, tz=ZONE).tz_convert("UTC").to_pydatetime()
    weight = {"meeting": 3.0, "video": 2.5, "call": 2.0, "letter": 2.0, "linkedin": 0.75, "chat": 0.75}
    at, who, rate = pl.col("occurred_at"), pl.col("contact_id"), math.log(2) / 180
    age = (now - at).dt.total_seconds() / 86_400
    way, channel = pl.col("direction").cast(pl.String), pl.col("channel").cast(pl.String)
    small = pl.col("group_size").is_null() | (pl.col("group_size") <= 4)
    there = small | (way != "outbound") | channel.is_in([*TALKS, "event"])
    seen = log.lazy().filter((at < now) & there).group_by(who)
    seen = seen.agg(seen_on=at.max().dt.convert_time_zone(ZONE).dt.date())
    theirs = pl.when((way != "outbound") | channel.is_in(TALKS)).then(at).max().over(who)
    both = (way != "inbound").any().over(who) & (way != "outbound").any().over(who)
    known = log.lazy().filter((at < now) & small).with_columns(counts=both & (at <= theirs))
    known = known.with_columns(
        day=at.dt.convert_time_zone(ZONE).dt.date(), age=age,
        weight=pl.col("channel").cast(pl.String).replace_strict(weight, default=1.0, return_dtype=pl.Float64),
    )  # fmt: skip
    last = known.sort("occurred_at").group_by(who).agg(pl.col("channel", "source_ref", "subject").last())
    facts = known.group_by(who).agg(
        touch_count=pl.len(),
        outbound_count=(pl.col("direction") == "outbound").sum(),
        inbound_count=(pl.col("direction") == "inbound").sum(),
        contact_days=pl.col("day").n_unique(), first_touch_on=pl.col("day").min(), last_touch_on=pl.col("day").max(),
        strength=(pl.col("weight") * (pl.col("age") * -rate).exp() * pl.col("counts")).sum(),
        least=pl.col("age").filter(pl.col("counts")).min(),
    )  # fmt: skip
    silent, unseen = (
        (pl.lit(now.date()) - pl.col(name)).dt.total_days() for name in ("last_touch_on", "seen_on")
    )
    found = contacts.lazy().join(facts, on="contact_id", how="left").join(last, on="contact_id", how="left")
    found = found.join(seen, on="contact_id", how="left")
    n, distance = pl.col("contact_days") * 0.27 * 60, ((silent + 30) * (unseen + 30)).sqrt()
    found = found.with_columns(
        days_silent=silent, days_unseen=unseen, contact_chance=n / (n + distance),
        fading=(distance - 30) / (n + distance), value=pl.col("strength") * (pl.col("least") * rate).exp(),
    )  # fmt: skip
    return found.collect()


def gaps_in_polars(log: pl.DataFrame, referrals: pl.DataFrame) -> list[pl.DataFrame]:
    """The as-of joins of the eight kinds of `followup_gaps`: what opens, and the first later touch that closes."""
    now = pd.Timestamp(AS_OF, tz=ZONE).tz_convert("UTC").to_pydatetime()
    at, way, purpose, channel = (pl.col(n) for n in ("occurred_at", "direction", "purpose", "channel"))
    small = pl.col("group_size").is_null() | (pl.col("group_size") <= 4)
    known = log.filter((at < now) & small).with_columns(
        way.cast(pl.String), purpose.cast(pl.String), channel.cast(pl.String),
        day=at.dt.convert_time_zone(ZONE).dt.date(),
    ).sort("occurred_at")  # fmt: skip
    message, talk = (
        channel.is_in(schema.MESSAGES),
        channel.is_in(TALKS) & (purpose != "promise").fill_null(value=True),
    )
    yours, theirs, new = (
        way != "inbound",
        way != "outbound",
        pl.struct("contact_id", "day").is_first_distinct(),
    )
    helped = known.filter(talk | ((way == "inbound") & purpose.is_in(GIFTS)) | (purpose == "favour_received"))
    asks = known.filter((way == "outbound") & purpose.is_in(schema.ASKS))
    given = referrals.with_columns(
        occurred_at=pl.col("given_on")
        .dt.replace_time_zone(ZONE, ambiguous="earliest")
        .dt.convert_time_zone("UTC")
    )
    given = given.sort("occurred_at")
    named, namer = (given.with_columns(contact_id=pl.col(side)) for side in ("referred_id", "referrer_id"))
    alone = pl.col("group_size").is_null() | (pl.col("group_size") <= 2)
    kinds = [
        (
            helped.unique(["contact_id", "day"], keep="first", maintain_order=True),
            (way == "outbound") & (purpose == "thank_you"),
        ),
        (known.filter((way == "inbound") & message & alone), yours),
        (asks, theirs),
        (asks, (way == "outbound") & message),
        (named, yours),
        (namer, yours),
        (namer.filter(pl.col("outcome").cast(pl.String).is_in(["offer", "declined", "dead_end"])), yours),
        (known.filter(new), new),
        (known.filter(yours & (purpose == "promise")), yours),
    ]
    return [
        opened.select("contact_id", "occurred_at", "source_ref").join_asof(
            known.filter(closes).select("contact_id", "occurred_at", closed_at=at, closed_by="source_ref"),
            on="occurred_at", by="contact_id", strategy="forward", check_sortedness=False,
        )
        for opened, closes in kinds
    ]  # fmt: skip


def with_apply(log: pd.DataFrame) -> pd.DataFrame:
    """The facts of `dormant_contacts` as they are usually written: a function for the rows of one contact."""
    now = pd.Timestamp(AS_OF, tz=ZONE)

    def facts(rows: pd.DataFrame) -> pd.Series:
        rows = rows[(rows["occurred_at"] < now) & ~(rows["group_size"] > 4).fillna(False)]
        days = rows["occurred_at"].dt.tz_convert(ZONE).dt.date
        last = rows.sort_values("occurred_at").tail(1)
        age = (now - rows["occurred_at"]).dt.total_seconds() / 86_400
        return pd.Series({
            "touch_count": len(rows), "outbound_count": (rows["direction"] == "outbound").sum(),
            "inbound_count": (rows["direction"] == "inbound").sum(), "contact_days": days.nunique(),
            "first": days.min(), "last": days.max(), "strength": (0.5 ** (age / 180)).sum(),
            "subject": last["subject"].squeeze(), "source_ref": last["source_ref"].squeeze(),
        })  # fmt: skip

    return log.groupby("contact_id").apply(facts)


def gaps_with_apply(log: pd.DataFrame) -> pd.Series:
    """The openings and closings of five kinds of follow-up, as a loop over the events of one contact."""

    def owed(rows: pd.DataFrame) -> int:
        rows = rows[
            (rows["occurred_at"] < pd.Timestamp(AS_OF, tz=ZONE)) & ~(rows["group_size"] > 4).fillna(False)
        ]
        rows = rows.sort_values("occurred_at")
        at, yours, theirs = (
            rows["occurred_at"],
            rows["direction"] != "inbound",
            rows["direction"] != "outbound",
        )
        new = ~at.dt.tz_convert(ZONE).dt.date.duplicated()
        kinds = (
            (rows["channel"].isin(TALKS) & new, rows["purpose"] == "thank_you"),
            (~yours & rows["channel"].isin(schema.MESSAGES), yours),
            (~theirs & rows["purpose"].isin(schema.ASKS), theirs),
            (new, new),
            (yours & (rows["purpose"] == "promise"), yours),
        )
        return sum(len(at[closes & (at > moment)].head(1)) for opens, closes in kinds for moment in at[opens])

    return log.groupby("contact_id").apply(owed)


def main() -> None:
    book = tables()
    people, log, given = book.values()
    print(f"{len(people):,} contacts, {len(log):,} interactions, {len(given):,} referrals")
    each(measures(book))
    # A categorical of few values is text to polars; the frames are made before the clock runs.
    frames = {name: pl.from_pandas(frame) for name, frame in book.items()}
    dormant, gaps = (lambda: ns.dormant_contacts(_now(book))), (lambda: ns.followup_gaps(_now(book)))
    compare(
        "dormant_contacts",
        dormant,
        {"polars": lambda: in_polars(frames["interactions"], frames["contacts"])},
        runs=3,
    )
    compare(
        "followup_gaps",
        gaps,
        {"polars": lambda: gaps_in_polars(frames["interactions"], frames["referrals"])},
        runs=3,
    )
    few = log[log["contact_id"].isin(people["contact_id"].sample(frac=SAMPLE, random_state=1))]
    print(
        f"against groupby.apply on {len(few):,} rows ({SAMPLE:.0%} of the contacts), scaled linearly to all"
    )
    for name, ours, usual in (
        ("dormant_contacts", dormant, with_apply),
        ("followup_gaps", gaps, gaps_with_apply),
    ):
        theirs = cpu_seconds(partial(usual, few)) * len(log) / len(few)
        own = cpu_seconds(ours)
        print(f"  {name}: {own:.2f} s CPU against {theirs:.0f} s: {theirs / own:.0f} times as fast")


if __name__ == "__main__":
    main()
