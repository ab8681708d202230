"""How is one of a coach's clients doing, in counts that name nobody? And their weekly set, at the level they allow.

`python -m networkscope.automation.client BOOK OUT AS_OF LEVEL RUN` writes the set of one book, for `automation.fleet`,
and ends when its stdin does. RUN is the file that says what the run is about.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pandas as pd

from networkscope.automation.introductions import known_companies
from networkscope.book import Book
from networkscope.book.own_files import output_folder, write_atomically
from networkscope.book.whole_folders import alone
from networkscope.errors import LoadError, NetworkscopeError, one_line
from networkscope.measures.followups import followups, were_due
from networkscope.reports.key_figures import key_figures
from networkscope.reports.weekly import weekly
from networkscope.roles.roles import people_only
from networkscope.settings import read_settings
from networkscope.sharing.copy import shareable
from networkscope.sharing.levels import ANONYMOUS, LEVELS
from networkscope.snapshot.leads import counted_leads
from networkscope.snapshot.snapshot import Snapshot
from networkscope.wording import many

RESULT = "client.json"
BUSY = "another process is writing the reports of this client, and has not come to an end"
LONG = 3600  # seconds to wait for it
LAST_SECONDS = 10  # to end the kernels and remove what is half written
MONTH = 28  # days; the weekdays are the same in each
SILENT_DAYS = 14
MANY_DUE, GROWN = 8, 1.5
FEW_CONVERSATIONS, LIVELY_CONVERSATIONS = 3, 4


def client_figures(now: Snapshot) -> dict[str, int | None]:
    """The key figures, and what tells who is stuck.

    `silent_days` since the last touch (None without any); `conversations` and `names` of the last 28 days and, with
    `_before`, of the 28 before; `due_before`: follow-ups due 28 days ago, by what is known now.
    """
    people, today = people_only(now), now.today
    touched = people.touches["day"].max()
    talks, names = people.conversations["day"], counted_leads(people)["given_on"]
    start, middle = today - pd.Timedelta(days=2 * MONTH), today - pd.Timedelta(days=MONTH)
    due_before = were_due(followups(now), now.at(middle))
    return {
        **key_figures(now),
        "silent_days": None if pd.isna(touched) else (today - touched).days,
        "conversations": int((talks >= middle).sum()),
        "conversations_before": int(talks.between(start, middle, inclusive="left").sum()),
        "names": int((names >= middle).sum()),
        "names_before": int(names.between(start, middle, inclusive="left").sum()),
        "due_before": int((due_before["kind"] != "monthly_update").sum()),
    }


def why_stuck(figures: dict[str, Any]) -> list[str]:
    """What says that somebody is stuck, in sentences; nothing where nothing does.

    >>> why_stuck({"silent_days": 20, "overdue_count": 12, "due_before": 6, "conversations": 4,
    ...            "conversations_before": 4, "names": 1, "names_before": 4})
    ['No contact for 20 days.', '12 follow-ups are due, 6 four weeks ago.',
     '1 name from 4 conversations, 4 from 4 before.']
    """
    said = []
    silent, due, due_before = (figures[name] for name in ("silent_days", "overdue_count", "due_before"))
    talks, talks_before = figures["conversations"], figures["conversations_before"]
    names, names_before = figures["names"], figures["names_before"]
    if silent is None:
        said.append("No contact is on record.")
    elif silent >= SILENT_DAYS:
        said.append(f"No contact for {many(silent, 'day')}.")
    if due >= MANY_DUE and due >= GROWN * due_before:
        said.append(f"{many(due, 'follow-up is', 'follow-ups are')} due, {due_before:,} four weeks ago.")
    if min(talks, talks_before) >= FEW_CONVERSATIONS and 2 * names * talks_before < names_before * talks:
        said.append(
            f"{many(names, 'name')} from {many(talks, 'conversation')}, {names_before:,} from {talks_before:,} before."
        )
    return said


def does_well(figures: dict[str, Any]) -> bool:
    """Lively, and nothing piles up?"""
    lively = figures["conversations"] >= LIVELY_CONVERSATIONS
    return lively and figures["overdue_count"] <= figures["due_before"] + 1 and not why_stuck(figures)


def write_client(book: Path, output: Path, as_of: str, share: str, run: Path | None = None) -> dict[str, Any]:
    """Write the weekly set of a client into this folder, and what came of it as `client.json`, which comes last.

    The level is `share` where the client allowed it, else counts. Nothing is done where this run did it before; old
    pages go first, since who allowed names before may allow them no more.
    """
    if not book.is_dir():
        raise LoadError(f"the book '{book.name}' is not a folder any more")
    with alone(output_folder(output), BUSY, wait=LONG):
        if before := done_before(book, output, as_of, share):
            return before
        (output / RESULT).unlink(missing_ok=True)
        for level in LEVELS:
            for page in output.glob(f"*.{level}.html"):
                page.unlink()
        settings = read_settings(book / "book.toml")
        level = share if settings.share_coach else "counts"
        wanted = json.loads(run.read_text(encoding="utf-8"))["wanted"] if run else {}
        said: dict[str, Any] = {"as_of": as_of, "level": level}

        def meanwhile(_: Book, now: Snapshot) -> None:
            figures = said["figures"] = client_figures(shareable(now))
            if level in ANONYMOUS and figures["silent_days"]:
                figures["silent_days"] -= figures["silent_days"] % 7  # whole weeks tell no day
            said.update(known_companies(now, wanted, with_names=share == "coach"))

        result = weekly(book, as_of=as_of, output=output, share=level, meanwhile=meanwhile)
        said["index"] = result.index.name
        said["failures"] = [one_line(error) for error in result.failures.values()]
        write_atomically(output / RESULT, json.dumps(said, indent=1) + "\n")
        return said


def done_before(book: Path, output: Path, as_of: str, share: str) -> dict[str, Any]:
    """What came of this client, where the set of this instant is there at the level allowed now; else empty."""
    said = said_in(output / RESULT)
    with contextlib.suppress(NetworkscopeError):
        level = share if read_settings(book / "book.toml").share_coach else "counts"
        if (said.get("as_of"), said.get("level"), said.get("failures")) == (as_of, level, []):
            return said
    return {}


def said_in(file: Path) -> dict[str, Any]:
    """What is said in this `client.json` or `run.json`; empty where there is none."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return dict(json.loads(file.read_text(encoding="utf-8")))
    return {}


def main(arguments: list[str]) -> int:
    """0 where all is written, otherwise an exit code and the reason on stderr."""
    book, output, as_of, share, *run = arguments
    try:
        said = write_client(Path(book), Path(output), as_of, share, *map(Path, run))
    except NetworkscopeError as error:
        sys.stderr.write(f"{one_line(error)}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"its pages cannot be written ({one_line(error.strerror or error)})\n")
        return 1
    sys.stderr.write("".join(f"{line}\n" for line in said["failures"]))
    return 1 if said["failures"] else 0


def _end_with_stdin() -> None:
    """End this process, as Ctrl-C does, when whoever started it is no more."""
    os.read(0, 1)  # not by sys.stdin, which could not be closed meanwhile
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(LAST_SECONDS)
    os._exit(130)


if __name__ == "__main__":
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.exit(main(sys.argv[1:]))
