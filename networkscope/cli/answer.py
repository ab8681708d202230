"""How every command gives its answer: as lines for people or, with --json, as data for programs."""

from __future__ import annotations

from typing import Any

import click

JSON = click.Option(
    ["--json", "as_json"],
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _option, value: ctx.meta.update(as_json=value),
    help="Print JSON.",
)


def answer(data: Any, *lines: str) -> None:
    """Print the lines, or with --json the data: a frame as a list of its rows, anything else as it is."""
    if not click.get_current_context().meta["as_json"]:
        for line in lines:
            click.echo(line)
    elif hasattr(data, "to_json"):
        click.echo(data.to_json(orient="records", date_format="iso", force_ascii=False, indent=1))
    else:
        import json

        click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=str))


def noted(where: str, name: Any, what: str) -> None:
    """Say which line was written (as in moves.csv:3), on whom, and what it says."""
    called = name if isinstance(name, str) and name else NAMELESS
    answer({"line": where, "name": called, "noted": what}, printable(f"{where}  {called}: {what}"))


NAMELESS = "(no name)"


def printable(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return "".join(character if character.isprintable() else "�" for character in text)
