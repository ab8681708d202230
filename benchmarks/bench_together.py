"""Every measure that reads the whole log, together, against the same aggregates written in polars.

The sentences, intervals and evidence of our rows have no part on the other side: it only finds the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import polars as pl

from benchmarks import compare
from benchmarks.bench_measures import AS_OF, TALKS, ZONE, gaps_in_polars, in_polars, measures, tables
from networkscope import schema

NOW = pd.Timestamp(AS_OF, tz=ZONE).tz_convert("UTC").to_pydatetime()
AT, WHO, WAY, PURPOSE, CHANNEL, SIZE, DAY = (
    pl.col(name)
    for name in ("occurred_at", "contact_id", "direction", "purpose", "channel", "group_size", "day")
)
TALK, YOURS, THEIRS = CHANNEL.is_in(TALKS), WAY != "inbound", WAY != "outbound"
ASK = (WAY == "outbound") & PURPOSE.is_in(schema.ASKS)
SMALL = SIZE.is_null() | (SIZE <= 4)
AGE_DAYS = (pl.lit(NOW) - AT).dt.total_seconds() / 86_400
Frame = pl.LazyFrame


def seen(log: Frame, *, crowds: bool = False) -> Frame:
    """What every measure begins with: the touches before the cut-off, each with its local day."""
    known = log.filter((AT < NOW) if crowds else (AT < NOW) & SMALL)
    plain = known.with_columns(WAY.cast(pl.String), PURPOSE.cast(pl.String), CHANNEL.cast(pl.String))
    return plain.with_columns(day=AT.dt.convert_time_zone(ZONE).dt.date())


def strength(half_life: float) -> pl.Expr:
    return (0.5 ** (AGE_DAYS / half_life)).sum()


def windows(log: Frame, people: Frame, referrals: Frame, count: int = 6) -> list[Frame]:
    """Contact-days, silence, who was seen, and outcome at past cut-offs, for `fit_kappa` and the backtest."""
    days = seen(log).select(WHO, DAY).unique()
    there = SMALL | THEIRS | CHANNEL.is_in([*TALKS, "event"])
    all_days = seen(log, crowds=True).filter(there).select(WHO, DAY)
    found = []
    for j in range(1, count + 1):
        cut = NOW.date() - pd.Timedelta(days=60 * j).to_pytimedelta()
        past = days.filter(cut > DAY).group_by(WHO).agg(n=pl.len(), last=DAY.max())
        last_seen = all_days.filter(cut > DAY).group_by(WHO).agg(last_seen=DAY.max())
        past = past.join(last_seen, on="contact_id")
        then = (
            days.filter((cut <= DAY) & ((cut + pd.Timedelta(days=60).to_pytimedelta()) > DAY))
            .select(WHO)
            .unique()
        )
        found.append(past.join(then.with_columns(touched=True), on="contact_id", how="left"))
    return found


def auc(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    """The backtest without its 500 resamples and its fits."""
    silent, unseen = ((pl.lit(NOW.date()) - pl.col(name)).dt.total_days() for name in ("last", "last_seen"))
    score = pl.col("n") / ((silent + 30) * (unseen + 30)).sqrt()
    return [
        past.with_columns(rank=score.rank(), recency=(-silent).rank(), hit=pl.col("touched").is_not_null())
        .group_by("hit").agg(pl.col("rank").sum(), pl.col("recency").sum(), pl.len())
        for past in windows(log, people, referrals, 12)
    ]  # fmt: skip


def stability(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    values = {f"value_{days}": strength(days) for days in (90, 180, 360)}
    table = seen(log).group_by(WHO).agg(**values)
    return [table.top_k(20, by=name).select(WHO, name) for name in values]


def sides(log: Frame) -> Frame:
    """Per person: touches out, back and talks, first and last day, and where the last stands."""
    last = pl.col("source_ref").sort_by(AT).last()
    return seen(log).group_by(WHO).agg(
        contact_days=DAY.n_unique(), out=(WAY == "outbound").sum(), back=(WAY == "inbound").sum(), talks=TALK.sum(),
        first=DAY.min(), last_on=DAY.max(), source_ref=last,
    )  # fmt: skip


def uncaptured(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    both = ((pl.col("out") > 0) & (pl.col("back") > 0)) | (pl.col("talks") > 0)
    strangers = people.filter(~pl.col("listed").fill_null(value=False))
    return [sides(log).filter(both).join(strangers, on="contact_id").sort("contact_days", descending=True)]


def remembered(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    recent = log.filter(NOW - pd.Timedelta(days=1096).to_pytimedelta() <= AT)
    return [people.select("contact_id").join(sides(recent), on="contact_id", how="left")]


def lag(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    late = (pl.col("connected_on").dt.date() - pl.col("first")).dt.total_days()
    return [people.join(sides(log), on="contact_id", how="left").with_columns(lag_days=late)]


def meetings(log: Frame, crowd: int) -> Frame:
    """Pairs of people who share an event."""
    events = seen(log, crowds=True).select("event_id", WHO, "source_ref", DAY, SIZE)
    shared = events.with_columns(k=pl.len().over("event_id")).filter(
        (pl.col("k") > 1) & (pl.col("k") <= crowd)
    )
    return shared.join(shared, on="event_id").filter(pl.col("contact_id_right") > WHO)


def threads(log: Frame, crowd: int) -> Frame:
    pairs = seen(log, crowds=True).filter(SIZE > 2).select("thread_id", WHO).unique()
    shared = pairs.with_columns(k=pl.len().over("thread_id")).filter(
        (pl.col("k") > 1) & (pl.col("k") <= crowd)
    )
    return shared.join(shared, on="thread_id").filter(pl.col("contact_id_right") > WHO)


def colleagues(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    met = pl.concat(found(log, 30).select("contact_id", "contact_id_right") for found in (meetings, threads))
    both = pl.concat([met, met.select(contact_id="contact_id_right", contact_id_right="contact_id")])
    listed = people.filter(pl.col("listed").fill_null(value=False)).select(WHO)
    known = both.join(listed, on="contact_id", how="semi")
    known = known.join(listed, left_on="contact_id_right", right_on="contact_id", how="anti")
    found = known.group_by("contact_id_right").agg(met=WHO.n_unique(), ids=WHO.unique(), shared=pl.len())
    return [found.filter(pl.col("met") >= 3)]


def graph(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    pairs = ["contact_id", "contact_id_right"]
    return [
        found.group_by(pairs).agg(weight=(1 / pl.col("k")).sum(), count=pl.len())
        for found in (meetings(log, 3), threads(log, 3))  # and the owner
    ]


def reach(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    days = seen(log).filter(YOURS).select(WHO, DAY).unique().with_columns(month=DAY.dt.strftime("%Y-%m"))
    named = days.join(people.select("contact_id", "organization", "circle"), on="contact_id")
    total = [days.group_by("month").agg(contact_days=pl.len(), people=WHO.n_unique())]
    for group in ("organization", "circle"):
        part = (
            named.group_by("month", group)
            .agg(n=pl.len())
            .with_columns(p=pl.col("n") / pl.col("n").sum().over("month"))
        )
        total.append(part.group_by("month").agg(effective=(-(pl.col("p") * pl.col("p").log()).sum()).exp()))
    return total


def shares(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    known = seen(log).filter(YOURS & PURPOSE.is_not_null())
    return [known.group_by(WHO).agg(n=pl.len(), asks=PURPOSE.is_in(schema.ASKS).sum())]


def names(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    """Names credited to the latest conversation before; who was contacted and talked with since."""
    at = pl.col("given_on").dt.replace_time_zone(ZONE, ambiguous="earliest").dt.convert_time_zone("UTC")
    given = referrals.with_columns(occurred_at=at.cast(AT_TYPE)).sort("occurred_at")
    touches = seen(log).sort("occurred_at")
    talked = touches.filter(TALK).select(WHO, AT, CHANNEL, talk_at=AT, event=pl.col("event_id"))
    join = partial(Frame.join_asof, on="occurred_at", by="contact_id", check_sortedness=False)
    credited = join(given.with_columns(contact_id="referrer_id"), talked, strategy="backward")
    reached = join(
        given.with_columns(contact_id="referred_id"),
        touches.filter(YOURS).select(WHO, AT, hit=AT),
        strategy="forward",
    )
    met = join(given.with_columns(contact_id="referred_id"), talked, strategy="forward")
    talks = talked.group_by("contact_id").agg(conversations=pl.len())
    return [
        credited.group_by("contact_id").agg(pl.len()).join(talks, on="contact_id", how="full"),
        reached,
        met,
    ]


def coverage(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    gave = referrals.group_by(pl.col("referrer_id").alias("contact_id")).agg(names=pl.len())
    every = people.join(sides(log), on="contact_id", how="left").join(gave, on="contact_id", how="left")
    done = [(pl.col(name) > 0).sum().alias(name + "_count") for name in ("out", "back", "talks", "names")]
    return [every.group_by("circle").agg(pl.len(), *done)]


def cohorts(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    done = [(pl.col(name) > 0).sum().alias(name + "_count") for name in ("out", "back", "talks")]
    return [sides(log).group_by(pl.col("first").dt.strftime("%Y-%m")).agg(pl.len(), *done)]


def first_touches(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    first = seen(log).group_by(WHO).agg(pl.all().sort_by(AT).first())
    named = referrals.group_by(pl.col("referred_id").alias("contact_id")).agg(
        named_on=pl.col("given_on").min()
    )
    both = first.join(people.select(WHO, "connected_on", "listed"), on="contact_id").join(
        named, on="contact_id", how="left"
    )
    kind = pl.when(WAY == "inbound").then(0).when(pl.col("connected_on").dt.date() < DAY).then(1)
    kind = kind.when(pl.col("named_on").dt.date() <= DAY).then(2).otherwise(3)
    return [both.group_by(DAY.dt.strftime("%Y-%m"), kind.alias("kind")).agg(pl.len())]


def flags(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    line = seen(log).sort("contact_id", "occurred_at")
    silent = (DAY - DAY.shift(1).over("contact_id")).dt.total_days()
    asked = line.with_columns(silent=silent).filter(ASK)
    sent = seen(log, crowds=True).filter((WAY == "outbound") & CHANNEL.is_in(schema.MESSAGES))
    subject = pl.col("subject").str.to_lowercase().str.replace_all(r"^(re|fwd?|aw): *|\d+", "")
    need = shares(log, people, referrals)[0].filter((pl.col("n") >= 3) & (pl.col("asks") == pl.col("n")))
    by_subject = (
        sent.group_by(DAY, subject.alias("about")).agg(people=WHO.n_unique()).filter(pl.col("people") >= 5)
    )
    wide = sent.group_by("event_id").agg(people=pl.len()).filter(pl.col("people") > 10)
    named = referrals.select(contact_id="referred_id").unique()
    return [asked.filter(pl.col("silent").is_null() | (pl.col("silent") > 60)), by_subject, wide, need,
            sent.join(named, on="contact_id", how="semi").group_by(WHO).agg(DAY.min())]  # fmt: skip


def favours(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    kinds = ("favour_done", "favour_received", "introduction", "referral_given")
    done = seen(log).filter(PURPOSE.is_in(kinds))
    given = (PURPOSE == "favour_done") | (PURPOSE.is_in(kinds[2:]) & (WAY == "outbound"))
    named = referrals.group_by(pl.col("referrer_id").alias("contact_id")).agg(named=pl.len())
    ledger = done.group_by(WHO).agg(given=given.sum(), received=(~given).sum(), last=DAY.max())
    return [
        people.select("contact_id")
        .join(ledger, on="contact_id", how="left")
        .join(named, on="contact_id", how="left")
    ]


def pauses(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    touches = seen(log)
    theirs = touches.filter(THEIRS).group_by(WHO).agg(answered=AT.max())
    mine = touches.filter((WAY == "outbound") & CHANNEL.is_in(schema.MESSAGES)).join(
        theirs, on="contact_id", how="left"
    )
    since = mine.filter(pl.col("answered").is_null() | (pl.col("answered") < AT))
    return [since.group_by(WHO).agg(unanswered=DAY.n_unique(), last=DAY.max())]


def answered(log: Frame) -> Frame:
    line = seen(log).sort("occurred_at")
    theirs = line.filter(THEIRS).select(WHO, AT, reply_at=AT)
    window = pd.Timedelta(days=30).to_pytimedelta()
    return line.filter(ASK).join_asof(theirs, on="occurred_at", by="contact_id", strategy="forward",
                                      tolerance=window, check_sortedness=False)  # fmt: skip


def replies(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    wait = (pl.col("reply_at") - AT).dt.total_days().median()
    return [answered(log).group_by(PURPOSE).agg(pl.len(), replies=pl.col("reply_at").count(), wait=wait)]


def mix(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    """Asks by purpose and by the strength of the tie before each."""
    asked = answered(log).with_row_index("ask")
    before = seen(log).select(WHO, then=AT)
    pairs = asked.select("ask", WHO, AT).join(before, on="contact_id").filter(pl.col("then") < AT)
    age = (AT - pl.col("then")).dt.total_seconds() / 86_400
    tied = pairs.group_by("ask").agg(strength=(0.5 ** (age / 180)).sum())
    band = pl.col("strength").fill_null(0).rank() * 3 // (pl.len() + 1)
    found = asked.join(tied, on="ask", how="left").with_columns(band=band)
    return [found.group_by(PURPOSE, "band").agg(pl.len(), pl.col("reply_at").count())]


def lags(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    first = sides(log).select("contact_id", "first")
    return [
        referrals.join(first, left_on="referrer_id", right_on="contact_id", how="left"),
        names(log, people, referrals)[0],
    ]


def steps(log: Frame, people: Frame, referrals: Frame) -> list[Frame]:
    got = answered(log).filter(pl.col("reply_at").is_not_null())
    reached = got.group_by(WHO, PURPOSE).agg(on=AT.max())
    theirs = seen(log).filter(THEIRS).group_by(WHO).agg(rapport=AT.max())
    return [
        reached,
        people.select("contact_id").join(theirs, on="contact_id", how="left"),
        *pauses(log, people, referrals),
    ]


AT_TYPE = pl.Datetime("us", "UTC")
TWINS: dict[str, Callable[[Frame, Frame, Frame], list[Frame]]] = {
    "fit_kappa": windows, "top_stability": stability, "backtest": auc, "uncaptured": uncaptured,
    "would_remember": remembered, "capture_lag": lag, "through_colleagues": colleagues, "reach_by_month": reach,
    "ask_share": shares, "referral_yield": names, "circle_coverage": coverage, "funnel": cohorts,
    "first_touch_mix": first_touches, "ask_flags": flags, "favour_ledger": favours, "hold_off": pauses,
    "alter_graph": graph, "ask_mix": mix, "referral_lags": lags, "reply_rates": replies, "ask_ladder": steps,
}  # fmt: skip


def main() -> None:
    book = tables()
    print(" / ".join(f"{len(frame):,} {name}" for name, frame in book.items()))
    log, people, given = (pl.from_pandas(book[name]) for name in ("interactions", "contacts", "referrals"))
    log = log.with_columns(AT.cast(AT_TYPE))
    lazy = log.lazy(), people.lazy(), given.lazy()
    works = measures(book)
    theirs: dict[str, Callable[[], object]] = {
        name: lambda twin=twin: pl.collect_all(twin(*lazy)) for name, twin in TWINS.items()
    }
    theirs["dormant_contacts"] = lambda: in_polars(log, people)
    theirs["followup_gaps"] = lambda: gaps_in_polars(log, given)
    for name, twin in theirs.items():
        compare(name, works[name], {"polars": twin}, runs=1)
    compare(
        "all together",
        lambda: [works[name]() for name in theirs],
        {"polars": lambda: [twin() for twin in theirs.values()]},
        runs=1,
    )


if __name__ == "__main__":
    main()
