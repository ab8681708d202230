"""What does each role owe, and what may be asked of it? One table."""

from __future__ import annotations

import pandas as pd

from networkscope.roles.roles import people_roles
from networkscope.snapshot.events import among
from networkscope.snapshot.snapshot import Snapshot

# talk: thanks for a networking talk; help: thanks for an advice, a name, an offer; answer: their questions; update: the
# monthly word on the search; ask: being asked for advice, a name or a job; keep: a line when the tie goes quiet;
# praise: being asked for a recommendation.
#   yes: owed, or may be; never: not; noted: only where the owner's own notes say so; search: only as part of the search
_TABLE = """
role              talk   help   answer  update  ask    keep   praise
self              never  never  never   never   never  never  never
robot             never  never  never   never   never  never  never
boss              never  noted  noted   search  yes    never  yes
colleague         never  noted  noted   search  yes    never  yes
report            never  noted  noted   search  never  never  yes
family            never  yes    yes     search  yes    yes    never
recruiter         never  yes    yes     search  never  never  never
client            never  yes    yes     search  yes    yes    yes
vendor            never  yes    yes     search  yes    never  yes
friend            never  yes    yes     search  yes    yes    yes
search_contact    yes    yes    yes     search  yes    yes    yes
former_colleague  yes    yes    yes     search  yes    yes    yes
contact           yes    yes    yes     search  yes    yes    yes
acquaintance      yes    yes    yes     search  yes    yes    yes
"""
CLOSE_ROLES = ("family", "friend")
ACTS, *_ROWS = (
    line.split()[1:] if line.startswith("role ") else line.split() for line in _TABLE.strip().splitlines()
)
CONDUCT = pd.DataFrame([row[1:] for row in _ROWS], index=[row[0] for row in _ROWS], columns=ACTS)


def conduct(now: Snapshot, act: str) -> pd.Series:
    """What holds for this act ("yes", "noted", "search" or "never") with each contact, by contact_id.

    Nobody at a present employer who is not to know of the search gets an update or an ask, whatever their role.

    >>> from networkscope import schema
    >>> from networkscope.snapshot.snapshot import snapshot
    >>> people = pd.DataFrame({"contact_id": ["a", "b"], "circle": ["family", None]})
    >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-11-16")
    >>> conduct(now, "talk").to_dict()
    {'a': 'never', 'b': 'yes'}
    """
    if ("conduct", act) in now.prepared:
        kept: pd.Series = now.prepared["conduct", act]
        return kept
    roles = people_roles(now)
    found = roles["role"].astype(object).map(CONDUCT[act])
    if act in ("update", "ask"):
        found = found.mask(roles["is_secret"], "never")
    if act == "update":
        found = found.mask((found == "search") & roles["in_search"], "yes").replace("search", "never")
    now.prepared["conduct", act] = found = pd.Series(found.array, roles["contact_id"].array)
    return found


def may(now: Snapshot, act: str, ids: pd.Series, *, noted: bool = False) -> pd.Series:
    """Is this act owed to, or allowed with, each of these? `noted`: also where only the owner's notes say so."""
    known = conduct(now, act)
    return ~among(ids, known.index[~known.isin(("yes", "noted") if noted else ("yes",))])
