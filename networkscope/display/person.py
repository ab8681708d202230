"""One person on a page: who they are, what happened, where they stand, what to do next; and a list to choose from."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from networkscope.display.tables import Page, clean_label, show_moves, show_table
from networkscope.snapshot.snapshot import Snapshot

IN_A_REPORT = "NETWORKSCOPE_REPORT"  # set by the runner: on a page there is nobody to choose
STANDING = {
    "state": "State of the tie", "days_silent": "Days silent", "contact_chance": "Chance of contact by itself",
    "last_topic": "Last topic", "why": "Why",
}  # fmt: skip
TRAIL = ["referrer_id", "referred_id", "organization", "given_on", "contacted_on", "outcome"]


def show_person(
    contact_id: str,
    now: Snapshot,
    dormant: pd.DataFrame,
    moves: pd.DataFrame,
    *,
    rows: int = 20,
) -> Page:
    """Who is this, what happened between us, which trail are they on, and what comes next?

    Takes a snapshot, which holds nothing later, and its frames of `dormant_contacts` and `next_moves`.
    """
    contacts, interactions, referrals = now.contacts, now.interactions, now.referrals
    person = contacts[contacts["contact_id"] == contact_id].iloc[0]
    known = [
        person[name] for name in ("title", "organization", "circle", "location") if pd.notna(person[name])
    ]
    reach = [person[name] for name in ("emails", "phones", "profiles") if pd.notna(person[name])]
    lines = [" · ".join(map(str, known)), " · ".join(map(str, reach)), person["notes"]]
    told = "".join(
        f"<p>{html.escape(clean_label(line))}</p>" for line in lines if isinstance(line, str) and line
    )
    events = interactions[interactions["contact_id"] == contact_id].sort_values(
        "occurred_at", ascending=False
    )
    timeline = events.assign(day=events["occurred_at"].dt.tz_localize(None))
    named = referrals[(referrals[["referrer_id", "referred_id"]] == contact_id).any(axis=1)]
    standing = dormant[dormant["contact_id"] == contact_id]
    parts = [
        f"<h3>{html.escape(clean_label(person['name']))}</h3>{told}",
        show_table(standing, STANDING, caption="Where you stand")._repr_html_(),
        show_moves(moves[moves["contact_id"] == contact_id], contacts).html,
        show_table(
            timeline,
            ["day", "channel", "direction", "purpose", "subject", "source_ref"],
            caption="Timeline",
            rows=rows,
        )._repr_html_(),
        show_table(
            named, TRAIL, caption="Names given and received", contacts=contacts, rows=rows
        )._repr_html_(),
    ]
    return Page("".join(parts))


def choose(
    show: Callable[[str], object], options: Mapping[str, str] | Sequence[str], *, value: str, label: str
) -> None:
    """Which one should be shown? A list in JupyterLab, and nothing in a report.

    Parameters
    ----------
    show : is called with what was chosen, at once with `value`
    options : what can be chosen; of a mapping the keys are shown, and the values given to `show`
    """
    if os.environ.get(IN_A_REPORT):
        return
    import ipywidgets

    box = ipywidgets.Dropdown(options=options, value=value, description=label)
    ipywidgets.interact(lambda chosen: show(chosen), chosen=box)
