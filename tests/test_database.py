"""Own tables from a database: SQLite and DuckDB files, and a PostgreSQL that is started here."""

import getpass
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from networkscope.book import open_book
from networkscope.errors import LoadError
from networkscope.importers import database
from networkscope.settings import Settings, read_settings

PASSWORD = "s3cr:t/é"
QUOTED = "s3cr%3At%2F%C3%A9"
TABLES = """
CREATE TABLE people (name text, email text, company text, since date, score integer);
INSERT INTO people VALUES ('Ann Lee', 'ann@x.org', 'Acme', '2020-01-02', 7), ('Bo 100% Ek', NULL, NULL, NULL, NULL);
CREATE TABLE log (moment timestamp, who text, how text, note text);
INSERT INTO log VALUES ('2026-07-01 10:00:00', 'Ann Lee', 'coffee', 'two
lines');
CREATE TABLE leads (given date, by_whom text, whom text);
INSERT INTO leads VALUES ('2026-07-01', 'Ann Lee', 'Bo 100% Ek');
"""
QUERIES = """
contacts = "SELECT name, email, company, since AS connected_on, score FROM people WHERE name LIKE '%'"
interactions = "SELECT moment AS date, who AS name, how AS channel, note AS notes FROM log"
referrals = "SELECT given AS given_on, by_whom AS referrer, whom AS referred FROM leads"
"""


def write_book(folder, url, queries=QUERIES):
    (folder / "book.toml").write_text(f"[sql]\nurl = '{url}'\n{queries}", encoding="utf-8")
    return folder


def write_sqlite(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
    return path


def check(folder):
    book = open_book(folder, as_of="2026-11-16")
    ann, bo = book.contacts.to_dict("records")
    assert (ann["name"], ann["emails"], ann["connected_on"]) == (
        "Ann Lee",
        "ann@x.org",
        pd.Timestamp("2020-01-02"),
    )
    assert (ann["score"], bo["name"]) == ("7", "Bo 100% Ek")
    (event,) = book.interactions.to_dict("records")
    assert (event["contact_id"], event["channel"], event["notes"]) == (
        ann["contact_id"],
        "meeting",
        "two lines",
    )
    assert event["occurred_at"] == pd.Timestamp("2026-07-01 10:00", tz="UTC")
    assert event["source_ref"] == "book.toml [sql] interactions:2"
    (lead,) = book.referrals.to_dict("records")
    assert (lead["referrer_id"], lead["referred_id"]) == (ann["contact_id"], bo["contact_id"])
    summary = book.summary[book.summary["file"].str.startswith("book.toml")]
    assert summary["file"].tolist() == [
        f"book.toml [sql] {table}" for table in ("contacts", "interactions", "referrals")
    ]
    assert summary["source"].tolist() == ["own contacts", "own interactions", "own referrals"]
    assert (summary["rows_read"] == summary["kept"] + summary["merged"] + summary["rejected"]).all()
    everything = book.summary.to_csv() + repr(book.settings)
    assert not any(secret in everything for secret in (PASSWORD, QUOTED))
    kept = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "book.toml"]
    assert not any(secret.encode() in data for data in kept for secret in (PASSWORD, QUOTED))


@pytest.mark.parametrize("url", ["data/crm.db", "sqlite:///data/crm.db"])
def test_sqlite(tmp_path, url):
    (tmp_path / "data").mkdir()
    path = write_sqlite(tmp_path / "data" / "crm.db")
    before = path.read_bytes()
    check(write_book(tmp_path, url))
    assert path.read_bytes() == before
    book = open_book(tmp_path, as_of="2026-11-16")
    assert "ask it by queries" in book.summary.set_index("file").loc["data/crm.db", "note"]


def test_what_changes_in_the_database_is_seen(tmp_path):
    path = write_sqlite(tmp_path / "crm.db")
    write_book(tmp_path, "crm.db")
    assert len(open_book(tmp_path).contacts) == 2
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO people (name, email) VALUES ('Cy', 'c@x.org')")
        connection.commit()
    assert len(open_book(tmp_path).contacts) == 3


@pytest.mark.parametrize("url", ["crm.duckdb", "duckdb:///crm.duckdb"])
def test_duckdb(tmp_path, url):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute(TABLES)
    check(write_book(tmp_path, url))


def failing(folder, url, query="SELECT name, email FROM people"):
    write_book(folder, url, f'contacts = "{query}"')
    with pytest.raises(LoadError) as caught:
        open_book(folder, as_of="2026-11-16")
    message = str(caught.value)
    assert message.startswith("book.toml [sql] contacts: ")
    assert not any(secret in message for secret in (PASSWORD, QUOTED, "Ann"))
    assert caught.value.__cause__ is None
    return message


def test_faults_of_a_file_are_one_clear_line(tmp_path):
    write_sqlite(tmp_path / "crm.db")
    assert "does not exist; its path is relative" in failing(tmp_path, "no.db")
    assert "no such table: nowhere" in failing(tmp_path, "crm.db", "SELECT * FROM nowhere")
    assert "no rows; write a SELECT" in failing(tmp_path, "crm.db", "BEGIN")
    assert "readonly" in failing(tmp_path, "crm.db", "DELETE FROM people")
    assert "not the columns that contacts need" in failing(tmp_path, "crm.db", "SELECT score FROM people")
    (tmp_path / "crm.txt").write_text("hello", encoding="utf-8")
    assert "neither a SQLite nor a DuckDB" in failing(tmp_path, "crm.txt")
    (tmp_path / "cut.db").write_bytes((tmp_path / "crm.db").read_bytes()[:5000])
    failing(tmp_path, "cut.db")
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2,)


def test_faults_of_a_url_never_show_it(tmp_path):
    pytest.importorskip("sqlalchemy")
    assert "url cannot be read" in failing(tmp_path, f"postgresql://u:{QUOTED}@host:port/x")
    assert "pip install" in failing(tmp_path, f"oracle9://u:{QUOTED}@host/x")
    message = failing(tmp_path, f"postgresql://u:{QUOTED}@127.0.0.1:{_free_port()}/x")
    assert "127.0.0.1" in message


def test_a_missing_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sqlalchemy", None)
    assert "pip install 'networkscope[sql]'" in failing(tmp_path, f"postgresql://u:{QUOTED}@host/x")
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    (tmp_path / "crm.duckdb").write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 100)
    assert "pip install 'networkscope[sql]'" in failing(tmp_path, "crm.duckdb")


def test_a_message_that_quotes_a_row_is_not_shown():
    class DataError(Exception):
        pass

    assert database._why(DataError("invalid input: 'Ann Lee'"), "") == "the query failed (DataError)"
    fault = type("OperationalError", (Exception,), {})(f"no {PASSWORD} {QUOTED} here")
    assert database._why(fault, f"x://u:{QUOTED}@h/d") == "no *** *** here"
    assert database._why(fault, f"x://h/d?password={QUOTED}") == "no *** *** here"


def test_settings(tmp_path):
    assert list(database.queried(Settings())) == []
    for text in ("url = 'x.db'", "contacts = 'SELECT 1'", "url = 'x.db'\ncontact = 'SELECT 1'", "url = 1"):
        (tmp_path / "book.toml").write_text("[sql]\n" + text, encoding="utf-8")
        with pytest.raises(LoadError, match=r"sql|did you mean 'contacts'"):
            read_settings(tmp_path / "book.toml")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def postgres():
    """The URL of a PostgreSQL of our own, which no other user runs and nobody outside can reach."""
    pytest.importorskip("sqlalchemy")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [shutil.which("initdb")]
    if programs[-1] is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("PostgreSQL is not installed")
    programs = Path(programs[-1]).parent
    folder = Path(tempfile.mkdtemp(prefix="networkscope-pg-"))
    port = _free_port()
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    as_user = []
    if os.geteuid() == 0:  # the server refuses to run as root
        for path in (folder, folder / "password"):
            shutil.chown(path, user, user)
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]

    def run(program, *arguments):
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(
            command, check=True, capture_output=True, cwd=folder, timeout=120, env={"LC_ALL": "C.UTF-8"}
        )

    run(
        "initdb",
        "-U",
        "nora",
        "-A",
        "scram-sha-256",
        f"--pwfile={folder / 'password'}",
        "-E",
        "UTF8",
        "--no-sync",
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://nora:{QUOTED}@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def filled(postgres):
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute(TABLES)
    return postgres


def test_postgresql(tmp_path, filled):
    check(write_book(tmp_path, filled))


def test_a_server_may_not_be_written_to(tmp_path, filled):
    query = "INSERT INTO people VALUES ('x') RETURNING name, email"
    assert "read-only transaction" in failing(tmp_path, filled, query)


def test_instants_of_a_server_keep_their_zone(tmp_path, filled):
    query = "SELECT TIMESTAMPTZ '2026-07-01 10:00+02' AS date, 'Ann' AS name, 'call' AS channel, ARRAY['a','b'] AS tags"
    write_book(tmp_path, filled, f'interactions = "{query}"')
    (event,) = open_book(tmp_path, as_of="2026-11-16").interactions.to_dict("records")
    assert (event["occurred_at"], event["tags"]) == (pd.Timestamp("2026-07-01 08:00", tz="UTC"), "a; b")


def test_faults_of_a_server(tmp_path, filled):
    assert 'column "nonsense" does not exist' in failing(tmp_path, filled, "SELECT nonsense FROM people")
    assert "InvalidTextRepresentation" in failing(tmp_path, filled, "SELECT name::integer, email FROM people")
    wrong = filled.replace(QUOTED, "wr0ng-one")
    message = failing(tmp_path, wrong)
    assert "password authentication failed" in message
    assert "wr0ng" not in message
