"""How well are the words of messages read? Precision and recall per act and language on labelled messages.

    python -m benchmarks.words [dev|test|broad|second|third|fourth|unseen|heldout|marked]

The messages of tests/data/words were labelled before the rules were written and by another hand. Both parts have been
looked at since, to mend kinds of phrasing; neither tells how well sentences are read that nobody has seen. Those of
`broad` were written to widen the rules, many short ones in seven languages. Those of `second` and `third` were used in
the same way, later; those of `fourth` for English, German, French and Spanish. Those of `unseen` and `heldout` were
written by two other hands, and no rule was written or mended by them. Those of `marked` say of each sentence what
it does (the column `marked`); no rule has been looked at by them.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from networkscope.words.reading import read

DATA = Path(__file__).parent.parent / "tests" / "data" / "words"
ASKS = ("advice_ask", "referral_ask", "job_ask", "recommendation_ask")


def labelled(split: str) -> list[dict[str, str]]:
    """The messages of this set (a folder), or of this part of those beside it, each with its `language`."""
    rows = []
    own_folder = (DATA / split).is_dir()
    for path in sorted(DATA.glob(f"{split}/*.csv" if own_folder else "*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            found = [row | {"language": path.stem} for row in csv.DictReader(stream)]
            rows += [row for row in found if own_folder or row["split"] == split]
    return rows


def judged(rows: list[dict[str, str]]) -> list[tuple[dict[str, str], set[str], set[str]]]:
    """Each message with the acts (and needs_answer) that it should have, and those that were read."""
    found = read([row["text"] for row in rows])
    answers = found.needs_answer.fillna(False)
    acts: dict[int, set[str]] = {}
    for row, act in zip(found.acts["row"], found.acts["act"], strict=True):
        acts.setdefault(row, set()).add(act)
    out = []
    for number, row in enumerate(rows):
        wanted = set(row["acts"].split())
        got = acts.get(number, set())
        wanted |= {"needs_answer"} if row["needs_answer"] == "yes" else set()
        got |= {"needs_answer"} if answers[number] else set()
        out.append((row, wanted, got))
    return out


def table(
    cases: list[tuple[dict[str, str], set[str], set[str]]], by: str
) -> list[tuple[str, str, int, float, float]]:
    """Group, act, how often it should be there, precision, recall."""
    right, said, wanted = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row, should, got in cases:
        for act in should | got:
            key = (row[by] if by else "all", act)
            right[key] += act in should and act in got
            said[key] += act in got
            wanted[key] += act in should
    found = []
    for group, act in sorted(said.keys() | wanted.keys()):
        hits, count = right[group, act], wanted[group, act]
        found.append((group, act, count, hits / max(said[group, act], 1), hits / max(count, 1)))
    return found


def main() -> None:
    split = sys.argv[1] if len(sys.argv) > 1 else "test"
    cases = judged(labelled(split))
    print(f"{len(cases)} messages ({split})")
    for by in ("", "language", "kind"):
        for group, act, count, precision, recall in table(cases, by):
            if count >= (1 if not by else 5):
                print(f"{group:12} {act:20} {count:4}  precision {precision:.2f}  recall {recall:.2f}")


if __name__ == "__main__":
    main()
