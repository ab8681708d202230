"""Reading an mbox of 50,000 mails: ours against `mailbox` and `email` as people write it, fields compared."""

from __future__ import annotations

import mailbox
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from email.header import Header, decode_header, make_header
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from pathlib import Path

from benchmarks import compare
from networkscope.importers import mail, mail_headers
from networkscope.importers.base import SourceFile
from networkscope.settings import Settings

RUNS, MAILS, PEOPLE, OWNER = 3, 50_000, 2_000, ("Nora Owner", "nora@owner.example")
NAMES = ["Ann Lee", "Zoë Ngô", "Jürgen Groß", "Bob B. Ray", "Ray, Max", "Иван Петров", "O'Neil, Sam"]
TOPICS = ["Numbers for May", "Grüße aus Wien", "Lunch on Friday?", "Thanks for your time", "Project plan"]


def write_mbox(path: Path, with_html: bool = True, count: int = MAILS, seed: int = 3) -> Path:
    """Mails as Gmail delivers them: some 40 header lines of which few matter, and a plain body of 2,500 bytes, which
    half of the mails repeat as HTML of 15,000 bytes (real ones are larger: 30,000 to 75,000 on average).
    """
    rng = random.Random(seed)
    people = [(f"{NAMES[i % len(NAMES)]} {i}", f"person{i}@company{i % 300}.example") for i in range(PEOPLE)]
    noise = "".join(
        f"Received: by 2002:a05:{i}:b0:1f7:5a3e:abcd with SMTP id x{i}csp{i}99;\n        Fri, 1 Mar 2024 0{i}:00:00 "
        f"-0800 (PST)\nX-Noise-{i}: {'abcdefghij' * 5}\n"
        f"ARC-Seal: i={i}; a=rsa-sha256; t=17;\n {'q7' * 35}\n {'Zk' * 35}\n"
        for i in range(5)
    )
    body = "".join(f"> line {i} of a usual text, From here to there and on and on\n" for i in range(40))
    html = "".join(
        f'<p style=3D"margin:0;padding:0;color:#333333">line {i} of the same text =\n' for i in range(250)
    )
    at = datetime(2012, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    with path.open("w", encoding="ascii", newline="") as file:
        for i in range(count):
            at += timedelta(minutes=rng.randrange(10, 240) * min(1, MAILS / count))
            person = people[min(int(rng.paretovariate(0.7)), PEOPLE) - 1]
            others = [people[rng.randrange(PEOPLE)] for _ in range(rng.choice((0, 0, 0, 1, 3)))]
            mine = rng.random() < 0.35
            sender, first = (OWNER, person) if mine else (person, OWNER)
            more = html if with_html and i % 2 else ""
            subject = Header(f"{rng.choice(TOPICS)} {rng.randrange(9_000)}").encode()
            lines = [
                f"From {i}@xxx {at.strftime('%a %b %d %H:%M:%S +0000 %Y')}",
                f"X-GM-THRID: {rng.randrange(count // 3)}",
                f"X-Gmail-Labels: {'Sent' if mine else 'Inbox,Important'}",
                f"Delivered-To: {OWNER[1]}\n{noise}Message-ID: <m{i}.{rng.randrange(10**9)}@mail.example>",
                f"In-Reply-To: <m{max(i - 7, 0)}@mail.example>" if i % 3 else "X-Start: 1",
                f"From: {formataddr(sender)}\nTo: {formataddr(first)}",
                *([f"Cc: {', '.join(map(formataddr, others))}"] if others else []),
                f"Date: {format_datetime(at)}\nSubject: {subject}\nMIME-Version: 1.0",
                f"Content-Type: {'multipart/mixed' if i % 9 == 0 else 'text/plain'}; charset=utf-8\n\n{body}{more}\n",
            ]
            file.write("\n".join(lines))
    return path


def decoded(text: str) -> str:
    return " ".join(str(make_header(decode_header(text))).split())


def as_usually_written(path: Path) -> list[tuple]:
    found = []
    for message in mailbox.mbox(path):
        sender = getaddresses(message.get_all("from", []))
        to = getaddresses(message.get_all("to", []) + message.get_all("cc", []))
        pairs = tuple((decoded(name), address.lower()) for name, address in sender + to)
        at = int(parsedate_to_datetime(message["date"]).timestamp())
        found.append((message["message-id"], at, decoded(message["subject"]), pairs))
    return found


def ours(path: Path) -> mail.Mails:
    return mail.Mails(SourceFile(path, path.name, path.stat().st_size))


def same(theirs: list[tuple], found: mail.Mails) -> bool:
    """The ids, dates, subjects and addresses of each mail, and the names that people use most."""
    names, addresses = found.persons["name"].fillna(""), found.persons["address"]
    pairs = list(zip(names, addresses, strict=True))
    to = found.to.groupby("mail")["person"].agg(list)
    rows = [
        (row.event, row.at, row.subject, tuple(pairs[one] for one in (row.sender, *to.get(row.Index, []))))
        for row in found.table.itertuples()
    ]
    return rows == [(mail_headers.short_id(name[1:-1].encode()), *rest) for name, *rest in theirs]


def peak_megabytes(path: Path, what: str) -> float:
    """What one call adds to a fresh process; the high-water mark of Linux, which nothing else shows."""
    code = (
        "import sys; from pathlib import Path; from benchmarks import bench_mail as b;"
        "mark = lambda: int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]);"
        f"base = mark(); kept = b.{what}(Path(sys.argv[1])); print(mark() - base)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    return int(out.stdout) / 1024


def read(path: Path) -> object:
    return mail.read(SourceFile(path, path.name, path.stat().st_size), Settings())


def main() -> None:
    for with_html in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            path = write_mbox(Path(folder, "all.mbox"), with_html)
            size = path.stat().st_size / 1e6
            print(
                f"{MAILS:,} mails, {size:.0f} MB, {'half of them with HTML' if with_html else 'plain text only'}"
            )
            print(
                f"same ids, dates, subjects, names and addresses: {same(as_usually_written(path), ours(path))}"
            )
            usual = {"mailbox + email": lambda path=path: as_usually_written(path)}
            compare("mails and fields", lambda path=path: ours(path), usual, runs=RUNS)
            compare("all tables", lambda path=path: read(path), usual, runs=RUNS)
            for what in ("as_usually_written", "ours", "read"):
                print(f"peak memory of {what}: {peak_megabytes(path, what):.0f} MB")


if __name__ == "__main__":
    main()
