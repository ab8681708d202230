"""Who takes part in the conversations of LinkedIn's messages, and which of them is the owner?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from networkscope import keys
from networkscope.errors import LoadError
from networkscope.importers.linkedin import CLOSED, people_in
from networkscope.importers.sheets import Sheet

SEVERAL = re.compile("[,; ]+")
CANDIDATES = 5
UNCLEAR = "could not tell which account is yours"
WRITE = "write into book.toml, as yours is: [owner]"


@dataclass
class Traffic:
    """Who is in each row, by the keys of their profiles ("" for a sender without one), and in each conversation."""

    conversations: list[str]
    senders: list[str]
    recipients: list[list[str]]
    members: dict[str, dict[str, None]]
    urls: dict[str, str]
    names: dict[str, str]


def traffic_in(sheet: Sheet) -> Traffic:
    """Who wrote to whom in each row, and who takes part in each conversation."""
    urls: dict[str, str] = {}

    @cache
    def profiles(cell: str) -> list[str]:
        found = {keys.profile_key(url): url for url in SEVERAL.split(cell)}
        found.pop("", None)
        urls.update({key: url for key, url in found.items() if key not in urls})
        return [*found]

    senders = ["".join(profiles(cell)[:1]) for cell in sheet.strings("sender_url")]
    recipients = [profiles(cell) for cell in sheet.strings("recipient_urls")]
    # A row without an id is a conversation of its own.
    conversations = [name or f"\0{row}" for row, name in enumerate(sheet.strings("conversation"))]
    members: dict[str, dict[str, None]] = {}
    for conversation, sender, to in zip(conversations, senders, recipients, strict=True):
        members.setdefault(conversation, {}).update(dict.fromkeys(filter(None, [sender, *to])))
    names = _names(sheet, senders, recipients, urls)
    return Traffic(conversations, senders, recipients, members, urls, names)


def _names(
    sheet: Sheet, senders: list[str], recipients: list[list[str]], everybody: Iterable[str]
) -> dict[str, str]:
    """Whoever wrote is called as they signed; whoever only ever was the one recipient, as TO says."""
    signed: dict[str, str] = {}
    addressed: dict[str, str] = {}
    for sender, name in zip(senders, sheet.strings("sender"), strict=True):
        signed.setdefault(sender, "" if name.casefold() in CLOSED else name)
    for to, cell in zip(recipients, sheet.strings("recipient"), strict=True):
        if len(to) == 1:
            addressed.setdefault(to[0], cell)
    found = {}
    for key in everybody:
        called = people_in(addressed.get(key, ""))
        found[key] = signed.get(key) or (called[0] if len(called) == 1 else "")
    return found


def owners_of(traffic: Traffic, sheet: Sheet, drafts: list[int]) -> list[str]:
    """The owner's profiles: as book.toml says, else the one profile that is in every conversation."""
    given = [keys.profile_key(profile) for profile in sheet.settings.owner_profiles]
    if found := [key for key in given if key in traffic.urls]:
        return found
    own_name = keys.name_key(sheet.settings.owner_name)
    share = Counter(key for who in traffic.members.values() for key in who)
    if not share:
        if own_name or sheet.empty("sender").all():
            return []
        raise LoadError(f'{sheet.label} names no profile: {UNCLEAR}; {WRITE} name = "Your Name"')
    (_, most), *others = share.most_common(2)
    best = [key for key, count in share.items() if count == most]
    everywhere = most == sum(map(bool, traffic.members.values()))
    clear = everywhere or all(count * 2 <= most for _, count in others)
    if not given:
        drafted = {traffic.senders[row] for row in drafts} & {*best}
        called = {key for key in best if keys.name_key(traffic.names[key]) == own_name != ""}
        best = next(([*hint] for hint in (drafted, called) if len(hint) == 1), best)
        if len(best) == 1 and clear:
            return best
    candidates = ", ".join(best[:CANDIDATES]) + (", …" if len(best) > CANDIDATES else "")
    why = "the profiles in book.toml are in none of its conversations" if given else UNCLEAR
    line = f'{WRITE} profiles = ["https://www.{best[0]}"]'
    raise LoadError(f"{sheet.label}: {why}; candidates: {candidates}; {line}")
