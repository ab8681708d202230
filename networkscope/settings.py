"""book.toml, read once into frozen settings; a typing error names the nearest key."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from networkscope import keys
from networkscope.dates import WEEKDAYS, zone
from networkscope.errors import LoadError, NetworkscopeError, nearest, one_line

KEYS: dict[str, dict[str, type]] = {
    "owner": {"name": str, "emails": list, "profiles": list, "phones": list, "region": str},
    "time": {"timezone": str, "week_starts_on": str},
    "employers": {"name": str, "domains": list, "from": dt.date, "until": dt.date},
    "targets": {"companies": list, "titles": list, "locations": list},
    "cadence": {},
    "search": {"from": dt.date, "until": dt.date, "secret": bool},
    "suggest": {"purposes": bool},
    "words": {"read": bool},
    "chat": {"name": str, "date_order": str},
    "share": {"never": list, "at_least": int, "coach": bool, "introductions": bool},
    "reports": {"keep_weeks": int},
    "notify": {"desktop": bool, "mail": str, "share": str},
    "sql": {"url": str, "contacts": str, "interactions": str, "referrals": str},
}
DATE_ORDERS = {"day first": "dmy", "month first": "mdy"}
WORDS = {
    str: "text in quotes",
    list: 'a list of texts, as in ["one", "two"]',
    dt.date: "a date, as in 2026-11-16",
    bool: "true or false",
    int: "a whole number",
}


@dataclass(frozen=True)
class Employer:
    """One of the owner's employers; `until` is None while the end is not known."""

    name: str
    domains: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Settings:
    """What the owner says about himself, in book.toml."""

    owner_name: str = ""
    owner_emails: tuple[str, ...] = ()
    owner_profiles: tuple[str, ...] = ()
    owner_phones: tuple[str, ...] = ()
    region: str = ""
    timezone: str = "UTC"
    week_starts_on: str = "monday"
    employers: tuple[Employer, ...] = ()
    target_companies: tuple[str, ...] = ()
    target_titles: tuple[str, ...] = ()
    target_locations: tuple[str, ...] = ()
    cadence_days: tuple[tuple[str, int], ...] = ()
    search_from: dt.date | None = None
    search_until: dt.date | None = None
    search_secret: bool = True
    """Nobody at a present employer is written to about the search."""
    suggest_purposes: bool = True
    words_read: bool = True
    """What messages say is read for what they do; the texts are not kept."""
    word_rules: tuple[Any, ...] = ()
    """Set by open_book: the rules of the book's words.toml."""
    forgotten: Any = None
    """Set by open_book: who is to be kept out."""
    share_never: tuple[str, ...] = ()
    """People and circles that no shared page holds."""
    share_at_least: int = 3
    """Smaller groups of people are not named on a public page."""
    share_coach: bool = False
    """A coach of many may see names."""
    share_introductions: bool = False
    """A coach of many may see whom the owner knows where another client wants to go."""
    chat_name: str = ""
    chat_date_order: str | None = None
    keep_weeks: int | None = None
    """So many weeks are kept in reports/; None keeps all."""
    notify: tuple[tuple[str, str | bool], ...] = ()
    """How the owner hears of a new report: `automation.notices`."""
    sql_url: str = field(default="", repr=False)
    sql_queries: tuple[tuple[str, str], ...] = ()
    horizon: dt.datetime | None = None
    """Set by open_book: nothing repeated is expanded to this instant or beyond."""

    @property
    def cadence(self) -> dict[str, int]:
        """Days of silence allowed, by circle."""
        return dict(self.cadence_days)

    @property
    def home_region(self) -> str:
        """Where phone numbers without a country code are at home: as book.toml says, else where the owner's are."""
        return self.region or next(filter(None, map(keys.phone_region, self.owner_phones)), "")


def read_settings(path: Path) -> Settings:
    """Read book.toml; a file that is not there means default settings.

    Raises
    ------
    LoadError
        The file is not TOML, a key is unknown (the nearest one is named), or a value has the wrong type.
    """
    if not path.exists():
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LoadError(f"{path.name} cannot be read: {one_line(error)}") from error
    try:
        for section, content in data.items():
            _check(section, content, text)
        settings = _settings(data)
        return replace(settings, sql_url=_database(settings.sql_url, path.parent))
    except NetworkscopeError as error:
        raise LoadError(f"{path.name}: {error}") from error


def _database(url: str, folder: Path) -> str:
    """The URL of a server as it is, or the path of a file, which is relative to the book."""
    file = re.sub(r"^(sqlite|duckdb):///", "", url)
    return url if not url or "://" in file else str(folder / file)


def _known(key: str, allowed: Any, what: str) -> None:
    if key not in allowed:
        raise LoadError(f"{what} '{key}' is unknown; {nearest(key, allowed)}")


def _line(text: str, section: str, key: str) -> str:
    """Where the key is in the file, for an error message; nothing where it is not written in the usual way."""
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[+\s*([\w-]+)", line):
            current = found[1]
        elif current == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
            return f"line {number}: "
    return ""


def _check(section: str, content: Any, text: str) -> None:
    _known(section, KEYS, "section")
    many = section == "employers"
    entries = content if isinstance(content, list) else [content]
    if isinstance(content, list) != many or not all(isinstance(entry, dict) for entry in entries):
        wanted = f"[[{section}]]" if many else f"[{section}]"
        raise LoadError(f"'{section}' must be a section; write {wanted} on a line of its own")
    for key, value in ((key, value) for entry in entries for key, value in entry.items()):
        where = f"{_line(text, section, key)}'{key}' in [{section}]"
        if section == "cadence":
            if type(value) is not int or value < 1:
                raise LoadError(f"{where} must be a whole number of days, 1 or more")
            continue
        _known(key, KEYS[section], "key")
        kind = KEYS[section][key]
        odd = isinstance(value, list) and not all(isinstance(item, str) for item in value)
        if odd or type(value) is not kind:
            raise LoadError(f"{where} must be {WORDS[kind]}")


def _settings(data: dict[str, Any]) -> Settings:
    owner, time, targets = data.get("owner", {}), data.get("time", {}), data.get("targets", {})
    week_starts_on = time.get("week_starts_on", "monday").lower()
    if week_starts_on not in WEEKDAYS:
        raise LoadError(f"week_starts_on must be one of {', '.join(WEEKDAYS)}")
    chat, sql = data.get("chat", {}), dict(data.get("sql", {}))
    order = chat.get("date_order", "")
    if order and order not in DATE_ORDERS:
        raise LoadError(f"date_order in [chat] must be one of {', '.join(DATE_ORDERS)}")
    if sql and not (sql.get("url") and len(sql) > 1):
        raise LoadError("[sql] needs 'url' and a query for at least one of contacts, interactions, referrals")
    search = data.get("search", {})
    if search.get("from") and search.get("until") and search["from"] > search["until"]:
        raise LoadError("[search] has a 'from' that is later than its 'until'")
    keep_weeks = data.get("reports", {}).get("keep_weeks")
    if keep_weeks is not None and keep_weeks < 1:
        raise LoadError("keep_weeks in [reports] must be 1 or more")
    level = data.get("notify", {}).get("share", "counts")
    if level not in ("counts", "private"):
        raise LoadError("share in [notify] must be counts or private")
    employers = []
    for entry in data.get("employers", []):
        since, until = entry.get("from"), entry.get("until")
        if since and until and since > until:
            raise LoadError("an employer in [[employers]] has a 'from' that is later than its 'until'")
        domains = tuple(domain.lower().lstrip("@") for domain in entry.get("domains", ()))
        employers.append(Employer(entry.get("name", ""), domains, since, until))
    share = data.get("share", {})
    if share.get("at_least", 2) < 2:
        raise LoadError("at_least in [share] must be 2 or more")
    return Settings(
        owner_name=owner.get("name", ""),
        owner_emails=tuple(email.strip().lower() for email in owner.get("emails", ())),
        owner_profiles=tuple(owner.get("profiles", ())),
        owner_phones=tuple(owner.get("phones", ())),
        region=_region(owner.get("region", "")),
        timezone=zone(time.get("timezone", "UTC")).key,
        week_starts_on=week_starts_on,
        employers=tuple(employers),
        target_companies=tuple(targets.get("companies", ())),
        target_titles=tuple(targets.get("titles", ())),
        target_locations=tuple(targets.get("locations", ())),
        cadence_days=tuple(sorted(data.get("cadence", {}).items())),
        search_from=search.get("from"),
        search_until=search.get("until"),
        search_secret=search.get("secret", True),
        suggest_purposes=data.get("suggest", {}).get("purposes", True),
        words_read=data.get("words", {}).get("read", True),
        share_never=tuple(share.get("never", ())),
        share_at_least=share.get("at_least", 3),
        share_coach=share.get("coach", False),
        share_introductions=share.get("introductions", False),
        chat_name=chat.get("name", ""),
        chat_date_order=DATE_ORDERS[order] if order else None,
        keep_weeks=keep_weeks,
        notify=tuple(sorted(data.get("notify", {}).items())),
        sql_url=sql.pop("url", ""),
        sql_queries=tuple(sql.items()),
    )


def _region(text: str) -> str:
    region = text.strip().upper()
    if (region and not re.fullmatch("[A-Z]{2}", region)) or region == "UK":
        raise LoadError('region in [owner] must be the two letters of a country, as in "AT" or "GB"')
    return region


def local_timezone() -> str:
    """This computer's IANA time zone, UTC where it cannot be told.

    >>> zone(local_timezone()).key == local_timezone()
    True
    """
    from tzlocal import get_localzone_name

    try:
        return zone(get_localzone_name() or "UTC").key
    except (NetworkscopeError, LookupError):
        return "UTC"
