"""The answer in a sentence or two, from finished frames: what a reader takes away who reads nothing else."""

from __future__ import annotations

import html

import pandas as pd

from networkscope import dates, keys
from networkscope.display.tables import KINDS, NO_CONTACTS, Page
from networkscope.display.theme import STATE_COLORS
from networkscope.errors import ParameterError
from networkscope.wording import many, plain_dates, tells_weeks


def show_answer(text: str) -> Page:
    """What is the answer? One emphasised paragraph, shown as text and nothing else.

    >>> show_answer("5 < 6")._repr_html_()
    '<p class="answer">5 &lt; 6</p>'
    """
    return Page(f'<p class="answer">{html.escape(plain_dates(keys.clean(text)))}</p>')


def describe_ties(dormant: pd.DataFrame, as_of_date: pd.Timestamp) -> str:
    """How many ties are alive, fading and asleep?"""
    if dormant.empty:
        return NO_CONTACTS
    counts, day = dormant["state"].value_counts(), _day(as_of_date)
    touched = len(dormant) - counts.get("never_touched", 0)
    if not touched:
        return (
            f"{many(len(dormant), 'contact')}, but no touch with any of them before {day}: "
            "without messages or own notes nothing can be said about silence."
        )
    words = {"late": "late for your rhythm", "one_way": "one-way"}
    counted = [state for state in STATE_COLORS if counts.get(state) and state != "never_touched"]
    states = ", ".join(f"{counts[state]:,} {words.get(state, state)}" for state in counted)
    contacts = f"{touched:,} of {len(dormant):,} contacts" if len(dormant) > 1 else "your only contact"
    return f"You have been in touch with {contacts} before {day}: {states}."


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
        text += (
            f", {row['names_per_conversation']:.2f} from each (90% interval {row['names_low']:.2f} to "
            f"{row['names_high']:.2f}; the aim is 2 to 3)"
        )
    if row["outside_count"]:
        text += f"; {many(row['outside_count'], 'more name')} came without one"
    text += "."
    if due := row["leads_due_count"]:
        text += (
            f" You followed up {row['followed_count']:,} of the {many(due, 'name')} that "
            f"{'is' if due == 1 else 'are'} a week old "
            f"({row['followed_share']:.0%}, {row['followed_low']:.0%} to {row['followed_high']:.0%})."
        )
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
        return "Nothing is on record yet: put an export into exports/, or note a touch with networkscope log."
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
    touches = f"{many(int(recent.sum()), 'touch', 'touches')} with {people}" if recent.any() else "no touch"
    return (
        f"In the {many(days, 'day')} to {until}: {touches}. {many(overdue, 'follow-up is', 'follow-ups are')} "
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
            f"{many(len(people), 'contact')}, and no record of two who know each other: "
            "shared meetings, group threads and referrals would show it."
        )
    tied = pd.concat([edges["one_id"], edges["other_id"]]).nunique()
    return (
        f"Of {many(len(people), 'contact')}, {tied} are tied to another one by a record: "
        f"{many(len(edges), 'tie')}, in {many(groups['community'].nunique(), 'group')}."
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
        return "No touch of yours has a purpose on record: note one in interactions.csv, and asks can be told apart."
    row = overall.iloc[0]
    unknown = f"; {row['unknown_count']:,} more have no purpose on record" if row["unknown_count"] else ""
    flagged = f" {many(len(flags), 'thing')} to do differently next time." if len(flags) else ""
    return (
        f"Of your {many(row['touch_count'], 'touch', 'touches')} of known purpose, {row['without_ask_share']:.0%} "
        f"asked for nothing ({row['without_ask_low']:.0%} to {row['without_ask_high']:.0%}){unknown}.{flagged}"
    )


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


def describe_reach(reach: pd.DataFrame) -> str:
    """How wide was the net last month? Takes the frame of `reach_by_month`."""
    if reach.empty:
        return "No touch is on record yet."
    row = reach.iloc[-1]
    text = f"{pd.Timestamp(row['month']):%B %Y} so far: {many(row['people_count'], 'person', 'people')}"
    places = []
    if row["organization_count"]:
        places.append(many(row["organization_count"], "company", "companies"))
    if row["circle_count"]:
        places.append(many(row["circle_count"], "circle"))
    return text + (f" in {' and '.join(places)}." if places else ".")
