"""What the owner decides about two who may be one person: a line of the book's aliases.csv."""

from networkscope import keys
from networkscope.book.book import Book, open_book
from networkscope.book.journal import undo
from networkscope.book.own_files import append_rows
from networkscope.errors import LoadError, ParameterError

ALIASES = "aliases.csv"
HEADER = ("a", "b", "decision")


def joining_key(book: Book, text: str) -> str:
    """The text as a key that joins mentions in this book; empty where it is none."""
    phone = keys.phone_key(text, book.settings.home_region)
    forms = (keys.email_key(text), keys.profile_key(text), phone, text.strip())
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
    if a == b:
        raise ParameterError(
            "both sides are the same person by the same key; `networkscope who` shows the others"
        )
    if same and bearer(book, a) == bearer(book, b):
        raise ParameterError("these two are one person already")
    decision, command = ("same", "merge") if same else ("not the same", "part")
    row = {"a": a, "b": b, "decision": decision}
    line = append_rows(book.folder / ALIASES, [row], header=HEADER, command=command)
    against = "an earlier line of aliases.csv, or a key that several people share, speaks against it"
    try:
        after = open_book(book.folder, as_of=book.as_of)
        if (bearer(after, a) == bearer(after, b)) != same:
            raise LoadError(against)
    except BaseException as error:
        undo(book.folder)
        if isinstance(error, LoadError):
            raise ParameterError(f"this cannot be decided so: {error}; nothing was written") from error
        raise
    return line, after
