"""What was a message for, as far as its subject says so?

Only a suggestion, always marked as one: the user's own `interactions.csv` overrides it, and `[suggest] purposes =
false` in book.toml switches it off. A subject that answers or forwards ("Re:", "AW:", "Fwd:") was written for an
earlier message, so it says nothing of this one.
"""

from __future__ import annotations

import re

UNKNOWN = "unknown"
ANSWERS = re.compile(
    r"\s*+(?:\[[^\]]{1,40}\]\s*+)?(?:(?:re|aw|sv|antw?|rv|r|res|ref|rif|odp|vs|ynt|fwd?|wg|tr|vb|doorst|i|enc)"
    r"\s?(?:\[\d+\]|\(\d+\))?\s?[:：]\s*+)++",
    re.IGNORECASE,
)
# In the order in which they are tried. The third column: who must have written it (None: either).
RULES: tuple[tuple[str, str, str | None], ...] = (
    (
        "thank_you",
        r"thanks|thank you|thank-you|thx|many thanks|danke|vielen dank|herzlichen dank|dank je|dank u|bedankt|merci"
        r"|m[ua]chas gracias|gracias|grazie|obrigad[oa]|tak|tack|takk|mange tak|kiitos|dziękuję|děkuji",
        None,
    ),
    (
        "introduction",
        r"introduction|introducing|introductions|e-?intro|intro|vorstellung|vermittlung|mise en relation|introductie"
        r"|presentación|presentazione|apresentação",
        None,
    ),
    ("recommendation_ask", r"(?:request|asking) for (?:a )?(?:recommendation|reference)", "outbound"),
    ("referral_ask", r"(?:request|asking) for (?:a )?referral|could you refer me", "outbound"),
    ("advice_ask", r"(?:asking for|seeking|request for|need) (?:your |some )?advice|um rat", "outbound"),
    (
        "catch_up",
        r"catch(?:ing)?[ -]?up|long time no see|lange nichts gehört|coffee|lunch|kaffee|mittagessen|déjeuner",
        None,
    ),
    (
        "social",
        r"happy birthday|birthday wishes|congrat\w*|merry christmas|happy new year|season'?s greetings|alles gute"
        r"|glückw\w+|geburtstag|frohe weihnachten|bon anniversaire|feliz \w+|buon compleanno|tillykke|félicitations",
        None,
    ),
    ("update", r"(?:quick |short |brief |an |my )?updates?(?: on| from| for| to|:|$)|kurzes update", None),
)
_WORDS = [(purpose, re.compile(rf"(?<!\w)(?:{words})(?!\w)"), way) for purpose, words, way in RULES]
_MEET = re.compile(r"\w,? meet [A-ZÀ-Þ]")
_TO_MEET = re.compile(r"\b(?:we|you|us|to|i|let'?s|can|shall|could|will)\s+meet\b", re.IGNORECASE)
# These begin like a thank-you and are none: an automatic receipt.
_RECEIPT = re.compile(r"thank you for (?:your (?:order|payment|purchase|application|registration)|applying)")


def suggest_purpose(subject: str, direction: str) -> str:
    """What was this message for, by the words of its subject? "unknown" unless a rule of `RULES` fits.

    `direction` is "outbound", "inbound" or "mutual"; an ask is suggested only where the owner wrote it.

    >>> suggest_purpose("Vielen Dank für das Gespräch", "outbound"), suggest_purpose("Ann, meet Bob", "inbound")
    ('thank_you', 'introduction')
    >>> suggest_purpose("Re: Introduction: Ann and Bob", "inbound")
    'unknown'
    """
    if not subject or ANSWERS.match(subject):
        return UNKNOWN
    folded = subject[:500].casefold()
    if _RECEIPT.search(folded):
        return UNKNOWN
    for purpose, words, way in _WORDS:
        if way in (None, direction) and words.search(folded):
            return purpose
    if _MEET.search(subject[:500]) and not _TO_MEET.search(subject[:500]):
        return "introduction"
    return UNKNOWN
