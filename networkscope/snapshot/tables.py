"""The canonical tables of one person's network, as books and snapshots hold them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from networkscope import dates


@dataclass(frozen=True, eq=False, kw_only=True)
class Tables:
    """One frame for each table of `networkscope.schema`, and the instant that they are of."""

    contacts: pd.DataFrame
    interactions: pd.DataFrame
    referrals: pd.DataFrame
    co_mentions: pd.DataFrame
    acts: pd.DataFrame
    appointments: pd.DataFrame
    recommendations: pd.DataFrame
    endorsements: pd.DataFrame
    applications: pd.DataFrame
    positions: pd.DataFrame
    export_changes: pd.DataFrame
    as_of: pd.Timestamp


@dataclass(frozen=True, eq=False, kw_only=True)
class TablesOfADay(Tables):
    """Tables in which nothing is later than their instant; days are those of the owner's time zone."""

    timezone: str = "UTC"
    group_max: int = 4

    @property
    def today(self) -> pd.Timestamp:
        """The owner's calendar date at the instant, as a naive midnight."""
        return dates.local_date(self.as_of, self.timezone)

    @property
    def last_day(self) -> pd.Timestamp:
        """The last calendar date of which anything is known."""
        return dates.last_day(self.as_of, self.timezone)
