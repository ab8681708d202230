"""What of a book no page of a level may hold, and what of it may stand there all the same."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from networkscope import keys
from networkscope.book import Book
from networkscope.people.domains import free_mail
from networkscope.roles.roles import people_only
from networkscope.sharing.copy import left_out
from networkscope.sharing.groups import NOT_NOTED, OTHER, group_people
from networkscope.sharing.levels import ANONYMOUS
from networkscope.sharing.own_text import folded, words_of
from networkscope.sharing.pseudonyms import FILE, new_key, read_key

NEVER = "somebody never to be shared"
SAYINGS = ("a subject", "a note", "a phrase", "an opening")  # searched in parts, too
LEAST_LETTERS = 2


class Forbidden(NamedTuple):
    """A text of the book, and what kind of thing it is."""

    what: str
    text: str


def forbidden(book: Book, level: str) -> list[Forbidden]:
    """What of this book no page of the level may hold.

    A LoadError where `[share] never` names nobody.

    >>> import networkscope as ns
    >>> sample = ns.open_book("data/sample", as_of="2026-11-16")
    >>> [Forbidden("a name", "Abena Owusu") in forbidden(sample, level) for level in ("coach", "public")]
    [False, True]
    """
    found = [*_always(book), *(_anonymous(book) if level in ANONYMOUS else ())]
    never = left_out(book.at(), book.settings.share_never)
    named = book.contacts.loc[book.contacts["contact_id"].isin(never), "name"]
    allowed = set() if level in ANONYMOUS else {text.casefold() for text in _stays(book)}
    texts = [
        Forbidden(what, text)
        for what, values in found
        for text in dict.fromkeys(value.strip() for value in values)
        if text and text.casefold() not in allowed
    ]
    return texts + [Forbidden(NEVER, text.strip()) for text in named.dropna()]


def known_words(book: Book, level: str) -> set[str]:
    """Words of notes and subjects that tell nothing by themselves: names, and what the level lets stay."""
    texts = list(book.contacts["name"].dropna()) if level in ANONYMOUS else _stays(book)
    return {word for text in texts for word in folded(text)}


def shown_groups(book: Book, level: str) -> set[str]:
    """Circles and countries that a public page may show where they fill a cell, since enough people are in them.

    Folded; found as for the page itself, with what the key keeps of groups that once were too small.
    """
    if level != "public":
        return set()
    now = book.at()
    people = people_only(now).contacts
    people = people[~people["contact_id"].isin(left_out(now, book.settings.share_never))]
    key = read_key(book.folder) if (book.folder / FILE).exists() else new_key()
    names = group_people(people.reset_index(drop=True), key, book.settings.share_at_least).names
    labels = {*names["circle"].values(), *names["location"].values()} - {OTHER, NOT_NOTED}
    return {" ".join(folded(label)) for label in labels}


def phone_digits(book: Book) -> set[str]:
    """The last nine digits of each number, the owner's too: with or without the code of its country it is the same."""
    numbers = [*_each(book.contacts["phones"]), *book.settings.owner_phones]
    plain = ("".join(letter for letter in number if letter.isdigit()) for number in numbers)
    return {digits[-9:] for digits in plain if len(digits) >= 7}


def _always(book: Book) -> Iterator[tuple[str, Iterable[str]]]:
    contacts, settings = book.contacts, book.settings
    profiles = [*_each(contacts["profiles"]), *settings.owner_profiles]
    yield "an address", [*_each(contacts["emails"]), *settings.owner_emails]
    yield "an address", _each(book.applications["contact_email"])
    yield "a profile", [keys.profile_key(text) or text for text in profiles]
    yield "a link", _each(book.applications["url"])
    yield "a note", _each(contacts["notes"], "")
    yield "a note", _each(book.recommendations["text"], "") if "text" in book.recommendations else ()
    yield "a tag", _each(contacts["tags"])
    yield "a subject", _each(book.interactions["subject"], "")
    yield "a phrase", _each(book.acts["phrase"], "")
    yield "the name of the book's folder", [book.folder.resolve().name]


def _anonymous(book: Book) -> Iterator[tuple[str, Iterable[str]]]:
    contacts, settings = book.contacts, book.settings
    yield "a name", _each(contacts["name"], "")
    yield "the owner", [settings.owner_name]
    tables = (contacts, book.positions, book.applications)
    places = [table["organization"] for table in (*tables, book.referrals)]
    firms = [*settings.target_companies, *(firm.name for firm in settings.employers)]
    firms += [*_each(pd.concat(places), ""), *_each(contacts["past_organizations"])]
    yield "a company", [*firms, *(_without_form(firm) for firm in dict.fromkeys(firms))]
    titles = _each(pd.concat([table["title"] for table in tables]), "")
    yield "a title", [*titles, *settings.target_titles]
    places = [*_each(contacts["location"], ""), *settings.target_locations]
    yield "a place", [*places, *(place.split(",")[0] for place in places if "," in place)]
    yield "an opening", _each(book.referrals["opening"], "")
    yield "a circle", _each(contacts["circle"], "")
    yield "an id", contacts["contact_id"].dropna()
    addresses = [*_each(contacts["emails"]), *settings.owner_emails]
    domains = {address.rpartition("@")[2].casefold() for address in addresses} - free_mail()
    domains |= {domain for firm in settings.employers for domain in firm.domains}
    yield "a domain", sorted(domains)


def _stays(book: Book) -> list[str]:
    """What a coach may see."""
    return list(book.contacts[["circle", "name", "organization", "title"]].stack().dropna())


def _without_form(company: str) -> str:
    """The company without "Ltd" and the like at its end."""
    words = company.split()
    while len(words) > 1 and "".join(folded(words[-1])) in keys.LEGAL_FORMS:
        words.pop()
    return " ".join(words).rstrip(",")


def _each(values: pd.Series, separator: str = ";") -> list[str]:
    texts = values.dropna().astype(str)
    return list((texts.str.split(separator).explode() if separator else texts).dropna().unique())


def spellings(name: str) -> list[str]:
    """The orders in which a full name is written: as it is, "Last, First", and the first with the last part alone.

    >>> spellings("Ana de Lee")
    ['Ana de Lee', 'de Lee Ana', 'Lee Ana de', 'Ana Lee']
    """
    parts = name.split()
    turned = [" ".join(parts[i:] + parts[:i]) for i in range(len(parts))]
    return [*turned, f"{parts[0]} {parts[-1]}"] if len(parts) > 2 else turned


def name_parts(name: str) -> list[str]:
    """The words of a name that may name somebody alone: no particles, no initials.

    >>> name_parts("J. de Lee")
    ['Lee']
    """
    return [word for word in words_of(name) if len(word) >= LEAST_LETTERS and not word[0].islower()]
