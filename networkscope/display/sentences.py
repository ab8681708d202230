"""The answer in a sentence or two, from finished frames: what a reader takes away who reads nothing else."""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd

from networkscope import dates, keys
from networkscope.display.cells import FEW, KINDS, STATES
from networkscope.display.tables import NO_CONTACTS, Page
from networkscope.display.theme import STATE_COLORS
from networkscope.errors import ParameterError
from networkscope.wording import in_a_row, many, plain_dates, tells_weeks


def show_answer(text: str) -> Page:
    """What is the answer? One emphasised paragraph, shown as text and nothing else.

    >>> show_answer("5 < 6")._repr_html_()
    '<p class="answer">5 &lt; 6</p>'
    """
    return Page(f'<p class="answer">{html.escape(plain_dates(keys.clean(text)))}</p>')


def describe_ties(dormant: pd.DataFrame, as_of_date: pd.Timestamp, first: Sequence[str] = ()) -> str:
    """How many people are you in touch with, how many are fading, and who comes `first` (names)?"""
    if dormant.empty:
        return NO_CONTACTS
    counts, day = dormant["state"].value_counts(), _day(as_of_date)
    touched = len(dormant) - counts.get("never_touched", 0)
    if not touched:
        return (
            f"{many(len(dormant), 'contact')}, but no message or meeting with any of them is known before {day}: "
            "add mail, chats, a calendar or your own notes, and this page shows who is fading."
        )
    counted = [state for state in STATE_COLORS if counts.get(state) and state != "never_touched"]
    states = ", ".join(f"{counts[state]:,} {STATES[state]}" for state in counted)
    contacts = f"{touched:,} of {len(dormant):,} contacts" if len(dormant) > 1 else "your only contact"
    write = f"Write first to {in_a_row(first)}. " if len(first) else ""
    return f"{write}You have been in touch with {contacts} before {day}: {states}."


def describe_followups(items: pd.DataFrame, due: pd.DataFrame, as_of_date: pd.Timestamp) -> str:
    """How much is owed? Takes `followups` and what is `to_do` of it; updates are counted apart: they are no debt."""
    day = _day(as_of_date)
    if items.empty:
        return f"No follow-up of any kind was found before {day}."
    due_owed = due[due["kind"] != "monthly_update"]
    owed = due_owed.loc[due_owed["state"] == "overdue", "kind"].value_counts()
    kinds = ", ".join(many(count, *KINDS.get(kind, (kind,))) for kind, count in owed.items())
    text = f"{many(int(owed.sum()), 'follow-up')} overdue on {day}: {kinds}."
    if owed.empty:
        text = f"Nothing that you owe is overdue on {day}. Well done."
    if today := int((due_owed["state"] == "due_today").sum()):
        text += f" {today:,} {'is' if today == 1 else 'are'} due today."
    if updates := int((due["kind"] == "monthly_update").sum()):
        verb = "is" if updates == 1 else "are"
        text += f" {many(updates, 'person', 'people')} of your search {verb} due an update."
    if waiting := int((items["state"] == "not_due").sum()):
        text += f" {waiting:,} more will fall due."
    return text


def describe_yield(overall: pd.DataFrame) -> str:
    """How many names does a conversation bring, and are they followed up?

    Takes the one row of ``referral_yield(..., by="all")``.
    """
    if not overall[["conversation_count", "outside_count", "lead_count"]].to_numpy().any():
        return "No conversation and no referral is in this book yet: note your calls in interactions.csv."
    row = overall.iloc[0]
    text = f"{many(row['conversation_count'], 'conversation')} brought {many(row['name_count'], 'name')}"
    if pd.notna(row["names_per_conversation"]):
        text += f", {row['names_per_conversation']:.2f} each (the aim is 2 to 3)"
    if row["outside_count"]:
        text += f"; {many(row['outside_count'], 'more name')} came without one"
    text += "."
    if due := row["leads_due_count"]:
        text += f" You followed up {row['followed_count']:,} of the {many(due, 'name')} given a week ago or longer."
    return text


def describe_week(
    ties: pd.DataFrame,
    ties_before: pd.DataFrame,
    due: pd.DataFrame,
    due_before: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    days: int,
    timezone: str,
) -> str:
    """What happened in the last days, and is more overdue than before?

    Takes the frames of `dormant_contacts` and what is `to_do` of `followups`, now and so many days ago. A
    ParameterError where there are no days to look back on.
    """
    if days < 1:
        raise ParameterError(f"days must be 1 or more, not {days}")
    if due.empty and not ties["touch_count"].any():
        return "Nothing is known yet: put an export into exports/, or note a talk with networkscope log."
    counts, earlier = (frame.set_index("contact_id")["touch_count"] for frame in (ties, ties_before))
    recent = counts.sub(earlier, fill_value=0)
    overdue, before = (int((items["kind"] != "monthly_update").sum()) for items in (due, due_before))
    trend = f"there {'was' if before == 1 else 'were'} {before:,}"
    if overdue == before:
        trend = "there were as many"
    until = _day(dates.last_day(as_of, timezone))
    if as_of != dates.as_instant(dates.local_date(as_of, timezone), timezone):
        until += f", {as_of.tz_convert(timezone):%H:%M}"
    people = many(int((recent > 0).sum()), "person", "people")
    times = {1: "once", 2: "twice"}.get(int(recent.sum()), f"{int(recent.sum()):,} times")
    contact = f"you were in touch with {people}, {times}" if recent.any() else "you were in touch with nobody"
    return (
        f"In the {many(days, 'day')} to {until} {contact}. {many(overdue, 'follow-up is', 'follow-ups are')} "
        f"due; {many(days, 'day')} ago {trend}."
    )


def _day(date: pd.Timestamp) -> str:
    if tells_weeks():
        monday = date - pd.Timedelta(days=date.weekday())
        return f"the week of {monday.day} {monday:%B %Y}"
    return f"{date.day} {date:%B %Y}"


def describe_map(people: pd.DataFrame, edges: pd.DataFrame, groups: pd.DataFrame) -> str:
    """How much of who knows whom is on record? Takes the frames of `to_frames` and `communities`."""
    if edges.empty:
        return (
            f"{many(len(people), 'contact')}, and nothing shows that two of them know each other: "
            "shared meetings, group threads and referrals would show it."
        )
    tied = pd.concat([edges["one_id"], edges["other_id"]]).nunique()
    return (
        f"{tied} of {many(len(people), 'contact')} know another one, as far as your records show: "
        f"{many(len(edges), 'pair')}, in {many(groups['community'].nunique(), 'group')}."
    )


def describe_targets(coverage: pd.DataFrame) -> str:
    """Into how many of the wanted companies is there a way? Takes the frame of `target_coverage`."""
    if coverage.empty:
        return "No target companies yet: write them into book.toml, under [targets] companies."
    now, past = (
        coverage[f"insider_{when}_count"].fillna(1) > 0 for when in ("now", "past")
    )  # NA: too few to say
    inside, former = now, int((~now & past).sum())
    companies = many(len(coverage), "target company", "target companies")
    left = f", and somebody who has left in {former} more" if former else ""
    return f"You know somebody inside {int(inside.sum())} of {companies}{left}."


def describe_asks(overall: pd.DataFrame, flags: pd.DataFrame) -> str:
    """Are most touches free of asks? Takes ``ask_share(..., by="all")`` and `ask_flags`."""
    if overall.empty or pd.isna(overall["without_ask_share"].iat[0]):
        return "What your messages and talks were for is not known: note it in interactions.csv, and it shows here."
    row = overall.iloc[0]
    unknown = f"; of {row['unknown_count']:,} more it is not known" if row["unknown_count"] else ""
    flagged = f" {many(len(flags), 'thing')} to do differently next time." if len(flags) else ""
    counted = many(row["touch_count"], "message or talk", "messages and talks")
    share, few = row["without_ask_share"], row["touch_count"] < FEW
    part = f"{share * row['touch_count']:.0f}" if few else f"{share:.0%}"
    return f"{part} of {counted} of yours asked for nothing{unknown}.{flagged}"


def describe_leaving(runway: pd.DataFrame, risk: pd.DataFrame) -> str:
    """How much time is left, and who would be lost? Takes the frames of `runway` and `at_risk`."""
    only = int((risk["risk"] == "employer_only").sum())
    lost = f"{many(only, 'contact') if only else 'Nobody'} would be out of reach if the mailbox closed today."
    if runway.empty:
        return f"No end of a job lies ahead in book.toml ([[employers]] until). {lost}"
    row, late = runway.iloc[0], runway.loc[runway["suffices"].eq(False), "work"]
    if len(late):
        works = ", ".join(work.replace("_", "-") + "s" for work in late)
        pace = f"At your pace there is not enough time for: {works}."
    elif runway["suffices"].isna().any():
        pace = "Whether your pace suffices cannot be told yet."
    else:
        pace = "Your pace suffices."
    return f"{many(round(row['weeks_left']), 'week')} to {_day(row['until'])}. {lost} {pace}"
