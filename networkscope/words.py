"""How a number is said in a sentence."""


def many(count: int, one: str, several: str = "") -> str:
    """So many of something, in the singular or the plural.

    >>> many(1, "day"), many(1200, "person", "people")
    ('1 day', '1,200 people')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"
