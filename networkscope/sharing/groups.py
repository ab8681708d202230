"""Which groups are large enough to be named? Circles, companies, countries and seniorities of at least so many people.

A group that once was too small stays "other" for good (`ShareKey.small`): else two pages of successive weeks would
tell, by their difference, how many were in it. For the same reason a group that was named and lost people until it is
too small takes another one with it: "other" then grows by both (`ShareKey.named`).
"""

from dataclasses import dataclass
from functools import cache

import pandas as pd

from networkscope import schema
from networkscope.roles.employers import company_keys, email_domains
from networkscope.roles.seniority import seniority_in
from networkscope.sharing.pseudonyms import ShareKey

OTHER = "other"
ATTRIBUTES = ("circle", "organization", "location", "title", "domain")
LETTERS = ("organization", "domain")
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
NO_COUNTRY = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
NOT_NOTED = "not noted"
COARSER = ("organization", "location", "title", "circle")  # so a rare combination loses its parts, one by one


@dataclass(frozen=True)
class Groups:
    """What may be said of the groups of a network.

    `names` maps what a column holds to what is shown, by column; `people`, indexed by `contact_id`, has for each person
    what rows about them show: `circle, organization, location, title`, in combinations that enough people share.
    """

    names: dict[str, dict[str, str]]
    people: pd.DataFrame

    def shown(self, column: str, values: pd.Series) -> pd.Series:
        """What a column of group names shows: letters for companies, "other" for what is too small or unknown."""
        attribute = {"company": "organization", "place": "location", "seniority": "title"}.get(column, column)
        key = _folded(attribute, values)
        shown = key.map(self.names[attribute]).fillna(OTHER)
        return shown.mask(shown == NOT_NOTED).astype(schema.TEXT)


def group_people(contacts: pd.DataFrame, key: ShareKey, least: int, extra: tuple[str, ...] = ()) -> Groups:
    """Which groups of these contacts are named, and how; kept in `key.small` and `key.named` for later pages.

    `extra` are further companies that get letters: targets and employers of the owner.
    """
    names = {}
    for name in ATTRIBUTES:
        values = _values(name, contacts)
        folded = _folded(name, values)
        small = _too_small(folded, least, key.small.get(name, []), key.named.get(name, []))
        key.small[name], key.named[name] = sorted(small), sorted(set(folded) - small)
        each = [value for value in folded.unique().tolist() if value]
        plain = _plain(name, values).groupby(folded).min()
        labels = key.pseudonyms("company", each) if name in LETTERS else plain
        names[name] = {value: OTHER if value in small else str(labels[value]) for value in each}
        names[name][""] = OTHER if "" in small else NOT_NOTED
    # A target has letters however few are there: its people show it only where enough share it, see `_coarsened`.
    more = _folded("organization", pd.Series(extra, dtype=schema.TEXT))
    names["organization"] |= key.pseudonyms("company", [company for company in more if company])
    rows = pd.DataFrame({n: _folded(n, _values(n, contacts)).map(names[n]) for n in COARSER}, contacts.index)
    return Groups(names, _coarsened(rows, least).set_axis(contacts["contact_id"]))


def group_values(attribute: str, contacts: pd.DataFrame) -> set[str]:
    """The groups of these contacts, in the form in which the key of shared pages keeps them."""
    return set(_folded(attribute, _values(attribute, contacts.reset_index(drop=True)))) - {""}


def with_group_names(contacts: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """The contacts under the names of their groups, for measures that count by group."""
    shown = {n: groups.shown(n, contacts[n]) for n in ("circle", "organization", "location")}
    seniority = groups.shown("title", seniority_in(contacts).astype(schema.TEXT))
    domains = email_domains(contacts["emails"])
    letters = "x@" + groups.shown("domain", domains["domain"])
    emails = letters.groupby(domains["row"]).agg("; ".join).reindex(range(len(contacts)))
    return contacts.assign(**shown, seniority=seniority, emails=emails.astype(schema.TEXT).array)


def suppress(frame: pd.DataFrame, least: int) -> pd.DataFrame:
    """Counts of fewer than `least` are taken from rows of groups, and others that would give them away by a total.

    A row that loses a count loses its shares and other numbers too.

    >>> frame = pd.DataFrame({"circle": ["a", "b", "c"], "met_count": [2, 5, 9], "met_share": [0.4, 0.5, 0.9]})
    >>> suppress(frame, 3)["met_count"].tolist()
    [<NA>, <NA>, 9]
    """
    counts = [name for name in frame if str(name).endswith("_count")]
    hidden = pd.DataFrame({name: _hidden(frame[name], least) for name in counts}, frame.index)
    touched = hidden.any(axis=1)
    rest = [name for name in frame.select_dtypes("number") if name not in counts]
    shown = {name: frame[name].astype(schema.COUNT).mask(hidden[name]) for name in counts}
    return frame.assign(**shown, **{name: frame[name].mask(touched) for name in rest})


def _hidden(count: pd.Series, least: int) -> pd.Series:
    """Which cells of a column are not shown: the small ones, and one more, so that no total gives them away."""
    count = count.fillna(0)
    small = (count > 0) & (count < least)
    if small.any() and len(count) > 1:
        others = count[~small]
        large = others[others >= least]
        if len(others):
            small[large.idxmin() if len(large) else others.index[0]] = True
    return small.astype(bool)


@cache
def countries() -> dict[str, str]:
    """The English name of each country, by its names in seven languages.

    >>> countries()["österreich"], countries()["brasil"]
    ('Austria', 'Brazil')
    """
    from babel import Locale

    english = {str(code): str(name) for code, name in Locale("en").territories.items()}
    codes = [code for code in english if len(code) == 2 and code not in NO_COUNTRY]
    found = {"usa": "United States", "uk": "United Kingdom"}
    for language in LANGUAGES:
        names = Locale(language).territories
        found |= {names[code].casefold(): english[code] for code in codes if code in names}
    return found


def _values(name: str, contacts: pd.DataFrame) -> pd.Series:
    if name == "title":
        return seniority_in(contacts).astype(schema.TEXT)
    if name == "domain":  # whoever has addresses in two counts in both
        return email_domains(contacts["emails"]).drop_duplicates()["domain"]
    return contacts[name]


def _plain(name: str, values: pd.Series) -> pd.Series:
    """A group as it is called; a place by its country, the last part of several, where there is such a country."""
    text = values.astype(schema.TEXT).fillna("").str.strip()
    if name == "location":
        text = text.str.rsplit(",", n=1).str[-1].str.strip().str.casefold().map(countries()).fillna("")
    return text


def _folded(name: str, values: pd.Series) -> pd.Series:
    """The form in which groups are compared."""
    text = _plain(name, values)
    return company_keys(text) if name == "organization" else text.str.casefold()


def _too_small(values: pd.Series, least: int, before: list[str], named: list[str]) -> set[str]:
    """The groups that are not named, and together are large enough; one of `named` that is now small has company."""
    sizes = values.value_counts().sort_values(kind="stable")
    small = {value for value, size in sizes.items() if size < least} | (set(before) & set(sizes.index))
    lost = (set(named) & small) - set(before)
    companions = [value for value in sizes.index if value in named and value not in small]
    small |= set(companions[: len(lost)])
    for value in sizes.index:
        if not 0 < sizes[list(small)].sum() < least:
            break
        small.add(value)
    return small | set(before)


def _coarsened(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    """Combinations that fewer than `least` people share lose one part after the other."""
    rows = rows.reset_index(drop=True)
    for column in COARSER:
        rows[column] = rows[column].mask(_sizes(rows) < least, OTHER)
    rest = rows.eq(OTHER).all(axis=1)
    while 0 < rest.sum() < least and not rest.all():  # too few to hide among: the smallest group joins them
        sizes = _sizes(rows).mask(rest)
        same = rows.eq(rows.loc[sizes.idxmin()]).all(axis=1)
        rows.loc[same] = OTHER
        rest |= same
    return rows


def _sizes(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby(list(COARSER))[COARSER[0]].transform("size")
