"""What `networkscope check` prints: what was imported, what was skipped, and what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from networkscope.cli.answer import printable
from networkscope.wording import many

if TYPE_CHECKING:
    from networkscope.book import Book

JOINED = "Taken for one person by name and company"
FILES, REMARKS = 10, 3  # so many fit on a screen


def summary_data(book: Book) -> dict[str, Any]:
    """The same for programs: `files`, a row each, and what the sources cannot tell, `missing`."""
    files = json.loads(book.summary.to_json(orient="records", date_format="iso"))
    return {"files": files, "missing": list(book.cannot_know)}


def summary_lines(book: Book, *, every: bool = False) -> list[str]:
    """The load summary as lines: the sum, a table of counts, and below it the remarks on single files.

    Without `every` no more of them than fit on a screen, and how many more there are.
    """
    from networkscope.book.exports import old_exports

    counts = ["rows_read", "kept", "merged", "rejected"]
    summary = book.summary.sort_values("rows_read", ascending=False, kind="stable")
    files = book.summary if every else book.summary.loc[sorted(summary.index[:FILES])]
    head = ["file", "source", *(name.replace("_", " ") for name in counts), "from", "to"]
    rows = [head]
    for line in files.to_dict("records"):
        days = [f"{line[key]:%Y-%m-%d}" if line[key] == line[key] else "" for key in ("first_on", "last_on")]
        rows.append(
            [_name(line["file"], every), line["source"], *(f"{line[name]:,}" for name in counts), *days]
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if 2 <= column < 6 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    if more := len(book.summary) - len(files):
        lines.append(f"and {many(more, 'smaller file')} (--all shows them)")
    lines = [_total(book), "", *lines]
    remarks = _remarks(book, every)
    if words := _words_read(book):
        lines += ["", f"Read from words: {words}."]
    old = old_exports(book)
    missing = list(book.cannot_know)
    for title, items in (
        (JOINED, _joined(book)),
        ("Remarks", remarks),
        ("Old exports", old),
        ("Missing from these sources", missing),
    ):
        if items:
            shown = items if every or title not in ("Remarks", JOINED) else items[:REMARKS]
            lines += ["", click.style(title, bold=True), *(f"- {item}" for item in shown)]
            if len(shown) < len(items):
                lines.append(f"  and {len(items) - len(shown)} more (--all shows them)")
    return lines


def _total(book: Book) -> str:
    """The sum in one line."""
    counts = book.summary[["rows_read", "rejected"]].sum()
    skipped = f", {counts['rejected']:,} skipped" if counts["rejected"] else ""
    read = f"{many(len(book.summary), 'file')}, {many(int(counts['rows_read']), 'row')}{skipped}"
    talks = many(len(book.interactions), "message or talk", "messages and talks")
    return click.style(f"{many(len(book.contacts), 'contact')}, {talks} from {read}.", bold=True)


def _remarks(book: Book, every: bool) -> list[str]:
    """Why rows were skipped, and what else to know of a file."""
    found = []
    for line in book.summary.to_dict("records"):
        notes = [line[key] for key in ("reasons", "note") if isinstance(line[key], str) and line[key]]
        if notes:
            found.append(f"{_name(line['file'], every)}: {printable('; '.join(notes))}")
    return found


def _name(file: str, whole: bool) -> str:
    """What a file is called, with its folders only where all is wanted."""
    return printable(file if whole else file.rpartition("/")[2])


def _joined(book: Book) -> list[str]:
    """Who was taken for one person by name and company, and how that is undone."""
    found = []
    for join in book.joined.sort_values("name").itertuples():
        undone = f"networkscope part {book.folder} {join.a} {join.b}"
        found.append(printable(f"{join.name}: {join.a} is {join.b}, {join.reason}. If not: {undone}"))
    return found


def _words_read(book: Book) -> str:
    """So many asks, thanks, names and promises, and in which languages."""
    if book.acts.empty:
        return ""
    acts, languages = book.acts["act"].value_counts(), book.acts["language"].value_counts()
    counted = ", ".join(f"{count:,} {act.replace('_', ' ')}" for act, count in acts.items())
    return f"{counted} ({', '.join(f'{name} {count:,}' for name, count in languages.items())})"
