"""How many people of a public copy could be told apart by the shape of their ties?

`python -m benchmarks.sharing [BOOK]`
Counts, on the sample book or another one, who is alone with a number of ties in the map of who knows whom, with the
weeks of first and last contact, and with all that a public page shows of them, for several `at_least`.
"""

from __future__ import annotations

import sys

import pandas as pd

import networkscope as ns

SHOWN = ["circle", "organization", "location", "title"]


def alone(people: pd.DataFrame, columns: list[str]) -> int:
    """How many rows have a combination of these that no other row has?"""
    return int((people.groupby(columns, dropna=False)[columns[0]].transform("size") == 1).sum())


def main() -> None:
    """Print the table."""
    book = sys.argv[1] if len(sys.argv) > 1 else "data/sample"
    now = ns.open_book(book, as_of="2026-11-16").at()
    print(f"private: {alone(now.contacts, SHOWN)} people alone by circle, company, place and title")
    print("at_least  people  by ties  by weeks  by ties and weeks  by circle, company, place, title")
    for least in (2, 3, 5, 10):
        shared = now.redact("public", least=least)
        ties = ns.dormant_contacts(shared).merge(
            shared.contacts[["contact_id", "organization", "location", "title"]]
        )
        degree = pd.Series(dict(ns.alter_graph(shared).degree()), name="ties")
        people = ties.merge(degree, left_on="contact_id", right_index=True)
        weeks = ["first_touch_on", "last_touch_on"]
        counts = (len(people), alone(people, ["ties"]), alone(people, weeks), alone(people, ["ties", *weeks]))
        print(
            f"{least:8}  {counts[0]:6}  {counts[1]:7}  {counts[2]:8}  {counts[3]:17}  {alone(people, SHOWN):10}"
        )


if __name__ == "__main__":
    main()
