"""One person on a page: who they are, what happened, how the tie is, what to do next; and a list to choose from."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from networkscope.display.cards import show_moves
from networkscope.display.links import IN_A_REPORT
from networkscope.display.tables import Page, clean_label, show_table
from networkscope.snapshot.snapshot import Snapshot

STANDING = {
    "role": "Who they are to you", "role_why": "Because", "tie_state": "The tie", "last_exchange_on": "Last heard from",
    "owed_to_them": "You owe", "owed_by_them": "They owe", "ladder_step": "Asked so far for",
    "hold_off_until": "Leave alone until",
}  # fmt: skip
TIMELINE = ["day", "channel", "direction", "purpose", "subject", "source_ref"]
TRAIL = ["referrer_id", "referred_id", "organization", "given_on", "contacted_on", "outcome"]


def show_person(
    contact_id: str, now: Snapshot, people: pd.DataFrame, moves: pd.DataFrame, *, rows: int = 20
) -> Page:
    """Who is this, what happened between us, which trail are they on, and what comes next?

    Takes a snapshot, which holds nothing later, and its frames of `standing` and `chosen_moves`.
    """
    contacts = now.contacts
    person = contacts[contacts["contact_id"] == contact_id].iloc[0]
    about = (("title", "organization", "circle", "location"), ("emails", "phones", "profiles"), ("notes",))
    lines = [" · ".join(person[list(names)].dropna()) for names in about]
    events = now.interactions[now.interactions["contact_id"] == contact_id]
    events = events.sort_values("occurred_at", ascending=False)
    events = events.assign(day=events["occurred_at"].dt.tz_localize(None))
    named = now.referrals[(now.referrals[["referrer_id", "referred_id"]] == contact_id).any(axis=1)]
    standing = people.loc[[contact_id]]
    ahead = now.appointments[now.appointments["contact_id"] == contact_id].sort_values("occurred_at")
    parts = [
        f"<h3>{html.escape(clean_label(person['name']))}</h3>",
        *(f"<p>{html.escape(clean_label(line))}</p>" for line in lines if line),
        show_table(standing, STANDING, caption="Where you stand")._repr_html_(),
        show_table(ahead, ["day", "channel", "subject"], caption="You meet soon")._repr_html_()
        if len(ahead)
        else "",
        show_moves(moves[moves["contact_id"] == contact_id], contacts).html,
        show_table(events, TIMELINE, caption="Timeline", rows=rows)._repr_html_(),
        show_table(
            named, TRAIL, caption="Names given and received", contacts=contacts, rows=rows
        )._repr_html_(),
    ]
    return Page("".join(parts))


def choose(
    show: Callable[[str], object], options: Mapping[str, str] | Sequence[str], *, value: str, label: str
) -> None:
    """Which one should be shown? A list in JupyterLab, and nothing in a report.

    `show` is called with what was chosen, at once with `value`; of `options` that are a mapping the keys are
    shown, and the values given to `show`.
    """
    if os.environ.get(IN_A_REPORT):
        return
    import ipywidgets

    box = ipywidgets.Dropdown(options=options, value=value, description=label)
    ipywidgets.interact(lambda chosen: show(chosen), chosen=box)
