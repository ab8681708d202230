"""The user's folder: open it, keep what was parsed, append to the owner's own tables."""

from networkscope.book.book import BLIND_SPOTS, Book, open_book

__all__ = ["BLIND_SPOTS", "Book", "open_book"]
