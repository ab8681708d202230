"""What a scheduler is to do for a book, whichever scheduler it is."""

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from networkscope.automation.due import WeeklyTime
from networkscope.errors import LoadError, ParameterError, one_line

SECONDS = 60  # so long may a scheduler's own program take


@dataclass(frozen=True)
class Job:
    """The weekly report of one book, at one time."""

    book: Path
    time: WeeklyTime

    def __post_init__(self) -> None:
        if not self.book.is_dir():
            raise LoadError(f"the book '{self.book.name}' is not a folder")
        if not str(self.book.resolve()).isprintable():
            raise ParameterError("the path of the book has a character that no scheduler takes; rename it")

    @property
    def name(self) -> str:
        """Always the same for the same book, and for no other."""
        return f"networkscope-{hashlib.sha256(str(self.book.resolve()).encode()).hexdigest()[:8]}"

    @property
    def title(self) -> str:
        return f"Weekly reports of {self.book.resolve().name}"

    @property
    def command(self) -> list[str]:
        """This interpreter, with absolute paths. It looks whether the week is due, and does nothing where it is not."""
        book = str(self.book.resolve())
        return [sys.executable, "-m", "networkscope", "weekly", book, "--if-due", str(self.time), "--quiet"]


def call(tool: str, *arguments: str, missing: str, refusal: str = "") -> subprocess.CompletedProcess[str]:
    """Run a scheduler's own program.

    A LoadError says what to do: `missing` where it is not there, `refusal`, if any, where it does not do it.
    """
    path = shutil.which(tool)
    if path is None:
        raise LoadError(f"'{tool}' is not installed here; {missing}")
    command = [path, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise LoadError(f"'{tool}' did not answer within {SECONDS} seconds") from error
    if done.returncode and refusal:
        raise refused(tool, done, refusal)
    return done


def refused(tool: str, done: subprocess.CompletedProcess[str], advice: str) -> LoadError:
    """The error that says why a scheduler's program did not do it."""
    why = one_line(done.stderr or done.stdout or f"exit code {done.returncode}", 200)
    return LoadError(f"'{tool}' refused ({why}); nothing was installed; {advice}")
