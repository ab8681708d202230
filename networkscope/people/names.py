"""Which names may be one person's? Spellings, short forms and initials; it proposes or doubts, and never joins."""

import re
from collections.abc import Iterable
from itertools import product, takewhile

from networkscope import keys

_SHORT_FORMS = """
robert bob rob bobby|william bill will billy|richard rick dick rich|michael mike michi|thomas tom|james jim jimmy
john jack johnny|katherine kate kathy katie|elizabeth liz beth lisa betty|margaret maggie peggy|alexander alex
alexandra alex sandra|andrew andy drew|anthony tony|benjamin ben|charles charlie chuck|christopher chris
christina chris tina|daniel dan danny|david dave|edward ed eddie ted|frederick fred|gregory greg|jennifer jen
joseph joe|joshua josh|matthew matt|nicholas nick|patricia pat patty|peter pete|samuel sam|stephen steve
susan sue|timothy tim|victoria vicky|maximilian max|johannes hannes|sebastian basti|josef sepp|franziska franzi
"""
_IN_FULL: dict[str, list[str]] = {}
for _forms in re.split(r"[|\n]", _SHORT_FORMS.strip()):
    _name, *_shorts = _forms.split()
    for _short in _shorts:
        _IN_FULL.setdefault(_short, []).append(_name)
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe"})
_TITLES = re.compile("dr|prof|mag|ing|dipl|med|mrs?|ms|mx|miss|sir|herr|frau|[fh]r|sig|dott|mme|mlle|sra?")


def spellings(name: str) -> list[set[str]]:
    """Each word of a name as one may type it: without accents and case, umlauts also as two letters.

    >>> [sorted(word) for word in spellings("Jörg Née")]
    [['joerg', 'jorg'], ['nee']]
    """
    words = keys.name_key(name).split()
    return [{keys.unaccented(word), keys.unaccented(word.translate(_SPELLED_OUT))} for word in words]


def readings(name: str) -> list[list[str]]:
    """The words of a folded name without accents and titles, short forms in full, in each way to read them.

    >>> readings("dr. chris lee")
    [['christopher', 'lee'], ['christina', 'lee']]
    """
    plain = keys.unaccented(name).replace(".", " ").replace("-", " ").split()
    while len(plain) > 1 and _TITLES.fullmatch(plain[0]):
        del plain[0]
    words = list(dict.fromkeys(plain))
    ways = product(*(_IN_FULL.get(word, [word]) for word in words))
    return [[full[words.index(word)] for word in plain] for full in ways]


def alike(one: list[str], other: list[str]) -> bool:
    """May these words be one person's? A last name alone is a family's.

    >>> alike(["ana", "lee"], ["a", "lee"]), alike(["ana", "lee"], ["bo", "lee"])
    (True, False)
    """
    common = set(one) & set(other)
    if {*one[:1], *other[:1]} & common:
        return True
    rest = [(x, y) for x in one for y in other if x not in common and y not in common]
    return bool(common) and any(x[0] == y[0] and 1 in (len(x), len(y)) for x, y in rest)


def count_people(names: Iterable[str]) -> int:
    """Behind how many people, at least, do these names stand?"""
    people: list[list[list[str]]] = []
    for ways in sorted(map(readings, names), key=lambda ways: (len(ways), ways)):
        near = [who for who in people if any(alike(way, known) for way in ways for known in who)]
        if len(ways) > 1 and len(near) > 1:
            continue  # Chris is Christopher or Christina, and makes no one person of the two
        people = [who for who in people if who not in near]
        people.append([*ways, *(known for who in near for known in who)])
    return len(people)


def one_edit(one: str, other: str) -> bool:
    """Does one letter more, less or another turn one text into the other?"""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    same = takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False))
    at = len(list(same))
    return one[at + 1 :] == other[at + 1 :] or one[at:] == other[at + 1 :] or one[at + 1 :] == other[at:]
