"""Who is who among 500,000 entries of contact lists: ours against connected components in NetworkX over the same keys.

Every fifth person stands in two lists: most of them share a key, some only a name and a company, as people do. The
precision is that of the merges, the recall counts the proposals too. In the calendar are guests who are connections,
and as many namesakes of connections: at another company, at a domain that nobody knows, or of two of one name.
"""

from __future__ import annotations

import random
import time

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks import compare
from networkscope import schema
from networkscope.people.duplicates import duplicate_candidates
from networkscope.people.matching import resolve

ENTRIES, GUESTS = 500_000, 20_000
FIRST, LAST, COMPANIES = 4_001, 30_011, 20_000
SHARED = ("email", "email", "email", "phone", "profile", "profile", "name", "name", "spelling", "nothing")


def entries(count: int = ENTRIES) -> tuple[pd.DataFrame, np.ndarray]:
    """The entries, and the number of the person behind each."""
    rng = random.Random(1)
    rows: list[tuple[str, str, str, str, str]] = []
    truth: list[int] = []
    person = 0
    while len(rows) < count:
        first, last = f"Fir{rng.randrange(FIRST):04d}st".replace("0", "o"), f"Las{rng.randrange(LAST):05d}t"
        company = f"Company {rng.randrange(COMPANIES)}"
        key = {
            "email": f"p{person}@mail{person % 997}.example",
            "phone": f"+4366{person:08d}",
            "profile": f"https://www.linkedin.com/in/p{person}",
        }
        rows.append(
            (f"{first} {last}", company, key["email"], key["phone"] if person % 3 else "", key["profile"])
        )
        truth.append(person)
        if person % 5 == 0 and len(rows) < count:
            how = rng.choice(SHARED)
            name = (
                f"{first} {last[:-1]}"
                if how == "spelling"
                else f"{last}, {first}"
                if how == "name"
                else f"{first} {last}"
            )
            where = company if how in ("name", "spelling") else "" if how == "nothing" else f"New {company}"
            rows.append(
                (
                    name if how != "nothing" else f"{first[0]}. {last}",
                    where,
                    key["email"] if how == "email" else f"q{person}@other{person % 89}.example",
                    key["phone"] if how == "phone" and person % 3 else "",
                    key["profile"] + "/?trk=x" if how == "profile" else "",
                )
            )
            truth.append(person)
        person += 1
    frame = pd.DataFrame(rows, columns=["name", "organization", "emails", "phones", "profiles"])
    frame = frame.assign(listed=True, source="LinkedIn connections")
    guests, who = invited(frame, np.array(truth))
    frame = pd.concat([frame, guests], ignore_index=True).replace("", None)
    return frame.astype(
        dict.fromkeys(["name", "organization", "emails", "phones", "profiles"], schema.TEXT)
    ), who


def invited(frame: pd.DataFrame, truth: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Colleagues whose address says where they work, guests of the calendar, and who all of them are."""
    rng = random.Random(2)
    rows, who = [], [*truth.tolist()]
    stranger = max(who) + 1
    some = rng.sample(np.flatnonzero(frame["organization"] != "").tolist(), GUESTS)
    for at in some:
        name, company = frame["name"].iat[at], frame["organization"].iat[at]
        domain = f"{''.join(company.lower().split())}.example"
        rows.append((f"Colleague{stranger} Ofcompany", company, f"c{stranger}@{domain}", True, "vCard"))
        who.append(stranger)
        how = rng.choice(("same", "same", "elsewhere", "unknown", "two"))
        if how == "elsewhere":
            domain = f"company{rng.randrange(COMPANIES)}.example"
        elif how == "unknown":
            domain = f"nobody{stranger}.example"
        rows.append((name, "", f"g{stranger}@{domain}", False, "calendar"))
        who.append(who[at] if how == "same" else stranger + 1)
        if how == "two":
            rows.append((name, "", f"h{stranger}@{domain}", False, "calendar"))
            who.append(stranger + 2)
        stranger += 3
    return pd.DataFrame(rows, columns=["name", "organization", "emails", "listed", "source"]), np.array(who)


def components(keys: pd.DataFrame, count: int) -> list[set]:
    """As people write it: a node per entry and per key, an edge for each key of an entry."""
    graph = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(
        zip(keys["mention"].tolist(), zip(keys["kind"], keys["key"], strict=True), strict=True)
    )
    return [{node for node in part if isinstance(node, int)} for part in nx.connected_components(graph)]


def main() -> None:
    frame, truth = entries()
    found = resolve(frame)
    ids = pd.factorize(found.contact_ids)[0]
    parts = components(found.keys, len(frame))
    assert len(parts) == len(found.contacts) + len(found.joined)
    assert all(len(set(ids[list(part)])) == 1 for part in parts)

    pairs = pd.DataFrame({"id": ids, "truth": truth})
    merged = pairs.groupby("id")["truth"].agg(["size", "nunique"])
    made = int((merged["size"] > 1).sum())
    right = int(((merged["size"] > 1) & (merged["nunique"] == 1)).sum())
    start = time.process_time()
    proposed = duplicate_candidates(found.contacts)
    seconds = time.process_time() - start
    person = dict(zip(found.contact_ids, truth, strict=True))
    hits = sum(person[a] == person[b] for a, b in zip(proposed["a_id"], proposed["b_id"], strict=True))
    planted = len(truth) - len(set(truth.tolist()))
    print(f"{len(frame):,} entries, {planted:,} planted duplicates: precision of merges {right / made:.4f}")
    print(f"  recall {right / planted:.3f} merged, {(right + hits) / planted:.3f} with the proposals")
    print(f"  {len(found.joined):,} guests joined with a connection by name and company")
    print(f"  {len(proposed):,} pairs proposed in {seconds:.1f} s, {hits:,} of them planted")
    keys = found.keys
    compare(
        "tell who is who", lambda: resolve(frame), {"NetworkX": lambda: components(keys, len(frame))}, runs=3
    )


if __name__ == "__main__":
    main()
