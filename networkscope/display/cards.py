"""What to do next, as cards: who, why, the words to send, and the ways to send them."""

from __future__ import annotations

import datetime as dt
import html
from functools import partial
from typing import Any

import pandas as pd

from networkscope.book.calendars import Entry, to_calendar
from networkscope.display.cells import shorten
from networkscope.display.links import (
    file_address,
    link,
    mail_address,
    person_links,
    phone_address,
    profile_address,
)
from networkscope.display.tables import NO_CONTACTS, Page, with_names
from networkscope.keys import short_key
from networkscope.wording import many, plain_dates, share_level, spoken_days

DRAFT_LIMIT = 2000  # what is to be sent is whole on the page
NOTHING = "Nothing to do: nothing is owed and no tie is fading."
ABOUT = ("title", "organization", "emails", "phones", "profiles")


def show_moves(moves: pd.DataFrame, contacts: pd.DataFrame, as_of_date: pd.Timestamp | None = None) -> Page:
    """What should the reader do next? A card per move: who, what, why, the words to send, and how.

    Takes the frame of `next_moves`. `as_of_date` is the day of the appointments; without it cards offer none. The
    buttons of a card (copy, done, not now, not this person) are the page's own script's; all else works without it.
    """
    if share_level() == "counts" and len(moves):
        return Page(
            f'<p class="nothing">{many(len(moves), "next move")}, which a page of counts does not show.</p>'
        )
    if moves.empty:
        return Page(f'<p class="nothing">{NO_CONTACTS if contacts.empty else NOTHING}</p>')
    return Page(f'<ol class="moves">{"".join(move_cards(moves, contacts, as_of_date))}</ol>')


def move_cards(
    moves: pd.DataFrame, contacts: pd.DataFrame, as_of_date: pd.Timestamp | None = None
) -> list[str]:
    """One card per row of `moves`, as `show_moves` puts them into a list."""
    about = contacts.set_index("contact_id").reindex(columns=list(ABOUT)).reindex(moves["contact_id"])
    leads, day = person_links(contacts), None if as_of_date is None else as_of_date.date()
    return [
        _card(row, who, known, leads.get(who, ""), day)
        for row, who, known in zip(
            with_names(moves, contacts).to_dict("records"),
            moves["contact_id"],
            about.to_dict("records"),
            strict=True,
        )
    ]


def _card(row: dict[str, Any], contact_id: str, about: dict[str, Any], page: str, day: dt.date | None) -> str:
    name, move = shorten(row["contact_id"]), shorten(row["move"])
    said = plain_dates if day is None else partial(spoken_days, today=day)
    why, draft = said(shorten(row["why"], DRAFT_LIMIT)), _draft(row["draft"])
    state = ":".join(filter(None, ("move", row["kind"], text_of(row["due_state"]))))
    place = ", ".join(
        shorten(text) for name in ABOUT[:2] if (text := text_of(about[name])) not in ("", "other")
    )
    more = said(shorten(text_of(row["more"])))
    subject = text_of(row.get("subject"))
    ways = [
        link(mail_address(about["emails"], subject, draft), "Write mail", "way") if about["emails"] else "",
        link(profile_address(about["profiles"]), "Open profile", "way"),
        link(phone_address(about["phones"]), "Call", "way"),
        _appointment(contact_id, f"{move}: {name}", f"{why}\n\n{draft}", day),
    ]
    is_own = share_level() == "private"  # a command needs the book, and a mail is the owner's to write
    key = row["move_key"] if is_own else ""
    shown = [way for way in ways if way.startswith("<a")] if is_own else []
    parts = [
        f'<p class="move"><strong>{html.escape(move)}</strong>: {link(page, name)}'
        f"{f' <code>{key}</code>' if key else ''}</p>",
        f'<p class="place">{html.escape(place)}</p>' if place else "",
        f'<p class="why">{html.escape(why)}</p>' if why else "",
        f'<blockquote style="white-space: pre-line">{html.escape(draft)}</blockquote>'
        if draft != move
        else "",
        f'<p class="ways">{" ".join(shown)}</p>' if is_own else "",
        f"<details><summary>Why else</summary><p>{html.escape(more)}</p></details>" if more else "",
    ]
    who = short_key("p", contact_id)
    marks = f'data-person="{who}" data-state="{state}"' + (f' data-move="{key}" id="{key}"' if key else "")
    return f"<li {marks}>{''.join(parts)}</li>"


def _draft(text: object) -> str:
    """The words to send as they were written, without marks that hide or turn text."""
    lines = "".join(one for one in str(text) if one.isprintable() or one in "\n\u200c\u200d")
    return lines if len(lines) <= DRAFT_LIMIT else lines[: DRAFT_LIMIT - 1] + "…"


def text_of(value: object) -> str:
    """The text in a cell; nothing where it has none."""
    return value if isinstance(value, str) else ""


def _appointment(contact_id: str, title: str, text: str, day: dt.date | None) -> str:
    if day is None:
        return ""
    address = file_address(
        to_calendar([Entry(f"{day:%Y%m%d}-{contact_id}", title, text)], day), "text/calendar"
    )
    return link(address, "Add to calendar", "way").replace("<a ", '<a download="networkscope.ics" ', 1)
