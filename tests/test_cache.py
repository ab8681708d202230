"""What an earlier opening found comes back exactly as it was, or not at all: whatever happens to files and disk."""

import errno
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networkscope import schema
from networkscope.book import cache, open_book, own_files, reading
from networkscope.errors import LoadError
from networkscope.importers import find_reader, mail
from networkscope.importers import folder as folder_module
from networkscope.importers.base import Parsed, Reader, SourceFile, rows
from networkscope.settings import Settings

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
TABLES = (*schema.TABLES, "summary")
ONE = "contact,email,occurred_at,channel,direction\nAna Lee,ana@x.example,2026-08-01,meeting,mutual\n"
OTHER = ONE.replace("Ana Lee,ana@x", "Bob Ray,bob@x")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "book.toml").write_text("[owner]\nname = 'Nora'\n", encoding="utf-8")
    (tmp_path / "interactions.csv").write_text(ONE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def read(monkeypatch):
    """The labels of the files that were parsed, in order; every file counts as large, and no write as recent."""
    parsed = []

    def find(file):
        reader = find_reader(file)
        return reader and Reader(reader.name, reader.recognises, lambda *given: note(reader, *given))

    def note(reader, file, settings):
        parsed.append(file.label)
        return reader.read(file, settings)

    monkeypatch.setattr(reading, "find_reader", find)
    monkeypatch.setattr(reading, "SMALL_BYTES", 0)
    monkeypatch.setattr(reading, "SETTLED_NS", -1)
    return parsed


def book(folder, **options):
    return open_book(folder, as_of="2026-11-16", **options)


def same(one, two):
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))
    assert one.cannot_know == two.cannot_know
    return True


def kept(folder):
    return sorted((folder / ".cache").glob("*.zip"))


def drafts(folder):
    return [path for path in (folder / ".cache").iterdir() if path.suffix not in ("", ".zip")]


def test_all_tables_of_the_sample_are_the_same_with_and_without(tmp_path, read):
    copy = shutil.copytree(SAMPLE, tmp_path / "book", ignore=shutil.ignore_patterns(".cache"))
    plain = book(copy, cache=False)
    assert not (copy / ".cache").exists()
    assert same(book(copy), plain)
    read.clear()
    assert same(book(copy), plain)
    assert read == []
    for path in kept(copy):  # without the tables, from what is kept of each file
        if "horizon" in cache.load(path.parent, path.stem)[1]:
            path.unlink()
    assert same(book(copy), plain)
    assert [
        name for name in read if not name.endswith("Skills.csv")
    ] == []  # of that there is nothing to keep


def test_only_what_is_new_or_changed_is_parsed(folder, read):
    book(folder)
    (folder / "more.csv").write_text(OTHER, encoding="utf-8")
    assert len(book(folder).contacts) == 2
    assert read == ["interactions.csv", "more.csv"]
    (folder / "more.csv").rename(folder / "most.csv")  # where a row stands is part of what is told of it
    assert book(folder).interactions["source_ref"].tolist() == ["most.csv:2", "interactions.csv:2"]
    (folder / "most.csv").unlink()
    assert len(book(folder).contacts) == 1
    assert read[2:] == ["most.csv"]


def test_other_bytes_of_the_same_size_and_time_are_seen(folder, read):
    path = folder / "interactions.csv"
    book(folder)
    before = path.stat()
    path.write_text(OTHER, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert book(folder).contacts["name"].tolist() == ["Bob Ray"]


def test_a_file_system_with_a_coarse_clock_is_not_believed(folder, monkeypatch):
    """What was written a moment ago may be written again in the same tick, so nothing of it is kept."""
    monkeypatch.setattr(reading, "SMALL_BYTES", 0)
    path = folder / "interactions.csv"
    now = time.time_ns()
    for module in (folder_module, reading):
        monkeypatch.setattr(module, "marks", lambda _: (1, 2, 3, now, now))
    assert book(folder).contacts["name"].tolist() == ["Ana Lee"]
    assert [path.stem for path in kept(folder)] == [cache.REGISTER]
    path.write_text(OTHER, encoding="utf-8")
    assert book(folder).contacts["name"].tolist() == ["Bob Ray"]


@pytest.mark.parametrize("seconds", [-9, 9])
def test_a_clock_that_is_ahead_or_behind_does_not_hinder(folder, read, monkeypatch, seconds):
    monkeypatch.undo()
    monkeypatch.setattr(reading, "SMALL_BYTES", 0)
    then = time.time_ns() + seconds * 10**9
    for module in (folder_module, reading):
        monkeypatch.setattr(module, "marks", lambda _: (1, 2, 3, then, then))
    book(folder)
    assert len(kept(folder)) == 3  # ids, one file, the tables


def test_a_change_in_the_moment_of_reading_is_never_kept(folder, monkeypatch):
    def change(file):
        (folder / "interactions.csv").write_text(OTHER, encoding="utf-8")
        return find_reader(file)

    with monkeypatch.context() as patch:
        patch.setattr(reading, "find_reader", change)
        with pytest.raises(LoadError, match="changed while it was being read"):
            book(folder)
    assert book(folder).contacts["name"].tolist() == ["Bob Ray"]


@pytest.mark.parametrize("name", ["log.parquet", "log.zip"])
def test_a_change_between_the_first_look_and_the_second_is_never_kept(folder, monkeypatch, name):
    (folder / "interactions.csv").unlink()

    def write(text):
        if name.endswith("zip"):
            with zipfile.ZipFile(folder / "new", "w") as archive:
                archive.writestr("log.csv", text)
        else:
            pd.read_csv(io.StringIO(text)).to_parquet(folder / "new")
        (folder / "new").replace(folder / name)

    def changing(folder, walk=reading.walk):
        found = walk(folder)
        write(OTHER)
        return found

    write(ONE)
    with monkeypatch.context() as patch:
        patch.setattr(reading, "walk", changing)
        with pytest.raises(LoadError, match=f"{name}.* changed while it was being read"):
            book(folder)
    for _ in range(2):
        assert book(folder).contacts["name"].tolist() == ["Bob Ray"]


def test_other_settings_are_another_book(folder, read):
    def opened(text):
        (folder / "book.toml").write_text(text, encoding="utf-8")
        return book(folder)

    assert opened("").interactions["occurred_at"][0] == pd.Timestamp("2026-08-01", tz="UTC")
    east = opened("[time]\ntimezone = 'Asia/Tokyo'\n")
    assert same(east, book(folder, cache=False))
    read.clear()
    targets = opened(
        "[time]\ntimezone = 'Asia/Tokyo'\n[targets]\ncompanies = ['X']\n[cadence]\nfriends = 9\n"
    )
    assert targets.settings.target_companies == ("X",)
    assert same(targets, east)
    assert read == []


def test_other_code_does_not_trust_what_this_one_kept(folder, read, monkeypatch):
    book(folder)
    monkeypatch.setattr(cache, "CODE", "the next version")
    book(folder)
    assert read == ["interactions.csv"] * 2
    assert cache._code_version() == cache._code_version() != "the next version"


def test_the_tables_do_not_depend_on_the_cut_off(folder, read):
    late = book(folder)
    early = open_book(folder, as_of="2026-07-01")
    assert read == ["interactions.csv"]
    assert len(early.cannot_know) == len(late.cannot_know) + 1
    assert early.cannot_know == open_book(folder, as_of="2026-07-01", cache=False).cannot_know


def test_what_repeats_is_expanded_anew_for_another_day_only(folder, monkeypatch):
    days = []

    def repeated(file, settings):
        days.append(settings.horizon)
        return Parsed(rows_read=1, rejected=Counter({"none": 1}))

    monkeypatch.setattr(reading, "SETTLED_NS", -1)
    monkeypatch.setattr(reading, "find_reader", lambda _: Reader("daily", bool, repeated, repeats=True))
    for as_of in ("2026-11-16 08:00", "2026-11-16 21:00", "2026-11-17", "2026-11-17 00:00:01"):
        open_book(folder, as_of=as_of)
    assert [str(day)[:10] for day in days] == ["2026-11-17", "2026-11-18"]


def test_whatever_is_damaged_is_parsed_again(folder, read, caplog):
    plain = book(folder)
    caplog.set_level(logging.INFO)
    entries = {path: path.read_bytes() for path in kept(folder)}
    assert len(entries) == 3  # ids, one file, the tables
    for cut in (0, 1, 500, -500, -1):
        for path, data in entries.items():
            path.write_bytes(data[:cut])
        assert same(book(folder), plain)
    for path in entries:
        path.write_bytes(b"something else")
    read.clear()
    assert same(book(folder), plain)
    assert read == ["interactions.csv"]
    assert {path: path.read_bytes() for path in kept(folder)} == entries
    assert "a damaged file of the cache is not used" in caplog.text
    assert "Ana" not in caplog.text


def test_no_damaged_byte_changes_what_comes_back(tmp_path):
    found = pd.DataFrame({"n": range(50), "t": pd.Series(["Ana", None] * 25, dtype=schema.TEXT)})
    cache.save(tmp_path, "a" * 40, {"x": found}, {"rest": "Bob"})
    path = tmp_path / f"{'a' * 40}.zip"
    data, refused = path.read_bytes(), 0
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :])
        back = cache.load(tmp_path, "a" * 40)
        refused += back is None
        if back:
            pd.testing.assert_frame_equal(back[0]["x"], found)
            assert back[1] == {"rest": "Bob"}
    assert refused > len(data) * 0.9


def test_an_entry_under_the_name_of_another_is_not_used(folder, read):
    book(folder)
    before = {path: path.read_bytes() for path in kept(folder)}
    (folder / "interactions.csv").write_text(OTHER, encoding="utf-8")
    plain = book(folder)
    for path in set(kept(folder)) - set(before):
        for data in before.values():
            path.write_bytes(data)
            assert same(book(folder), plain)


def test_links_pipes_and_what_belongs_to_others_are_left_alone(folder, read, tmp_path_factory):
    plain = book(folder)
    entries = kept(folder)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for path in entries:
        path.rename(elsewhere / path.name)
        path.symlink_to(elsewhere / path.name)
    read.clear()
    assert same(book(folder), plain)
    assert read == ["interactions.csv"]
    for path in entries:
        path.unlink()
        os.mkfifo(path)
    assert same(book(folder), plain)  # and does not wait for ever

    (folder / ".cache").rename(elsewhere / "cache")
    before = sorted(path.name for path in (elsewhere / "cache").iterdir())
    (folder / ".cache").symlink_to(elsewhere / "cache")
    (folder / "more.csv").write_text(OTHER, encoding="utf-8")
    assert len(book(folder).contacts) == 2
    assert sorted(path.name for path in (elsewhere / "cache").iterdir()) == before

    (folder / ".cache").unlink()
    (folder / ".cache").mkdir()
    (folder / ".cache" / "of another program").touch()
    assert len(book(folder).contacts) == 2
    assert [path.name for path in (folder / ".cache").iterdir()] == ["of another program"]


def test_only_the_owner_may_look_and_git_does_not(folder):
    book(folder)
    place = folder / ".cache"
    assert place.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in place.iterdir())
    assert (place / ".gitignore").read_text().splitlines()[-1] == "*"
    for path in kept(folder):
        with zipfile.ZipFile(path) as archive:
            assert json.loads(archive.read("about.json"))["key"] == path.stem


def test_a_full_disk_and_a_read_only_book(folder, read, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    plain = book(folder, cache=False)

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert same(book(folder), plain)
        assert list((folder / ".cache").iterdir()) == []
    book(folder)
    (folder / "more.csv").write_text(OTHER, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert same(book(folder), book(folder, cache=False))
    assert "the cache cannot keep a file: OSError" in caplog.text
    assert not drafts(folder)

    def read_only(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    shutil.rmtree(folder / ".cache")
    monkeypatch.setattr(own_files, "_draft", read_only)
    assert len(book(folder).contacts) == 2
    monkeypatch.setattr(Path, "mkdir", read_only)
    assert len(book(folder).contacts) == 2


def test_a_folder_that_is_no_book_stays_as_it_is(tmp_path):
    (tmp_path / "letter.txt").write_text("Hello", encoding="utf-8")
    with pytest.raises(LoadError, match="holds no file that can be read"):
        open_book(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


OPEN = """
import sys, time
from pathlib import Path
from networkscope.book import open_book, own_files, reading
reading.SMALL_BYTES = 0
reading.SETTLED_NS = -1
write = own_files.os.fsync
def slowly(*given):
    synced.append(1)
    if len(synced) > int(sys.argv[3]):
        Path(sys.argv[1], "..", "writing").resolve().touch()
        time.sleep(float(sys.argv[2]))
    return write(*given)
synced = []
own_files.os.fsync = slowly
book = open_book(sys.argv[1], as_of="2026-11-16")
print(len(book.contacts), len(book.interactions))
"""


def opening(folder, pause, after=0):
    command = [sys.executable, "-c", OPEN, str(folder), str(pause), str(after)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("after", [0, 1])
def test_an_opening_that_is_killed_while_it_writes(folder, read, after):
    inner = folder / "book"
    inner.mkdir()
    for name in ("book.toml", "interactions.csv"):
        (folder / name).rename(inner / name)
    process = opening(inner, 60, after)
    while not (folder / "writing").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    (left,) = drafts(inner)
    assert same(book(inner), book(inner, cache=False))
    assert left.exists()  # it might be another process at work
    os.utime(left, ns=(0, 0))
    (inner / "more.csv").write_text(OTHER, encoding="utf-8")
    book(inner)
    assert not left.exists()


def test_two_openings_at_once(folder):
    processes = [opening(folder, 0.01) for _ in range(2)]
    assert [process.communicate()[0] for process in processes] == ["1 1\n"] * 2
    assert [process.returncode for process in processes] == [0, 0]
    assert same(book(folder), book(folder, cache=False))
    assert not drafts(folder)


def test_what_nobody_asks_for_is_removed(tmp_path):
    for letter in "abc":
        cache.save(tmp_path, letter * 40, {"a": pd.DataFrame({"n": range(1000)})}, {})
    (tmp_path / "mine.txt").touch()
    cache.prune(tmp_path, ["a" * 40])
    assert sorted(path.name[0] for path in tmp_path.iterdir()) == ["a", "m"]


def test_what_cannot_be_kept_exactly_is_not_kept(tmp_path):
    for odd in (
        pd.Series([object()]),
        pd.Series(["a"], dtype=object),
        pd.Series([1 + 2j]),
        pd.Series([pd.Timedelta(1)]),
        pd.Series([1, 2]).astype("category"),
        pd.Series([(1, 2)]).astype("category"),
    ):
        cache.save(tmp_path, "a" * 40, {"x": pd.DataFrame({"c": odd})}, {})
    cache.save(tmp_path, "a" * 40, {}, {"odd": {1, 2}})
    assert list(tmp_path.iterdir()) == []


def test_what_a_file_no_longer_holds_is_not_kept_either(folder, read):
    book(folder)
    (folder / "more.csv").write_text(OTHER, encoding="utf-8")
    (folder / "interactions.csv").write_text(
        ONE + ONE.splitlines()[1].replace("Ana Lee", "Eva Ng"), encoding="utf-8"
    )
    book(folder)

    def told():
        entries = [cache.load(path.parent, path.stem)[0] for path in kept(folder)]
        return b"".join(frame.to_csv().encode() for frames in entries for frame in frames.values())

    assert all(name in told() for name in (b"Ana", b"Bob", b"Eva"))
    (folder / "interactions.csv").write_text(ONE, encoding="utf-8")
    book(folder)
    assert b"Eva" not in told()
    (folder / "more.csv").unlink()
    book(folder)
    assert b"Bob" not in told()
    assert b"Ana" in told()
    (folder / ".cache" / f"{'a' * 40}.arrow").write_bytes(b"of an earlier version")
    (folder / "more.csv").write_text(OTHER, encoding="utf-8")
    book(folder)
    assert not list((folder / ".cache").glob("*.arrow"))


text = (
    st.none()
    | st.sampled_from(["", " ", "NA", "nan", "a; b", "Zoë", "\x00", "\U0001f600"])
    | st.text(max_size=5)
)
text = text.map(lambda value: value if value is None else value.encode("utf-8", "replace").decode())
words = st.text("abc", min_size=1, max_size=3)


@st.composite
def parsed(draw):
    count = draw(st.integers(0, 4))

    def column(values):
        return draw(st.lists(values, min_size=count, max_size=count))

    days = st.none() | st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01"))
    people = rows("people", count, {"name": column(text), "listed": column(st.none() | st.booleans())})
    people["raw"] = pd.Series(column(text), dtype=schema.TEXT)  # empty text and missing text are not the same
    people["connected_on"] = pd.Series(column(days), dtype=schema.DATE)
    people["small"] = np.array(column(st.integers(-9, 9)), dtype="int8")
    people["share"] = np.array(column(st.floats()), dtype="float64")
    events = rows("interactions", count, {"channel": column(st.none() | st.sampled_from(schema.CHANNELS))})
    events["occurred_at"] = pd.Series(column(days), dtype=schema.DATE).dt.tz_localize("UTC")
    events["person"] = pd.array(column(st.none() | st.integers(-(2**63), 2**63 - 1)), dtype="Int64")
    events["mood"] = pd.Categorical(
        column(st.sampled_from("ba")), ["b", "z", "a"], ordered=draw(st.booleans())
    )
    events.index = draw(st.sampled_from([events.index, events.index[::-1], events.index + 7]))
    found = Parsed(people=draw(st.sampled_from([people, None])), interactions=events)
    found.tables = draw(st.dictionaries(words, st.sampled_from([people, events]), max_size=2))
    found.rows_read = draw(st.integers(0, 9))
    found.rejected = Counter(draw(st.dictionaries(words, st.integers(0, 9), max_size=3)))
    found.notes = draw(st.lists(words, max_size=3))
    found.mapping = draw(st.dictionaries(words, words, max_size=3))
    found.owner = tuple(draw(st.lists(words, max_size=3)))
    return found


@given(parsed())
def test_every_parsed_comes_back_as_it_was(tmp_path_factory, found):
    place = tmp_path_factory.mktemp("place")
    cache.save(place, "a" * 40, *cache.to_frames(found))
    back = cache.from_frames(*cache.load(place, "a" * 40))
    frames = ["people", "interactions", "referrals"]
    for one, two in [
        *((getattr(found, name), getattr(back, name)) for name in frames),
        *((found.tables[name], back.tables[name]) for name in found.tables),
    ]:
        assert (one is None) == (two is None)
        if one is not None:
            pd.testing.assert_frame_equal(one, two, check_exact=True)
    for name in ("rows_read", "rejected", "notes", "mapping", "owner"):
        value = getattr(found, name)
        assert getattr(back, name) == value
        assert type(getattr(back, name)) is type(value)
    assert list(back.rejected) == list(found.rejected)


def test_what_comes_back_can_be_written_to(tmp_path):
    plain = {
        "n": range(4), "share": 0.5, "sure": True, "name": pd.Series([*"abcd"], dtype=schema.TEXT),
        "some": pd.array([1, None, 3, 4], dtype="Int64"), "known": pd.array([True, None] * 2, dtype="boolean"),
        "whole": pd.Categorical([*"xyxy"]), "gaps": pd.Categorical(["x", None, "y", "x"]),
        "on": pd.date_range("2026-01-01", periods=4), "at": pd.date_range("2026-01-01", periods=4, tz="UTC"),
    }  # fmt: skip
    frame = pd.DataFrame(plain)
    cache.save(tmp_path, "a" * 40, {"x": frame}, {})
    entry = (tmp_path / f"{'a' * 40}.zip").read_bytes()
    for column in frame:
        for write in (
            lambda found, value, column=column: found.loc.__setitem__((0, column), value),
            lambda found, value, column=column: found.loc.__setitem__((found["n"] == 0, column), value),
            lambda found, value, column=column: found[column].array.__setitem__(0, value),
        ):
            found = cache.load(tmp_path, "a" * 40)[0]["x"]
            write(found, frame[column].iloc[2])
    assert (tmp_path / f"{'a' * 40}.zip").read_bytes() == entry


def mbox(path, count):
    lines, quoted = [], "From here to there\n"
    for n in range(count):
        who = f"Person {n % 7} <p{n % 7}@x.example>"
        sender, to = ("Me <me@x.example>", who) if n % 3 else (who, "me@x.example")
        robot = "List-Id: <news.x.example>\n" if n % 11 == 5 else ""
        lines += [
            f"From a@b Mon Jan  1 10:00:{n % 60:02} 2024\n{robot}From: {sender}\nTo: {to}, q{n}@y.example\n",
            f"Delivered-To: me@x.example\nMessage-ID: <{n}@x.example>\nSubject: {'Re: ' * (n % 2)}Grüße {n % 5}\n",
            f"Date: Mon, 1 Jan 2024 10:{n % 60:02}:00 +0000\n\n{quoted * (n % 4)}\n",
        ]
    path.write_text("".join(lines), encoding="utf-8")
    return SourceFile(path, path.name, path.stat().st_size)


def test_progress_names_the_file_at_most_once_a_second(folder, monkeypatch):
    clock = iter(range(0, 10**6, 3))
    monkeypatch.setattr(reading.time, "monotonic", lambda: next(clock) / 10)
    for number in range(9):
        (folder / f"{number}.csv").write_text(OTHER, encoding="utf-8")
    lines = []
    book(folder, progress=lines.append)
    assert 0 < len(lines) < 9
    assert all(line.endswith(".csv: reading") for line in lines)
    every = []
    monkeypatch.setattr(reading.time, "monotonic", lambda: 0)
    book(folder, cache=False, progress=every.append)
    assert every == []


def test_a_mail_reader_needs_no_cache(tmp_path):
    file = mbox(tmp_path / "all.mbox", 5)
    assert mail.read(file, Settings()).rows_read == 5
