"""Pins: one checksum for each column of every measure on fixed books, so that no number changes unnoticed.

`python -m tests.pins` compares all books with tests/golden/pins.json, and says which columns differ;
`python -m tests.pins --write` takes the present numbers as right: list what changed in CHANGELOG.md.
The tests compare the small books; the one of 400,000 interactions is compared by the script alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import networkscope as ns
from networkscope import schema
from networkscope.measures.registry import MEASURES
from networkscope.settings import Employer, Settings

PINS = Path(__file__).parent / "golden" / "pins.json"
AS_OF, ZONE = "2026-11-16", "Europe/Vienna"
ON_A_GRAPH = {"communities", "ego_graph", "warm_paths"}
COMPANIES = {"companies": ["Acme", "Lumen Labs", "Firm 3"]}
OPTIONS = {"closing_curve": {"kind": "thank_you"}, "insiders": COMPANIES, "target_coverage": COMPANIES,
           "know_anyone": COMPANIES,
           "warm_paths": COMPANIES}  # fmt: skip


def checksum(column: pd.Series) -> str:
    """The same for equal values, whatever the dtype; numbers are compared by nine digits."""

    def text(value: Any) -> str:
        if isinstance(value, (list, tuple, set, np.ndarray)):
            return "[" + ",".join(map(text, value)) + "]"
        if pd.isna(value):
            return "NA"
        if isinstance(value, (bool, np.bool_)):
            return str(bool(value))
        return f"{float(value):.9g}" if isinstance(value, (int, float, np.number)) else str(value)

    return hashlib.sha256("\n".join(map(text, column)).encode()).hexdigest()[:8]


def checksums(frame: pd.DataFrame) -> dict[str, str]:
    named = frame if frame.index.name is None else frame.reset_index()
    return {"rows": str(len(frame))} | {str(name): checksum(named[name]) for name in named}


def measured(now: ns.Snapshot) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every measure of this snapshot."""
    for name in ns.__all__:
        getattr(ns, name)  # a measure is registered when it is first used
    graph = ns.alter_graph(now)
    for name in sorted(MEASURES):
        options = OPTIONS.get(name, {})
        if name == "community_table":
            found = ns.community_table(now, ns.communities(now, graph))
        else:
            found = MEASURES[name](now, *([graph] if name in ON_A_GRAPH else []), **options)
        if hasattr(found, "nodes"):
            nodes, edges = ns.to_frames(found)
            yield f"{name}.nodes", nodes
            yield f"{name}.edges", edges
        elif name == "backtest":
            yield f"{name}.scores", found.scores
            yield f"{name}.bands", found.bands
        elif isinstance(found, pd.DataFrame):
            yield name, found
        else:
            yield name, pd.DataFrame({name: [json.dumps(found, default=str, sort_keys=True)]})


def opened(folder: Path, *dates: str) -> Iterator[tuple[str, dict[str, str]]]:
    book = ns.open_book(folder, as_of=AS_OF, cache=False)
    for table in (*schema.TABLES, "summary", "mentions", "keys"):
        yield f"table {table}", checksums(getattr(book, table))
    for date in dates:
        for name, frame in measured(book.at(date)):
            yield f"{date} {name}", checksums(frame)


def generated(seed: int, people: int, size: int) -> ns.Snapshot:
    """An invented network: talks told twice, groups, threads, referrals with their steps, an employer to leave."""
    rng = np.random.default_rng(seed)

    def pick(values: Any, shares: list[float], count: int) -> Any:
        return rng.choice(np.array([*values, None], dtype=object), count, p=[*shares, 1 - sum(shares)])

    def day(count: int, known: float) -> pd.Series:
        start = np.datetime64("2023-01-01", "us")
        days = pd.Series(start + rng.integers(1400, size=count) * np.timedelta64(86_400_000_000, "us"))
        return days.mask(rng.random(count) > known)

    ids = np.array([f"c{number:06d}" for number in range(people)], dtype=object)
    firm = rng.integers(max(4, people // 12), size=people)
    contacts = pd.DataFrame({
        "contact_id": ids, "name": [f"Ann Person{number}" for number in range(people)],
        "organization": [f"Firm {number} GmbH" for number in firm],
        "title": rng.choice(["Head of Data", "Engineer", "CTO", "Recruiter", "Analyst"], people),
        "circle": pick(["alumni", "work", "choir", "friends"], [0.2] * 4, people),
        "emails": [f"p{n}@firm{f}.example" for n, f in enumerate(firm)],
        "connected_on": day(people, 0.6), "listed": pd.array(rng.random(people) < 0.7, dtype=schema.FLAG),
    })  # fmt: skip
    who = (people * rng.random(size) ** 2).astype(np.int64)
    event = np.where(
        rng.random(size) < 0.15, rng.integers(max(1, size // 20), size=size), size + np.arange(size)
    )
    seconds = (
        np.where(event < size, event * 977 * 86400 // 100, rng.integers(120_000_000, size=size)) % 120_000_000
    )
    channel = pick(
        ["email", "linkedin", "chat", "meeting", "call", "event"], [0.45, 0.1, 0.15, 0.15, 0.1, 0.05], size
    )
    talk = np.isin(channel.astype(str), ["meeting", "call", "event"])
    crowd = pd.array(rng.integers(2, 8, size=size), dtype=schema.COUNT)
    crowd[rng.random(size) < 0.8] = pd.NA
    log = pd.DataFrame({
        "event_id": [f"e{number}" for number in event], "contact_id": ids[who],
        "occurred_at": pd.Timestamp("2023-01-05", tz="UTC") + pd.to_timedelta(seconds, unit="s"),
        "channel": channel,
        "direction": np.where(talk, "mutual", pick(["outbound", "inbound"], [0.5, 0.5 - 1e-9], size)),
        "purpose": pick([name for name in schema.PURPOSES if name != "unknown"],
                        [0.5 / (len(schema.PURPOSES) - 1)] * (len(schema.PURPOSES) - 1), size),
        "group_size": crowd, "subject": [f"About matter {number}" for number in rng.integers(size // 3, size=size)],
        "thread_id": [f"t{number}" for number in who * 8 + rng.integers(8, size=size)],
        "source": np.where(talk, "calendar", "mail"), "source_ref": [f"inbox.mbox:{n}" for n in range(size)],
    })  # fmt: skip
    log["direction"] = log["direction"].fillna("inbound")
    again = log[talk & (rng.random(size) < 0.3)].assign(source="own interactions", channel="call")
    again = again.assign(
        event_id="n" + again["event_id"], source_ref="interactions.csv:" + again["source_ref"]
    )
    log = pd.concat([log, again], ignore_index=True)
    log = log.drop_duplicates(["event_id", "contact_id"])
    count = max(10, size // 60)
    given, pair = day(count, 1.0), rng.integers(people, size=(2, count))
    contacted = (given + pd.to_timedelta(rng.integers(40, size=count), unit="D")).mask(
        rng.random(count) < 0.4
    )
    met = (contacted + pd.Timedelta(days=9)).mask(rng.random(count) < 0.4)
    kind = rng.choice(["person", "company", "opening"], count, p=[0.8, 0.1, 0.1])
    referrals = pd.DataFrame({
        "referral_id": [f"r{number}" for number in range(count)], "referrer_id": ids[pair[0]],
        "referred_id": np.where(kind == "person", ids[pair[1]], None),
        "organization": np.where(kind == "person", None, "Firm 3"), "kind": kind, "given_on": given,
        "contacted_on": contacted, "met_on": met,
        "reported_back_on": (met + pd.Timedelta(days=4)).mask(rng.random(count) < 0.5),
        "outcome": pick(schema.OUTCOMES, [1 / len(schema.OUTCOMES) - 1e-9] * len(schema.OUTCOMES), count),
        "inferred": rng.random(count) < 0.1, "source_ref": [f"referrals.csv:{n}" for n in range(count)],
    })  # fmt: skip
    referrals["outcome"] = referrals["outcome"].fillna("open")
    groups = log[log["event_id"].duplicated(keep=False) & (log["source"] == "mail")]
    co = groups[["event_id"]].assign(contact_id=ids[rng.integers(people, size=len(groups))]).drop_duplicates()
    settings = Settings(
        timezone=ZONE, cadence_days=(("alumni", 60), ("friends", 30)),
        employers=(Employer("Firm 1", ("firm1.example",), until=pd.Timestamp("2027-01-31").date()),),
    )  # fmt: skip
    return ns.snapshot(
        contacts, log, referrals, co_mentions=co, as_of=AS_OF, timezone=ZONE, settings=settings
    )


def sample_book() -> Iterator[tuple[str, dict[str, str]]]:
    return opened(Path("data/sample"), AS_OF, "2026-03-01")


def sample_like(seed: int) -> Callable[[], Iterator[tuple[str, dict[str, str]]]]:
    def book() -> Iterator[tuple[str, dict[str, str]]]:
        from data.make_sample import write_sample

        with tempfile.TemporaryDirectory() as folder:
            write_sample(Path(folder) / "book", seed=seed)
            yield from opened(Path(folder) / "book", "2026-09-01")

    return book


def random_book(seed: int, people: int, size: int) -> Callable[[], Iterator[tuple[str, dict[str, str]]]]:
    def book() -> Iterator[tuple[str, dict[str, str]]]:
        now = generated(seed, people, size)
        for snapshot in (now, now.at("2026-02-10")):
            for name, frame in measured(snapshot):
                yield f"{snapshot.today:%Y-%m-%d} {name}", checksums(frame)

    return book


BOOKS = {
    "sample": sample_book,
    **{f"sample-like {seed}": sample_like(seed) for seed in (1, 2, 3)},
    **{f"generated {seed}": random_book(seed, 40 * seed, 500 * seed) for seed in range(1, 8)},
    "400,000 interactions": random_book(11, 20_000, 400_000),
}
SMALL = ("sample", "generated 3")


def differences(name: str) -> list[str]:
    """Which columns of this book differ from the pins."""
    pins = json.loads(PINS.read_text(encoding="utf-8"))[name]
    found = dict(BOOKS[name]())
    lines = [
        f"{name}: {frame} is {'new' if frame in found else 'gone'}"
        for frame in sorted(found.keys() ^ pins.keys())
    ]
    for frame in sorted(found.keys() & pins.keys()):
        pinned = pins[frame]
        wrong = [
            column for column in {**pinned, **found[frame]} if pinned.get(column) != found[frame].get(column)
        ]
        if wrong:
            lines.append(f"{name}: {frame}: {', '.join(wrong)}")
    return lines


def main() -> int:
    if "--write" in sys.argv:
        books = (
            f"{json.dumps(name)}: {{\n"
            + ",\n".join(f"{json.dumps(frame)}: {json.dumps(sums)}" for frame, sums in make())
            + "}"
            for name, make in BOOKS.items()
        )
        PINS.write_text("{" + ",\n".join(books) + "}\n", "utf-8")
        return 0
    names = [name for name in sys.argv[1:] if name in BOOKS] or list(BOOKS)
    lines = [line for name in names for line in differences(name)]
    print("\n".join(lines) or "all as pinned")  # noqa: T201 - a script
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main())
