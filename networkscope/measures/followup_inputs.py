"""What do follow-ups look at? The log, the names and leads with their course, and what was marked as done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from networkscope import dates, schema
from networkscope.measures.ask_flags import condemned
from networkscope.measures.replies import ANSWERED_WITHIN_DAYS
from networkscope.roles.employers import company_keys
from networkscope.snapshot.events import among
from networkscope.snapshot.order import EventOrder
from networkscope.snapshot.snapshot import Snapshot

SETTLED = ("offer", "declined", "dead_end")


@dataclass(frozen=True, eq=False)
class Known:
    """What the kinds look at: the snapshot, its referrals with each date as an instant, and the marks of done moves."""

    now: Snapshot
    given: pd.DataFrame
    marks: pd.DataFrame

    @cached_property
    def log(self) -> pd.DataFrame:
        """All that is between two people, mere notes of a promise too; updates to many, which are a word to each; and
        what came to many and calls the owner by name."""
        events = self.now.events
        called = (events["direction"] == "inbound") & events["needs_answer"].eq(True).fillna(False)
        log = events[~events["is_crowd"] | events["is_update"] | called].reset_index(drop=True)
        small = ~log["is_crowd"]
        return log.assign(
            is_message=log["is_message"] & (small | (log["direction"] == "inbound")),
            **{name: log[name] & small for name in ("from_owner", "from_contact", "is_sent")},
        )

    @cached_property
    def course(self) -> pd.DataFrame:
        """What came of each referral; see `_course`."""
        return _course(self)

    @cached_property
    def asks(self) -> pd.DataFrame:
        """The owner's asks in messages, but for those that should not have been made."""
        asks = self.now.asks
        asks = asks[~asks["is_talk"]]
        return asks.drop(condemned(self.now).intersection(asks.index))

    @cached_property
    def answers(self) -> pd.Series:
        """Which rows of the log are the first word of theirs after an ask, with no thanks of the owner's between?"""
        asks = self.now.events[self.now.events["is_ask"]]  # those to many as well
        first = self.next(asks, self.log["from_contact"])
        soon = first["occurred_at"] - asks["occurred_at"] <= pd.Timedelta(days=ANSWERED_WITHIN_DAYS)
        thanks = (self.log["direction"] == "outbound") & self.log["is_thanks"]
        between = self.next(asks, thanks, strict=True)["row"]
        soon &= (between < 0) | (between > first["row"])
        return pd.Series(self.log.index.isin(first.loc[soon, "row"]), self.log.index)

    def next(self, after: pd.DataFrame, where: Any, *, strict: bool = False) -> pd.DataFrame:
        """The first of the marked events of the same person from then on; see `Snapshot.next_touch`."""
        return self.order.next(after, where, strict=strict)

    @cached_property
    def order(self) -> EventOrder:
        return EventOrder(self.log)

    def next_mark(self, kind: str, after: pd.DataFrame) -> pd.DataFrame:
        """The first mark of this kind (or of all) whose day is not over: `since`, `by`, `source_ref`; NA for none."""
        marks = self.marks[self.marks["kind"].isna() | (self.marks["kind"] == kind)]
        columns = ["since", "by", "source_ref"]
        if marks.empty:
            return marks[columns].reindex(range(len(after))).set_axis(after.index)
        wanted = after[["contact_id", "occurred_at"]].assign(place=range(len(after))).dropna()
        near = pd.merge_asof(
            wanted.sort_values("occurred_at"), marks.sort_values(["by", "source_ref"]),
            left_on="occurred_at", right_on="by", by="contact_id", direction="forward", allow_exact_matches=False,
        )  # fmt: skip
        return near.set_index("place")[columns].reindex(range(len(after))).set_axis(after.index)


def read_referrals(now: Snapshot) -> pd.DataFrame:
    """The referrals by id, each date as an instant of the owner's too; `followed_at` when a lead was first followed."""
    pair = ["referrer_id", "referred_id"]
    given = now.referrals.sort_values(
        ["inferred", "referral_id"]
    )  # what was noted comes before what was read
    again = given.duplicated(pair) & given["inferred"].fillna(False) & given["referred_id"].notna()
    given = given[~again.astype(bool)].sort_values("referral_id", ignore_index=True)
    for name in ("given", "contacted", "met", "closed"):
        given[f"{name}_at"] = dates.midnight(given[f"{name}_on"], now.timezone)
    # A report has no hour: it came after whatever happened until its day was over.
    reported = given["reported_back_on"]
    given = given.assign(
        reported_at=dates.midnight(reported, now.timezone),
        reported_by=dates.midnight(reported + pd.Timedelta(days=1), now.timezone),
        is_person=given["referred_id"].notna() & given["kind"].fillna("person").eq("person"),
        own=given["referrer_id"] == given["referred_id"],
    )
    return given.assign(followed_at=_followed(now, given))


def _followed(now: Snapshot, given: pd.DataFrame) -> pd.Series:
    """When was a lead to a company first followed: by a word to somebody there, or an application?"""
    company = company_keys(given["organization"]).where(~given["is_person"], "")
    leads = given.assign(company=company)[company != ""]
    staff = now.contacts[["contact_id"]].assign(company=company_keys(now.contacts["organization"]))
    staff = staff[staff["company"].isin(leads["company"])]
    sent = now.touches.loc[now.touches["from_owner"], ["contact_id", "occurred_at"]]
    sent = sent[among(sent["contact_id"], staff["contact_id"])].merge(staff, on="contact_id")
    applied = now.applications.dropna(subset=["applied_on", "organization"])
    at = dates.midnight(applied["applied_on"], now.timezone)
    applied = pd.DataFrame(
        {"company": company_keys(applied["organization"]), "occurred_at": at, "contact_id": None}
    )
    steps = pd.concat([sent, applied]) if len(applied) else sent
    found = leads[["company", "given_at", "referrer_id"]].reset_index(names="row").merge(steps, on="company")
    # Whoever gave the lead is no new way in.
    found = found[(found["occurred_at"] >= found["given_at"]) & (found["contact_id"] != found["referrer_id"])]
    return found.groupby("row")["occurred_at"].min().reindex(given.index).astype(schema.INSTANT)


def read_marks(now: Snapshot) -> pd.DataFrame:
    """What the owner marked as done: `contact_id, kind, day`, `since` and `by` when, `source_ref`."""
    columns = ["contact_id", "kind", "done_on", "source_ref"]
    marks = pd.DataFrame(columns=columns) if now.decisions is None else now.decisions.dropna(subset="done_on")
    marks = marks.reindex(columns=columns).astype({"done_on": schema.DATE, **dict.fromkeys(
        ("contact_id", "kind", "source_ref"), schema.TEXT)})  # fmt: skip
    start, end = (
        dates.midnight(marks["done_on"] + pd.Timedelta(days=days), now.timezone).astype(schema.INSTANT)
        for days in (0, 1)
    )
    marks = marks.rename(columns={"done_on": "day"}).assign(since=start, by=end)
    marks = marks[marks["since"] < now.as_of]
    return marks.sort_values(["contact_id", "by", "source_ref"], ignore_index=True)


def came_before(one: pd.Series, other: pd.Series) -> pd.Series:
    """Did one come before the other? What never came (NaT) is later than everything."""
    return one.notna() & ~(other <= one)


def outcome_told(events: pd.DataFrame) -> pd.Series:
    return (events["direction"] != "outbound") & (events["purpose"] == "outcome")


def _course(known: Known) -> pd.DataFrame:
    """The referrals with the first `contact` and the `end`, and the events that tell of them.

    `first` is what there is to report at first: the contact, or the closing where that came sooner. The end is an
    outcome that the log tells, or a noted one of SETTLED; `is_news` says whether the referrer is to hear of it apart.
    """
    given, log = known.given, known.log
    named = given.assign(contact_id=given["referred_id"].mask(given["own"]), occurred_at=given["given_at"])
    noted = given[["contacted_at", "met_at"]].min(axis=1)
    noted = noted.where(noted >= given["given_at"], given["given_at"].where(noted.notna()))
    noted = pd.concat([noted, given["followed_at"]], axis=1).min(axis=1).mask(given["own"])
    settled = given["closed_at"].where(given["outcome"].isin(SETTLED))
    for name, dated, where in (("contact", noted, log["from_owner"]), ("end", settled, outcome_told(log))):
        event = known.next(named, where)
        given[name] = pd.concat([dated, event["occurred_at"]], axis=1).min(axis=1)
        is_event = (event["row"] >= 0) & ~came_before(dated, event["occurred_at"])
        given[f"{name}_ref"] = event["source_ref"].where(is_event)
        given[f"{name}_topic"], given[f"{name}_event"] = event["subject"].where(is_event), is_event
    closed = given["closed_at"]
    closed = closed.where(closed >= given["given_at"], given["given_at"].where(closed.notna()))
    given["first"] = pd.concat([given["contact"], closed], axis=1).min(axis=1)
    at_first, at_end = (
        given.assign(contact_id=given["referrer_id"], occurred_at=given[name]) for name in ("first", "end")
    )
    report = known.next(at_first, log["from_owner"])["occurred_at"]
    heard = pd.concat([told_on(given, given["first"]), report], axis=1).min(axis=1)
    marks = [known.next_mark("report_back", rows)["by"] for rows in (at_first, at_end)]
    same_mark = (marks[0] == marks[1]) | (marks[0].isna() & marks[1].isna())
    waits = came_before(given["first"], given["end"]) & ~came_before(heard, given["end"])
    return given.assign(is_news=given["end"].notna() & ~(waits & same_mark))


def told_on(given: pd.DataFrame, since: pd.Series) -> pd.Series:
    """When does a note say that the referrer was told? NA where that was before there was anything to tell."""
    return given["reported_at"].where(given["reported_by"] > since)
