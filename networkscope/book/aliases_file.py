"""What the owner decides about two who may be one person: a line of the book's aliases.csv."""

from __future__ import annotations

from networkscope import keys
from networkscope.book.book import Book, open_book
from networkscope.book.journal import undo
from networkscope.book.own_files import Addition, append_all
from networkscope.errors import LoadError, ParameterError

ALIASES = "aliases.csv"
HEADER = ("a", "b", "decision")


def joining_key(book: Book, text: str) -> str:
    """The text as a key that joins mentions in this book; empty where it is none."""
    forms = (
        keys.email_key(text),
        keys.profile_key(text),
        keys.phone_key(text, book.settings.home_region),
        text.strip(),
    )
    known = set(book.keys.loc[book.keys["joins"], "key"])
    return next((form for form in forms if form and form in known), "")


def bearer(book: Book, key: str) -> str:
    """The contact_id of whoever carries this key or, where nobody does, is the only one of this name; else empty."""
    carried = book.keys.loc[(book.keys["key"] == key) & book.keys["joins"], "mention"]
    found = book.mentions["contact_id"].reindex(carried).dropna()
    if found.empty:
        named = book.mentions["name"].dropna().map(keys.name_key).eq(keys.name_key(key))
        found = book.mentions["contact_id"].reindex(named.index[named]).dropna()
    return str(found.iat[0]) if found.nunique() == 1 else ""


def note_pair(book: Book, a: str, b: str, *, same: bool) -> tuple[int, Book]:
    """Add the decision on two keys (or names of their own) to aliases.csv; its line, and the book as it is then.

    A ParameterError where they are one person already (or two), or where an earlier decision says otherwise: then
    nothing was written.
    """
    one = bearer(book, a) == bearer(book, b)
    if a == b:
        raise ParameterError(
            "both sides are the same person by the same key; `networkscope who` shows the others"
        )
    if same and one:
        raise ParameterError("these two are one person already")
    row = {"a": a, "b": b, "decision": "same" if same else "not the same"}
    command = "merge" if same else "part"
    line = append_all([Addition(book.folder / ALIASES, [row], HEADER)], command=command)[0]
    try:
        after = open_book(book.folder, as_of=book.as_of)
        if (bearer(after, a) == bearer(after, b)) != same:
            raise LoadError(
                "an earlier line of aliases.csv, or a key that several people share, speaks against it"
            )
    except BaseException as error:
        undo(book.folder)
        if isinstance(error, LoadError):
            raise ParameterError(f"this cannot be decided so: {error}; nothing was written") from error
        raise
    return line, after
