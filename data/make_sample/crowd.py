"""Who else is in the sample book: people in regular touch, and connections that nothing ever happened with.

The crowd is random, but it touches nobody in the script and leaves nothing open: everybody in it writes back, is
answered and thanked, and was in touch within the last year. So the planted answers hold for every seed and size.
"""

from __future__ import annotations

import datetime as dt
import random
from itertools import product

from data.make_sample import words
from data.make_sample.story import END, START, Person, Story
from networkscope.errors import ParameterError

FRESH_DAYS = 330  # nobody in the crowd is silent for longer
TOUCHES = 2.3  # of one exchange, on average
BLASTED, BLASTED_ON = 12, dt.date(2025, 9, 23)  # so many got nearly the same message on one day
CIRCLES = ("former colleagues", "former colleagues", "alumni", "community", "recruiters", "", "")


def gather_crowd(rng: random.Random, story: Story, *, contacts: int, interactions: int) -> None:
    """Fill the story up to so many people and touches."""
    cast, regulars = len(story.people), [who for who, p in enumerate(story.people) if p.every]
    least = cast + 100, len(story.events) + 250
    if contacts < least[0] or interactions < least[1]:
        raise ParameterError(
            f"a sample book needs at least {least[0]} contacts and {least[1]} interactions; ask for more"
        )
    ties = min(contacts - cast, max(26, interactions // 25))
    story.people.extend(_strangers(rng, contacts - cast, ties, {person.name for person in story.people}))
    _connect(rng, story, cast)
    for who in range(cast, cast + BLASTED):
        mark = rng.choice(("", "!"))
        story.play(who, "update", BLASTED_ON, f"I am looking for a new role{mark}")
    habits = {circle: beats.split() for circle, beats in words.table("habits.txt")}
    topics: dict[str, list[str]] = {circle: [] for circle in habits}
    for circle, topic, _ in words.table("topics.txt"):
        topics[circle].append(topic)
    topics[""] = topics["alumni"] + topics["community"]
    planned = _plan(rng, story, [*regulars, *range(cast, cast + ties)], interactions - len(story.events))
    for turn, (who, day) in enumerate(planned):
        if len(story.events) > interactions - 3:
            break
        person = story.people[who]
        usable = [beat for beat in habits[person.circle] if person.profile or "thread" not in beat]
        usable = [beat for beat in usable if beat != "ask" or turn >= len(regulars) + ties]
        late = rng.randint(2, 8) if rng.random() < 0.25 and (END - day).days > 10 else 0
        story.play(who, rng.choice(usable), day, rng.choice(topics[person.circle]), late=late)
    while len(story.events) < interactions:
        who, day = rng.choice(planned[len(regulars) : len(regulars) + ties])
        story.play(who, "line", day, "This made me think of you")


def _plan(rng: random.Random, story: Story, ties: list[int], room: int) -> list[tuple[int, dt.date]]:
    """Who is in touch on which day: everybody's latest exchange first, then the habits, the rest in random order."""
    shares = [0.0 if story.people[who].every else rng.paretovariate(1.3) for who in ties]
    span = (END - START).days
    regular = sum(span // story.people[who].every for who in ties if story.people[who].every)
    scale = max(0.0, room / TOUCHES - regular) / sum(shares)
    latest: list[tuple[int, dt.date]] = []
    steady: list[tuple[int, dt.date]] = []
    others: list[tuple[int, dt.date]] = []
    for who, share in zip(ties, shares, strict=True):
        every = story.people[who].every
        fading = not every and rng.random() < 0.4
        silent_days = rng.randint(110, FRESH_DAYS) if fading else rng.randint(5, every or 150)
        last = END - dt.timedelta(silent_days)
        first = START + dt.timedelta(rng.randrange(150 if rng.random() < 0.8 else 300))
        count = span // every if every else round(share * scale)
        latest.append((who, last))
        for turn in range(count):
            reached = ((turn + rng.random()) / count) ** (2 if fading else 1)
            (steady if every else others).append(
                (who, first + dt.timedelta(int(max(0, (last - first).days) * reached)))
            )
    rng.shuffle(others)
    return latest + steady + others


def _connect(rng: random.Random, story: Story, cast: int) -> None:
    """When each tie was recorded; most of the cast long before the story begins."""
    for who, person in enumerate(story.people):
        if person.connected and who not in story.connected_on:
            last = dt.date(2021, 12, 31) if who < cast else END - dt.timedelta(30)
            story.connected_on[who] = last - dt.timedelta(rng.randrange((last - dt.date(2012, 1, 1)).days))


def _strangers(rng: random.Random, count: int, ties: int, taken: set[str]) -> list[Person]:
    """So many invented LinkedIn connections; the first `ties` of them may have a circle and an address."""
    pairs = [pair for f, last in words.table("names.txt") for pair in product(f.split(), last.split())]
    pairs = [pair for pair in pairs if " ".join(pair) not in taken]
    rng.shuffle(pairs)
    companies, titles = words.column("companies.txt"), words.column("titles.txt")
    people = []
    for number in range(count):
        lap, at = divmod(number, len(pairs))
        first, last = pairs[at]
        name = f"{first} {chr(ord('A') + lap % 26)}. {last}" if lap else f"{first} {last}"
        slug = f"{words.slug(name)}-{number + 1000}"
        circle = rng.choice(CIRCLES) if number < ties else ""
        email = f"{slug.replace('-', '.')}@example.org" if circle and rng.random() < 0.6 else ""
        job = rng.choice(titles), rng.choice(companies)
        profile = f"https://www.linkedin.com/in/{slug}-sample"
        people.append(Person(name, circle, *job, email=email, profile=profile, connected=True))
    return people
