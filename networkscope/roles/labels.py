"""Which role do the owner's words for a person name, in a circle, a tag or a note? The words are in words.toml."""

import re
from functools import cache

from networkscope import keys
from networkscope.roles.employers import words


@cache
def role_of_label(label: str) -> str | None:
    """The role that a label names: it is one of its words, or starts with one ("friends from school")."""
    text = folded(label)
    found = [(len(match[0]), role) for role in _LABELS if (match := _label_pattern(role).match(text))]
    role = max(found, default=(0, ""))[1]
    return "search_contact" if role == "search" else role or None


@cache
def _label_pattern(role: str) -> re.Pattern[str]:
    end = r"(?=$|\s*[-–:(/@,\d]|\s+(?:at|from|in|bei|von|vom|aus|chez|en|em|da|di|bij|van)\b)"
    return re.compile(phrases_of(role).pattern + (r"(?!\w)" if role == "former_colleague" else end))


_LABELS = ("family", "friend", "colleague", "boss", "report", "former_colleague", "client", "vendor", "recruiter",
           "search", "robot")  # fmt: skip


@cache
def phrases_of(name: str) -> re.Pattern[str]:
    """The phrases of one list in words.toml, the longest first, as whole words."""
    phrases = sorted({folded(phrase) for phrase in words()[name]}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, phrases))})(?!\w)")


def folded(text: str) -> str:
    return " ".join(keys.unaccented(text.casefold()).split())
