"""What is left of a table, a result or a graph at a share level: the catalogue of `levels`, column by column."""

import dataclasses
from typing import Any

import networkx as nx
import pandas as pd

from networkscope import dates, schema
from networkscope.errors import ParameterError
from networkscope.settings import Employer, Settings
from networkscope.sharing import levels
from networkscope.sharing.groups import Groups, suppress
from networkscope.sharing.pseudonyms import ShareKey

SEPARATED = {"met_ids": schema.SEPARATOR, "trail": " > "}
WEEK = 7


@dataclasses.dataclass(frozen=True)
class Redactor:
    """Takes from whatever a snapshot gives what one level forbids.

    `people` maps the ids of contacts to pseudonyms; `groups` says what circles and companies are called. At "coach"
    both are left unused.
    """

    level: str
    key: ShareKey
    groups: Groups
    people: dict[str, str]
    as_of: pd.Timestamp
    timezone: str
    least: int = levels.LEAST

    @property
    def is_anonymous(self) -> bool:
        return self.level in levels.ANONYMOUS

    def any(self, value: Any) -> Any:
        """The value without what the level forbids; a ParameterError for a type that nobody thought of."""
        if isinstance(value, pd.DataFrame):
            return self.frame(value)
        if isinstance(value, nx.Graph):
            return self.graph(value)
        if isinstance(value, pd.Series):
            return self.frame(value.to_frame()).iloc[:, 0]
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            parts = {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
            shared = {name: part if isinstance(part, str) else self.any(part) for name, part in parts.items()}
            return dataclasses.replace(value, **shared)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, dict):  # texts about the month: they name companies
            return {} if self.is_anonymous else value
        raise ParameterError(f"a result of type {type(value).__name__} cannot be shared")

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The table, with the same columns, rows and index; what is forbidden is missing."""
        is_personal = not set(levels.PEOPLE).isdisjoint(frame.columns) or frame.index.name in levels.PEOPLE
        moved = self._moved(frame)
        columns = {name: self._column(str(name), frame, is_personal, moved) for name in frame.columns}
        shared = pd.DataFrame(columns, index=frame.index, columns=frame.columns)
        if frame.index.name in levels.PEOPLE:
            shared.index = pd.Index(self._ids(frame.index.to_series()).array, name=frame.index.name)
        if not self.is_anonymous:
            return shared
        if is_personal:
            inside = [name for name in shared if str(name).startswith("insider_") or name == "touched_count"]
            if "company" in shared and inside:
                shared = shared.assign(**suppress(shared[inside], self.least))
            return self._durations(frame, shared)
        return suppress(shared, self.least) if set(levels.GROUPS) & set(shared.columns) else shared

    def graph(self, graph: nx.Graph) -> nx.Graph:
        """The graph with pseudonyms for nodes, and attributes as the columns of a table."""
        given = {name: value for name, value in graph.graph.items() if not isinstance(value, str)}
        if self.is_anonymous:
            given = {n: _monday(v) if isinstance(v, pd.Timestamp) else v for n, v in given.items()}
        shared = type(graph)(**given)
        nodes = [{"contact_id": str(node), **facts} for node, facts in graph.nodes(data=True)]
        for row in self._records(nodes):
            shared.add_node(row.pop("contact_id"), **row)
        ties = [{"one_id": str(a), "other_id": str(b), **facts} for a, b, facts in graph.edges(data=True)]
        for row in self._records(ties):
            shared.add_edge(row.pop("one_id"), row.pop("other_id"), **row)
        return shared

    def week(self, instant: pd.Timestamp) -> pd.Timestamp:
        """The start of the owner's week in which this instant lies; at "coach" the instant itself."""
        if not self.is_anonymous:
            return instant
        return dates.as_instant(_monday(dates.local_date(instant, self.timezone)), self.timezone)

    def settings(self, settings: Settings) -> Settings:
        """What the settings may say: nothing of the owner; at "public" letters for target companies."""
        kept = Settings(timezone=settings.timezone, week_starts_on=settings.week_starts_on,
                        search_secret=settings.search_secret)  # fmt: skip
        companies, firms = settings.target_companies, settings.employers
        if self.is_anonymous:
            companies = tuple(self._companies(pd.Series(companies, dtype=schema.TEXT)))
            return dataclasses.replace(kept, target_companies=companies)
        plain = tuple(Employer(firm.name, (), firm.since, firm.until) for firm in firms)
        return dataclasses.replace(
            kept, target_companies=companies, employers=plain, cadence_days=settings.cadence_days,
            target_titles=settings.target_titles, target_locations=settings.target_locations,
        )  # fmt: skip

    def _moved(self, frame: pd.DataFrame) -> pd.Series:
        """By how many days the dates of each row are put back before their week is shown: always the same per person.

        A date and another one so many days later would else lie in weeks that tell the day.
        """
        owner = next((frame[name] for name in levels.PEOPLE if name in frame), None)
        if owner is None and frame.index.name in levels.PEOPLE:
            owner = frame.index.to_series()
        if owner is None or not self.is_anonymous:
            return pd.Series(0, frame.index)
        days = {who: self.key.days("moved", str(who)) for who in owner.dropna().unique()}
        return owner.map(days).fillna(0).astype("int64").set_axis(frame.index)

    def _column(self, name: str, frame: pd.DataFrame, is_personal: bool, moved: pd.Series) -> pd.Series:
        values = frame[name]
        if name in levels.PEOPLE:
            return self._ids(values, SEPARATED.get(name))
        if pd.api.types.is_bool_dtype(values.dtype):
            return values
        if values.dtype.kind == "M":
            return self._weeks(values, moved) if self.is_anonymous else values
        if pd.api.types.is_numeric_dtype(values.dtype):
            return self._number(name, values, is_personal) if self.is_anonymous else values
        if name in levels.VOCABULARY and not (name == "seniority" and self.is_anonymous):
            return values
        if name in levels.KEYS:
            kept = name == "move_key" and not self.is_anonymous  # with which a coach names a move
            return values if kept else values.map(self._mark, na_action="ignore")
        return self._text(name, frame, is_personal)

    def _text(self, name: str, frame: pd.DataFrame, is_personal: bool) -> pd.Series:
        values = frame[name]
        if self.is_anonymous and name == "name" and "contact_id" in frame:
            return self._ids(frame["contact_id"])
        if self.is_anonymous and name in levels.GROUPS and self.level == "public":
            if not is_personal:
                return self.groups.shown(name, values)
            return self._part(levels.PARTS.get(name, ""), frame)
        if self.is_anonymous and name == "community_name" and "community" in frame:
            return ("group " + frame["community"].astype(schema.TEXT)).where(values.notna())
        if self.is_anonymous and name in levels.SENTENCES and is_personal:
            return frame["move"] if name == "draft" and "move" in frame else values.where(values.isna(), "")
        if name == "domain":  # a part of somebody's address
            return self.groups.shown(name, values)
        public = name in (*levels.NAMES, *levels.COMPANIES, *levels.GROUPS, *levels.SENTENCES, "pitch")
        if public and not self.is_anonymous:
            return values
        return pd.Series(schema.missing(schema.TEXT, len(frame)), frame.index)

    def _part(self, part: str, frame: pd.DataFrame) -> pd.Series:
        """What belongs to the person of each row; a company of which nobody is named keeps its letters."""
        if not part or "contact_id" not in frame:
            return pd.Series(schema.missing(schema.TEXT, len(frame)), frame.index)
        shown = frame["contact_id"].map(self.groups.people[part])
        if part == "organization" and "company" in frame:
            shown = shown.where(frame["contact_id"].notna(), self._companies(frame["company"]))
        return shown.mask(shown == "not noted").astype(schema.TEXT)

    def _companies(self, values: pd.Series) -> pd.Series:
        return self.groups.shown("organization", values)

    def _ids(self, values: pd.Series, separator: str | None = None) -> pd.Series:
        def shown(ids: str) -> str:
            return separator.join(map(self._person, ids.split(separator))) if separator else self._person(ids)

        return values.map(shown, na_action="ignore")

    def _person(self, contact_id: str) -> str:
        """A pseudonym; at "coach" another id, since a guess of somebody's address could be tried on the real one."""
        if contact_id == "owner":
            return contact_id
        if not self.is_anonymous:
            return self._mark(contact_id)
        return self.people.get(contact_id) or self.key.pseudonym("person", contact_id)

    def _mark(self, key: str) -> str:
        return self.key.pseudonym("key", key, 12).lower()

    def _weeks(self, values: pd.Series, moved: pd.Series) -> pd.Series:
        back = pd.to_timedelta(moved, unit="D")
        if not isinstance(values.dtype, pd.DatetimeTZDtype):
            return _mondays(values.dt.normalize() - back).astype(values.dtype)
        local = values.dt.tz_convert(self.timezone).dt.tz_localize(None) - back
        return dates.midnight(_mondays(local), self.timezone).astype(values.dtype)

    def _number(self, name: str, values: pd.Series, is_personal: bool) -> pd.Series:
        if levels.is_duration(name):
            if is_personal and name != "late_after_days":
                return values.mask(values.notna())  # `_durations` counts some of them anew
            return (values // WEEK * WEEK).astype(values.dtype)
        if "week" in name.split("_") or "weeks" in name.split("_"):
            return values.round(0 if name.startswith("weeks") else 1)
        return values.round(1) if is_personal and values.dtype.kind == "f" else values

    def _durations(self, frame: pd.DataFrame, shared: pd.DataFrame) -> pd.DataFrame:
        """A person's durations in whole weeks, from one week to the other, so that no day can be worked out."""
        this_week = _monday(dates.local_date(self.as_of, self.timezone))
        found = {}
        for name, since in levels.SINCE.items():
            if name in frame and since in frame:
                until = shared["closed_on"] if name in levels.UNTIL_CLOSED and "closed_on" in frame else None
                until = this_week if until is None else until.fillna(this_week)
                days = (until - shared[since]).dt.days.abs()
                days = days.where(frame[name] > 0, 0).where(frame[name].notna())
                found[name] = days.astype("Float64").astype(frame[name].dtype, errors="ignore")
        return shared.assign(**found)

    def _records(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Redacted rows as the attributes of a graph; what a row lacked it still lacks."""
        frame = pd.DataFrame(rows)
        inferred = {name: pd.api.types.infer_dtype(values, skipna=True) for name, values in frame.items()}
        texts = [name for name, kind in inferred.items() if kind in ("string", "empty")]
        shared = self.frame(frame.astype(dict.fromkeys(texts, schema.TEXT))).astype(object)
        found = shared.where(shared.notna(), None).to_dict("records")
        return [{name: new[name] for name in old} for old, new in zip(rows, found, strict=True)]


def _monday(day: pd.Timestamp) -> pd.Timestamp:
    return _mondays(pd.Series([day])).iloc[0]


def _mondays(days: pd.Series) -> pd.Series:
    """The Monday of each day's week, at midnight."""
    normal = days.dt.normalize()
    return (normal - pd.to_timedelta(normal.dt.day_of_week, unit="D")).astype(days.dtype)
