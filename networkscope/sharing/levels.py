"""What each share level keeps and what it takes away: the columns of all tables and results, each named once.

A text column that is not named here is taken away at every level but "private": what nobody thought of is not shared.
"""

from networkscope.errors import ParameterError, nearest

LEVELS = ("private", "coach", "public", "counts")
ANONYMOUS = ("public", "counts")
LEAST = 3  # people who must share a circle, company, place and title for these to be shown

PEOPLE = (
    "contact_id", "about_id", "referrer_id", "referred_id", "core_id", "via_id", "then_id", "parent_id", "root_id",
    "one_id", "other_id", "met_ids", "trail", "parent", "root",
)  # fmt: skip
"""Ids of contacts; in `met_ids` and `trail` several."""

NAMES = ("name", "introduced_by")
COMPANIES = ("company", "organization", "employer", "shared_employer", "past_organizations", "domain",
             "organization_before", "title_before")  # fmt: skip
GROUPS = ("circle", "organization", "location", "title", "seniority", "domain", "company", "place")
"""What a group of people may be told apart by, where it is large enough."""

PARTS = {  # how a result calls what belongs to the person of its row
    "circle": "circle", "organization": "organization", "company": "organization", "location": "location",
    "place": "location", "title": "title", "seniority": "title",
}  # fmt: skip
VOCABULARY = (
    "state", "kind", "purpose", "channel", "direction", "tie_band", "tie_state", "role", "roles", "next_move",
    "ladder_step", "change", "before", "due_state", "verdict", "flag", "practice", "rule", "item", "work", "tier",
    "risk", "recontact", "owed_to", "inside", "band", "step_reached", "step_asked", "next_step",
    "last_channel", "last_favour",
    "month", "cohort", "move", "what", "owed_to_them", "owed_by_them", "to_see_this", "outcome",
    "act", "certainty", "language", "status", "source", "sources", "method", "seniority", "listed",
)  # fmt: skip
"""Words of our own, from lists that are part of this package."""

SENTENCES = (
    "why", "was", "became", "missing", "more", "draft", "role_why", "rests_on", "what_to_do", "community_name",
    "evidence",
)  # fmt: skip
"""Made by this package of names, dates and counts; at "coach" without anything quoted. Taken away at "public"."""

KEYS = ("event_id", "gap_id", "referral_id", "flag_id", "move_key")
"""Short marks of a row; other ones at "public"."""

PARAMETERS = (
    "half_life_days", "horizon_days", "contact_days", "circle_days", "organization_days", "cadence_days",
)  # fmt: skip
"""Settings, and counts of days: neither is how long something took."""

SINCE = {  # a person's durations, each counted anew from the week of its date
    "days_silent": "last_touch_on", "days_overdue": "due_on", "days_late": "due_on", "days_left": "until",
}  # fmt: skip

UNTIL_CLOSED = ("days_overdue", "days_late")  # of these, what is closed was late until then

GOES = {
    "coach": "addresses, phones, profiles, subjects, notes, the words of messages, files",
    "public": "names (pseudonyms stand for them), companies (letters), titles (seniority), places (countries), days "
    "(weeks), groups of fewer than {least}, and all that goes for a coach",
    "counts": "everybody, every company and every circle, and all that goes from a public page",
}
STAYS = {
    "coach": "names, companies, titles, circles, days, counts, what is owed to and by each",
    "public": "the shape of the network: counts, weeks, states, kinds of moves, circles of {least} or more",
    "counts": "numbers",
}


def is_duration(column: str) -> bool:
    """Does this column say how long something took, in days?"""
    named = column == "days" or column.startswith("days_") or column.endswith("_days")
    return named and column not in PARAMETERS


def check_level(level: str) -> str:
    """The level, where there is one of that name; a ParameterError names the nearest."""
    if level not in LEVELS:
        raise ParameterError(f"there is no share level '{level}'; {nearest(level, LEVELS)}")
    return level
