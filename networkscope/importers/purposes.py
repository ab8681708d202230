"""What was a message for, as far as its subject says so?

Only a suggestion, always marked as one: the user's own `interactions.csv` overrides it, and `[suggest] purposes =
false` in book.toml switches it off. A subject that answers or forwards ("Re:", "AW:", "Fwd:") was written for an
earlier message, so it says nothing of this one.
"""

from __future__ import annotations

import re

from networkscope.importers.mail_headers import WORDS

UNKNOWN = "unknown"
LONGEST = 500
ANSWERS = re.compile(
    rf"\s*+(?:\[[^\]]{{1,40}}\]\s*+)?(?:(?:{'|'.join(WORDS['subjects']['answers'])})"
    r"\s?(?:\[\d+\]|\(\d+\))?\s?[:：]\s*+)++",
    re.IGNORECASE,
)
_RULES = [
    (rule["purpose"], re.compile(rf"(?<!\w)(?:{'|'.join(rule['words'])})(?!\w)"), rule.get("by"))
    for rule in WORDS["purposes"]
]
_RECEIPT = re.compile("|".join(WORDS["subjects"]["receipts"]))
_MEET = re.compile(r"\w,? meet [A-ZÀ-Þ]")
_TO_MEET = re.compile(r"\b(?:we|you|us|to|i|let'?s|can|shall|could|will)\s+meet\b", re.IGNORECASE)


def suggest_purpose(subject: str, direction: str) -> str:
    """What was this message for, by the words of its subject? "unknown" unless a rule of mail_words.toml fits.

    `direction` is "outbound", "inbound" or "mutual"; an ask is suggested only where the owner wrote it.

    >>> suggest_purpose("Vielen Dank für das Gespräch", "outbound"), suggest_purpose("Ann, meet Bob", "inbound")
    ('thank_you', 'introduction')
    >>> suggest_purpose("Re: Introduction: Ann and Bob", "inbound")
    'unknown'
    """
    subject = subject[:LONGEST]
    folded = subject.casefold()
    if ANSWERS.match(subject) or _RECEIPT.search(folded):
        return UNKNOWN
    for purpose, words, by in _RULES:
        if by in (None, direction) and words.search(folded):
            return purpose
    if _MEET.search(subject) and not _TO_MEET.search(subject):
        return "introduction"
    return UNKNOWN
