"""A redacted copy of a snapshot: its tables without what the level forbids, and answers computed on the whole of it."""

import copy
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import networkx as nx
import pandas as pd

import networkscope
from networkscope import schema
from networkscope.errors import LoadError, ParameterError, one_line
from networkscope.people.lookup import people_named
from networkscope.roles.roles import people_only, people_roles
from networkscope.sharing import levels
from networkscope.sharing.groups import group_people, with_group_names
from networkscope.sharing.pseudonyms import ShareKey, new_key, read_key
from networkscope.sharing.redaction import Redactor
from networkscope.snapshot.shared import ANSWERED, NO_TIME, SharedSnapshot
from networkscope.snapshot.snapshot import Snapshot

HANDLE = "shared_as"  # on a result that may come back as an argument: where the whole one is kept


class Source:
    """The whole network behind a shared copy: computes what is asked of the copy, and gives the result redacted."""

    def __init__(self, whole: Snapshot, level: str, *, least: int | None = None) -> None:
        levels.check_level(level)
        if level == "private":
            raise ParameterError("the level 'private' redacts nothing: use the snapshot itself")
        settings = whole.settings
        self.least = settings.share_at_least if least is None else least
        self.left_out = left_out(whole, settings.share_never)
        self.key = new_key() if whole.folder is None or level == "counts" else read_key(whole.folder)
        self.whole = _without_addresses(_excluded(whole, self.left_out))
        if level in levels.ANONYMOUS:
            self.whole = _in_no_order(self.whole, self.key)
        self.redactor = _redactor(self.whole, level, self.key, self.least)
        self._given: list[Any] = []
        self._known: dict[tuple[pd.Timedelta, int], Snapshot] = {}
        self._lock = threading.Lock()

    def copy(self, before: pd.Timedelta = NO_TIME, group_max: int | None = None) -> SharedSnapshot:
        """The redacted copy, so long before the instant of the whole; it asks nobody: see `redact`."""
        group_max = self.whole.group_max if group_max is None else group_max
        whole, redactor = self._at(before, group_max), self.redactor
        tables = {name: redactor.frame(getattr(whole, name)) for name in schema.TABLES}
        return SharedSnapshot(
            level=redactor.level, **tables, as_of=redactor.week(self.whole.as_of) - before, timezone=whole.timezone,
            group_max=group_max, settings=redactor.settings(whole.settings), moment=before,
        )  # fmt: skip

    def answer(
        self, before: pd.Timedelta, group_max: int, name: str, given: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        """What this function gives for the whole network at that moment, redacted."""
        with self._lock:
            if name == "at":
                return self.copy(given[0], group_max)
            getattr(networkscope, name, None)  # imports the room that registers it
            if name not in ANSWERED:
                raise ParameterError(f"'{name}' cannot be asked of a shared snapshot")
            args = [self._whole(value, group_max) for value in given]
            known = {key: self._whole(value, group_max) for key, value in options.items()}
            whole = self._at(before, group_max)
            result = ANSWERED[name](whole, *args, **known)
            if self._counts_groups(result):
                result = ANSWERED[name](self._by_group(whole), *args, **known)
            return self._with_handle(self.redactor.any(result), result)

    def _at(self, before: pd.Timedelta, group_max: int) -> Snapshot:
        key, whole = (before, group_max), self.whole
        if key not in self._known:
            whole = whole if group_max == whole.group_max else _anew(whole, group_max=group_max)
            self._known[key] = whole.at(whole.as_of - before) if before else whole
        return self._known[key]

    def _whole(self, value: Any, group_max: int) -> Any:
        """What an argument that came from a shared copy stands for."""
        if isinstance(value, SharedSnapshot):
            return self._at(value.moment, value.group_max)
        if isinstance(value, pd.DataFrame | nx.Graph):
            if HANDLE not in _marks(value):
                raise ParameterError("a shared snapshot takes frames and graphs only as it gave them")
            return self._given[_marks(value)[HANDLE]]
        if isinstance(value, list | tuple):
            return [self._whole(part, group_max) for part in value]
        if isinstance(value, str):  # a notebook asks for a company by the letters that it knows
            settings = self.whole.settings
            letters = self.redactor.settings(settings).target_companies
            return dict(zip(letters, settings.target_companies, strict=True)).get(value, value)
        return value

    def _with_handle(self, shared: Any, result: Any) -> Any:
        if isinstance(shared, nx.Graph | pd.DataFrame):
            _marks(shared)[HANDLE] = len(self._given)
            self._given.append(result)
        return shared

    def _counts_groups(self, result: Any) -> bool:
        """Is this a table by circle, company, place or title, at a level that names no small ones?"""
        if not (self.redactor.is_anonymous and isinstance(result, pd.DataFrame)):
            return False
        columns = set(result.columns)
        return not columns.isdisjoint(levels.GROUPS) and columns.isdisjoint(levels.PEOPLE)

    def _by_group(self, whole: Snapshot) -> Snapshot:
        """The same people with the same roles, each under the name of a group that is large enough."""
        people = people_only(whole)
        named = _anew(people, contacts=with_group_names(people.contacts, self.redactor.groups))
        named.prepared.update(people_only=named, whole=named, roles=people_roles(people))
        return named


def _marks(result: Any) -> dict[Any, Any]:
    marks: dict[Any, Any] = result.graph if isinstance(result, nx.Graph) else result.attrs
    return marks


def redact(whole: Snapshot, level: str, *, least: int | None = None) -> SharedSnapshot:
    """A copy of this snapshot without what the level forbids; see `Snapshot.redact`."""
    source = Source(whole, level, least=least)

    def ask(copy: SharedSnapshot, name: str, given: Sequence[Any], options: dict[str, Any]) -> Any:
        return source.answer(copy.moment, copy.group_max, name, given, options)

    return replace(source.copy(), ask=ask)


def shareable(whole: Snapshot) -> Snapshot:
    """The snapshot without the people whom book.toml says never to share: what counts for others may count."""
    ids = left_out(whole, whole.settings.share_never)
    return _excluded(whole, ids) if len(ids) else whole


def left_out(whole: Snapshot, never: Sequence[str]) -> pd.Series:
    """The ids of the people whom book.toml says never to share: named ones, and those of named circles.

    A LoadError where nobody and no circle is called so: a typing error must not give somebody away.
    """
    circles = whole.contacts["circle"].str.strip().str.casefold()
    found = []
    for text in never:
        in_circle = whole.contacts.loc[(circles == text.strip().casefold()).fillna(False), "contact_id"]
        ids = in_circle if len(in_circle) else people_named(whole.contacts, text)["contact_id"]
        if not len(ids):
            what = f"nobody and no circle is called '{one_line(text, 40)}'"
            raise LoadError(f"book.toml: [share] never: {what}")
        found.append(ids)
    return pd.concat(found).drop_duplicates() if found else pd.Series([], dtype=schema.TEXT)


def _excluded(whole: Snapshot, ids: pd.Series) -> Snapshot:
    """The snapshot without these people, and without a word that somebody wrote, where texts are made."""
    others = _anew(whole, quotes=False)
    if not len(ids):
        return others
    tables = {name: getattr(whole, name) for name in ("recommendations", "endorsements")}
    kept = {name: table[~table["contact_id"].isin(ids)] for name, table in tables.items()}
    return _anew(others.without(ids), **kept)


def _in_no_order(whole: Snapshot, key: ShareKey) -> Snapshot:
    """The same people in an order that says nothing of their names."""
    order = partial(key.pseudonym, "person")
    contacts = whole.contacts.sort_values("contact_id", key=lambda ids: ids.map(order), kind="stable")
    return _anew(whole, contacts=contacts.reset_index(drop=True))


def _without_addresses(whole: Snapshot) -> Snapshot:
    """A name that is an address is none."""
    is_address = whole.contacts["name"].str.contains("@", regex=False).fillna(False).astype(bool)
    return _anew(whole, contacts=whole.contacts.assign(name=whole.contacts["name"].mask(is_address)))


def _anew(whole: Snapshot, **changed: Any) -> Snapshot:
    return replace(whole, prepared={}, **changed)


def _redactor(whole: Snapshot, level: str, key: ShareKey, least: int) -> Redactor:
    people = people_only(whole).contacts
    before = copy.deepcopy((key.small, key.named))
    firms = tuple(firm.name for firm in whole.settings.employers)
    inside = tuple(whole.positions["organization"].dropna())
    groups = group_people(people, key, least, (*whole.settings.target_companies, *firms, *inside))
    if (key.small, key.named) != before and level == "public":
        key.save()
    ids = pd.concat(
        [whole.contacts["contact_id"], *(whole.referrals[f"refer{who}_id"] for who in ("red", "rer"))]
    )
    pseudonyms = key.pseudonyms("person", ids.dropna().unique())
    return Redactor(level, key, groups, pseudonyms, whole.as_of, whole.timezone, least)


def unmask(book: Any, pseudonym: str) -> str:
    """Whom does this pseudonym of a shared page stand for? The id of a contact.

    A LoadError where the book has no key, a ParameterError where the pseudonym is nobody's.
    """
    key = read_key(book.folder, make=False)
    wanted = pseudonym.upper().removeprefix("PERSON").strip()
    people = key.pseudonyms("person", book.contacts["contact_id"])
    for contact_id, name in people.items():
        if name.upper().removeprefix("PERSON").strip() == wanted:
            return contact_id
    raise ParameterError(f"nobody in this book has the pseudonym '{one_line(pseudonym, 40)}'")
