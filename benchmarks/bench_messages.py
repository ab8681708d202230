"""LinkedIn's messages.csv of 100,000 rows, opened as a book with a cold cache: with and without the reading of words.

Each text is some runs of words of one language, and now and then a labelled message of tests/data/words, so that most
rules find something: real messages say less. CPU seconds, imports and the building of rules included.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
import time
from pathlib import Path

from benchmarks.words import labelled
from networkscope import open_book

MESSAGES, PEOPLE = 100_000, 3_000
SHARE_OF_LABELLED = 0.25
HEADER = (
    "CONVERSATION ID,CONVERSATION TITLE,FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,SUBJECT,CONTENT,"
    "FOLDER"
)
TOML = '[owner]\nname = "Nora Me"\nprofiles = ["https://www.linkedin.com/in/me"]\n[words]\nread = {}\n'


def texts(count: int, seed: int = 1) -> list[str]:
    """So many texts, half of them English, a quarter German."""
    rng = random.Random(seed)
    known: dict[str, list[str]] = {}
    for row in (row for split in ("dev", "test", "unseen") for row in labelled(split)):
        known.setdefault(row["language"], []).append(row["text"])
    words = {language: " ".join(said).split() for language, said in known.items()}
    weights = [{"en": 6, "de": 3}.get(language, 1) for language in known]

    def sentence(language: str) -> str:
        if rng.random() < SHARE_OF_LABELLED:
            return rng.choice(known[language])
        run = rng.choices(words[language], k=rng.randint(4, 16))
        return " ".join(run).rstrip(".?!") + rng.choice("...?!")

    languages = rng.choices([*known], weights, k=count)
    return [" ".join(sentence(language) for _ in range(rng.randint(1, 4))) for language in languages]


def main() -> None:
    rng, start = random.Random(2), dt.datetime(2020, 1, 1)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with (folder / "messages.csv").open("w", newline="", encoding="utf-8") as stream:
            out = csv.writer(stream)
            out.writerow(HEADER.split(","))
            for number, text in enumerate(texts(MESSAGES)):
                person = rng.randrange(PEOPLE)
                sides = [
                    ("Nora Me", "https://www.linkedin.com/in/me"),
                    (f"P{person} Ek", f"https://www.linkedin.com/in/p{person}"),
                ]
                rng.shuffle(sides)
                sent = f"{start + dt.timedelta(minutes=25 * number):%Y-%m-%d %H:%M:%S} UTC"
                out.writerow([f"c{person}", "", *sides[0], *sides[1], sent, "", text, "INBOX"])
        for what, read in (("without words", "false"), ("with words", "true")):
            (folder / "book.toml").write_text(TOML.format(read), encoding="utf-8")
            begun = time.process_time()
            open_book(folder, as_of="2027-01-01", cache=False)
            print(f"{MESSAGES:,} messages {what}: {time.process_time() - begun:.1f} s CPU", flush=True)


if __name__ == "__main__":
    main()
