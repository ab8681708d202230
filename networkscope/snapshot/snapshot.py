"""The network as it was known at one instant: nothing later is in it, so no measure can see the future."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError, require_positive
from networkscope.settings import Settings
from networkscope.snapshot.events import people_facts, prepare_events
from networkscope.snapshot.order import EventOrder
from networkscope.snapshot.shared import SharedSnapshot
from networkscope.snapshot.tables import TablesOfADay

_DATED = {  # the tables that are cut off by a date of their own; undated rows count as known
    "recommendations": "written_on", "endorsements": "endorsed_on", "applications": "applied_on",
    "positions": "started_on", "export_changes": "noticed_on",
}  # fmt: skip
_STEPS = ("contacted_on", "met_on", "reported_back_on", "closed_on")


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot(TablesOfADay):
    """The network as it was known at one instant; made by `Book.at` or `snapshot`, and what every measure takes.

    Attributes
    ----------
    contacts, interactions, … : the canonical tables of `networkscope.schema`, checked, with nothing later than `as_of`
    appointments : who is met in the next 60 days, as the calendar stood at `as_of`; for advice alone, with `day`
    as_of : the instant; what happened at it or later is not known
    timezone : the owner's time zone, for local days
    group_max : a meeting or message of more people counts for nobody in it
    settings : what book.toml says
    corrections : who is what, as the owner noted it by then, as `contact_id, role, knows_of_search, noted_on`
    decisions : what the owner marked as done or put off by then: `contact_id, kind, noted_on, until, done_on, is_never`
    prepared : frames that were computed from it before, by name; filled by the measures
    """

    settings: Settings = field(default_factory=Settings)
    decisions: pd.DataFrame | None = None
    corrections: pd.DataFrame | None = None
    prepared: dict[Any, Any] = field(default_factory=dict, repr=False)
    folder: Path | None = field(default=None, repr=False)
    """The book, where there is one."""
    quotes: bool = True
    """Whether what is said of people may quote subjects and notes."""

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every event once per person, sorted by contact and instant, with flags; see `prepare_events`."""
        return prepare_events(self.interactions, self.timezone, self.group_max, self.acts)

    @cached_property
    def touches(self) -> pd.DataFrame:
        """The events that touch somebody: neither crowds nor mere notes of a promise; index 0, 1, …"""
        events = self.events
        return events[~events["is_crowd"] & ~events["is_note"]].reset_index(drop=True)

    @cached_property
    def log(self) -> pd.DataFrame:
        """The touches, with mere notes of a promise among them; index 0, 1, …"""
        return self.events[~self.events["is_crowd"]].reset_index(drop=True)

    @cached_property
    def messages(self) -> pd.DataFrame:
        """The touches that are messages of either side."""
        return self.touches[self.touches["is_message"]]

    @cached_property
    def asks(self) -> pd.DataFrame:
        """The touches in which the owner asked for something."""
        return self.touches[self.touches["is_ask"]]

    @cached_property
    def conversations(self) -> pd.DataFrame:
        """Talks: one per contact and local day, the earliest of the day."""
        talks = self.touches[self.touches["is_talk"]]
        order = ["contact_id", "day", "occurred_at", "channel", "source_ref"]
        return talks.sort_values(order, kind="stable").drop_duplicates(["contact_id", "day"])

    @cached_property
    def people(self) -> pd.DataFrame:
        """How far it has gone with each contact, one row each in the order of `contacts`; see `people_facts`."""
        return people_facts(self.contacts, self.touches)

    @cached_property
    def contact_days(self) -> pd.DataFrame:
        """Each day with a touch once: `contact_id, day`, sorted."""
        return self.touches[["contact_id", "day"]].drop_duplicates(ignore_index=True)

    def next_touch(
        self, after: pd.DataFrame, where: npt.ArrayLike, *, strict: bool = False, among: pd.DataFrame | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """The first touch of the same person at or after (`strict`: after) each of these rows.

        Parameters
        ----------
        after : rows with `contact_id` and `occurred_at`
        where : which of the touches (of `among`, where given) count
        among : events sorted as `events` are; by default `touches`

        Returns
        -------
        `contact_id, occurred_at, day, subject, source_ref` of the touch found, with the index of `after`; all NA where
        there is none. `row` is its place in `among`, -1 for none.
        """
        order = self._touch_order if among is None else EventOrder(among)
        return order.next(after, where, strict=strict)

    @cached_property
    def _touch_order(self) -> EventOrder:
        return EventOrder(self.touches)

    def without(self, ids: pd.Series) -> Snapshot:
        """The same network without these contacts; what was prepared is shared."""
        gone = set(ids)
        kept = {
            name: getattr(self, name) for name in ("contacts", "interactions", "co_mentions", "appointments")
        }
        kept = {name: table[~table["contact_id"].isin(gone)] for name, table in kept.items()}
        given = self.referrals
        given = given[~given["referrer_id"].isin(gone) & ~given["referred_id"].isin(gone)]
        others = replace(self, **kept, referrals=given)
        if "events" in vars(self):  # prepared already, person by person
            events = self.events
            vars(others)["events"] = events[~events["contact_id"].isin(gone)].reset_index(drop=True)
        return others

    def at(self, moment: dates.AsOf) -> Snapshot:
        """The same network as it was known earlier: a week ago, say.

        A ParameterError where `moment` is no date, or later than this snapshot.

        >>> now = snapshot(schema.empty("contacts"), schema.empty("interactions"), as_of="2026-11-16")
        >>> str(now.at("2026-11-09").today.date())
        '2026-11-09'
        """
        instant = dates.as_instant(moment, self.timezone)
        if instant > self.as_of:
            raise ParameterError(
                f"'{moment}' is later than this snapshot of {self.as_of:%Y-%m-%d %H:%M} UTC; "
                "take it from the book: book.at(...)"
            )
        earlier = _cut_off(replace(self, as_of=instant, prepared={}))
        starts_a_day = dates.last_day(instant, self.timezone) < dates.local_date(instant, self.timezone)
        if "events" in vars(self) and starts_a_day:
            events = self.events  # talks are told apart day by day, so at a midnight none is cut in two
            vars(earlier)["events"] = events[events["occurred_at"] < instant].reset_index(drop=True)
        return earlier

    def redact(self, level: str, *, least: int | None = None) -> SharedSnapshot:
        """A copy that may be shared: what `level` forbids is not in its tables, nor in what measures give for it.

        Parameters
        ----------
        level : "coach" (no addresses, subjects, notes and words of messages), "public" (pseudonyms, weeks, letters for
            companies, no small groups) or "counts" (numbers); docs/sharing.md says what each hides
        least : so many people must share a circle, company, place and title; by default as book.toml says, else 3

        A ParameterError for another level, a LoadError where the book's key of pseudonyms cannot be read.

        Examples
        --------
        >>> people = pd.DataFrame({"contact_id": ["ann"], "name": ["Ann Lee"], "emails": ["ann@a.example"]})
        >>> now = snapshot(people, schema.empty("interactions"), as_of="2026-11-18")
        >>> now.redact("coach").contacts[["name", "emails"]].values.tolist()
        [['Ann Lee', nan]]
        >>> str(now.redact("public").as_of.date())
        '2026-11-16'
        """
        from importlib import import_module  # the one way from here to a room on the right

        shared: SharedSnapshot = import_module("networkscope.sharing.copy").redact(self, level, least=least)
        return shared


def snapshot(
    contacts: pd.DataFrame,
    interactions: pd.DataFrame,
    referrals: pd.DataFrame | None = None,
    *,
    as_of: dates.AsOf,
    timezone: str = "UTC",
    owner: str | None = None,
    group_max: int = 4,
    settings: Settings | None = None,
    decisions: pd.DataFrame | None = None,
    corrections: pd.DataFrame | None = None,
    folder: Path | None = None,
    **tables: pd.DataFrame,
) -> Snapshot:
    """What was known of this network at one instant? The snapshot that every measure takes, from plain frames.

    Parameters
    ----------
    contacts, interactions, referrals : canonical tables (`networkscope.schema`); columns that are not required
        may be absent. Further tables (`positions`, `recommendations`, …) are given by name
    as_of : nothing at this instant or later is known; a plain date is the midnight that starts it in `timezone`
    owner : the `contact_id` of the owner, where the tables list the owner too; such rows are left out
    group_max : a meeting or message of more people counts for nobody in it
    settings, decisions, corrections, folder : what book.toml, moves.csv and roles.csv say, where there is a book

    Raises
    ------
    SchemaError, ParameterError
        A table does not fit (all that is wrong with it is listed); `as_of` or `timezone` is not one; `group_max`
        is not a positive whole number.

    Examples
    --------
    >>> people = pd.DataFrame({"contact_id": ["ann"]})
    >>> log = pd.DataFrame({"contact_id": ["ann", "ann"], "direction": ["outbound", "inbound"],
    ...     "occurred_at": pd.to_datetime(["2026-01-05 09:00Z", "2026-03-01 09:00Z"])})
    >>> len(snapshot(people, log, as_of="2026-02-01").interactions)
    1
    """
    require_positive(whole=True, group_max=group_max)
    given = {"contacts": contacts, "interactions": interactions, "referrals": referrals, **tables}
    if unknown := sorted(set(given) - set(schema.TABLES)):
        raise ParameterError(f"'{unknown[0]}' is no table; there are {', '.join(schema.TABLES)}")
    valid = {
        name: schema.empty(name)
        if given.get(name) is None
        else schema.conform(name, given[name]).reset_index(drop=True)
        for name in schema.TABLES
    }
    if owner is not None:
        for name in ("contacts", "interactions", "co_mentions", "appointments"):
            valid[name] = valid[name][valid[name]["contact_id"] != owner]
    instant = dates.as_instant(as_of, timezone)
    settings = Settings(timezone=timezone) if settings is None else settings
    return _cut_off(Snapshot(**valid, as_of=instant, timezone=timezone, group_max=group_max,
                             settings=settings, decisions=decisions, corrections=corrections,
                             folder=folder))  # fmt: skip


def _cut_off(whole: Snapshot) -> Snapshot:
    """The snapshot without anything later than its instant."""
    last, interactions = whole.last_day, whole.interactions
    interactions = interactions[interactions["occurred_at"] < whole.as_of]
    contacts = whole.contacts
    later = contacts["connected_on"] > last
    if later.any():
        contacts = contacts.assign(
            connected_on=contacts["connected_on"].mask(later), listed=contacts["listed"].mask(later, False)
        )
    events = pd.Index(interactions["event_id"].dropna().unique())
    dated = {}
    for name, column in _DATED.items():
        table = getattr(whole, name)
        dated[name] = table[~(table[column] > last)]
    decisions = whole.decisions
    if decisions is not None:
        decisions = decisions[decisions["noted_on"] <= whole.today]
    corrections = whole.corrections
    if corrections is not None:
        corrections = corrections[~(corrections["noted_on"] > whole.today)]
    return replace(
        whole,
        contacts=contacts,
        interactions=interactions,
        referrals=known_referrals(whole.referrals, last),
        appointments=_ahead(whole),
        acts=whole.acts[events.get_indexer(whole.acts["event_id"]) >= 0],
        co_mentions=whole.co_mentions[events.get_indexer(whole.co_mentions["event_id"]) >= 0],
        decisions=decisions,
        corrections=corrections,
        **dated,
    )


def _ahead(whole: Snapshot) -> pd.DataFrame:
    """The appointments of the days ahead that stood in the calendar at the instant."""
    coming = whole.appointments
    soon = coming["occurred_at"] < whole.as_of + pd.Timedelta(days=dates.AHEAD_DAYS)
    coming = coming[soon & (coming["occurred_at"] >= whole.as_of) & (coming["known_at"] < whole.as_of)]
    return coming.assign(day=dates.local_dates(coming["occurred_at"], whole.timezone))


def known_referrals(referrals: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The names and leads given by then, without the steps and the outcome that came later.

    An outcome is reached on `closed_on` or, where that is empty, on the last of the row's own dates.
    """
    known = referrals[referrals["given_on"].dt.normalize() <= last]
    steps = known[["given_on", *_STEPS]]
    reached = known["closed_on"].fillna(steps.max(axis=1)).dt.normalize()
    outcome = known["outcome"].mask(reached > last, "open")
    seen = {name: known[name].where(known[name].dt.normalize() <= last) for name in _STEPS}
    return known.assign(outcome=outcome, **seen)
