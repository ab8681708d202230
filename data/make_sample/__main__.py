"""The generator's command line: `python -m data.make_sample DIR --seed 7`, from the top of a checkout."""

from __future__ import annotations

from pathlib import Path

import click

from data.make_sample.book import write_sample
from networkscope.errors import NetworkscopeError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same bytes.")
@click.option("--contacts", default=320, show_default=True, help="How many people.")
@click.option("--interactions", default=1300, show_default=True, help="How many touches.")
def main(folder: Path, seed: int, contacts: int, interactions: int) -> None:
    """Write an invented book into DIR, a new or empty folder."""
    try:
        write_sample(folder, seed=seed, contacts=contacts, interactions=interactions)
    except NetworkscopeError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
