"""What may leave the machine: nothing that a level forbids, in no channel, and all else as on the private page."""

import base64
import gc
import gzip
import json
import pickle
import re
import shutil
import stat
import zlib
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import networkscope as ns
from networkscope.cli import main as cli
from networkscope.errors import LoadError, ParameterError, ReportError
from networkscope.measures.registry import MEASURES
from networkscope.reports.html import own_scripts
from networkscope.reports.weekly import report, weekly
from networkscope.sharing import levels
from networkscope.sharing.copy import unmask
from networkscope.sharing.decode import read_page
from networkscope.sharing.groups import COARSER, group_people, suppress
from networkscope.sharing.pseudonyms import ShareKey, read_key
from networkscope.sharing.verify import Search

AS_OF = "2026-11-18"  # a Wednesday
FIRST = ("Zorvane", "Quillan", "Brevik", "Ostrya", "Maluk", "Tamsin", "Yorath", "Fenwik", "Hadeon", "Ilvara")
LAST = (
    "Quexley",
    "Drummle",
    "Voxberg",
    "Pelhurst",
    "Kradnik",
    "Wyndrow",
    "Sablefen",
    "Murkwell",
    "Tolbrand",
    "Uxbarrow",
)
CIRCLES = ("alumni",) * 4 + ("choir",) * 4 + ("squash",) * 2
SECRETS = {  # where each was planted
    "coach": ("Qzaddress", "Qzprofile", "Qzsubject", "Qznote", "Qztag", "Qzphrase", "Qzfile", "Qzopening", "Qzdraft",
              "Qzowner", "7700900"),
    "public": ("Qzcompany", "Qztitle", "Qzplace", "Qzalias", "Qztarget", "Qzemployer", *FIRST, *LAST),
    "counts": ("squash", "choir", "alumni"),
}  # fmt: skip


def forbidden_at(level):
    return [
        secret
        for name in ("coach", "public", "counts")[: levels.LEVELS.index(level)]
        for secret in SECRETS[name]
    ]


def make_book(folder, first=FIRST, last=LAST):
    """Ten people with something of everything, and a secret word in every field that holds text."""
    (folder / "exports").mkdir(parents=True)
    people, log, names = [], [], []
    for number, (one, other) in enumerate(zip(first, last, strict=True)):
        name = f"{one} {other}"
        company = f"Qzcompany Works {number % 2}"
        people.append({
            "name": name, "email": f"qzaddress{number}@qzcompany{number % 2}.example",
            "phone": f"+43 1 7700900{number:02}", "profile": f"https://www.linkedin.com/in/qzprofile-{number}",
            "company": company, "title": "Qztitle Manager",
            "circle": CIRCLES[number], "location": f"Qzplace {number}, Austria", "notes": f"Qznote likes bees {number}",
            "tags": f"Qztag{number}",
        })  # fmt: skip
        for day, (channel, direction, purpose) in enumerate((
            ("email", "outbound", "advice_ask"), ("email", "inbound", "reply"), ("call", "mutual", "advice_ask"),
            ("email", "inbound", "unknown"), ("meeting", "mutual", "catch_up"),
        )):  # fmt: skip
            when = pd.Timestamp("2026-09-01 10:00") + pd.Timedelta(days=day * (3 + number) + number)
            log.append({
                "contact": name, "occurred_at": f"{when:%Y-%m-%d %H:%M}", "channel": channel, "direction": direction,
                "purpose": purpose, "subject": f"Qzsubject of letter {number}", "notes": "Qznote said something",
            })  # fmt: skip
        if number:
            names.append({"referrer": f"{first[0]} {last[0]}", "referred": name, "kind": "person",
                          "opening": "Qzopening lead", "given_on": f"2026-09-{number + 1:02}",
                          "outcome": "open"})  # fmt: skip
    log.append({"contact": f"{first[3]} {last[3]}", "occurred_at": "2026-11-10 10:00", "channel": "email",
                "direction": "outbound", "purpose": "promise", "due_on": "2026-11-17",
                "subject": "Qzsubject promise"})  # fmt: skip
    pd.DataFrame(people).to_csv(folder / "contacts.csv", index=False)
    pd.DataFrame(log).to_csv(folder / "interactions.csv", index=False)
    pd.DataFrame(names).to_csv(folder / "referrals.csv", index=False)
    mail = (
        f"From: {first[1]} {last[1]} <qzaddress1@qzcompany1.example>\nTo: qzowner@home.example\n"
        "Subject: Qzsubject of a mail\nDate: Mon, 09 Nov 2026 10:00:00 +0100\nMessage-ID: <a@b>\n\n"
        "Could you send me your Qzphrase plan by Friday?\n"
    )
    (folder / "exports" / "Qzfile.eml").write_text(mail)
    (folder / "aliases.csv").write_text(f"a,b,decision\nQzalias Person,{first[2]} {last[2]},same\n")
    (folder / "drafts.toml").write_text('thank_you = "Qzdraft {first}"\n')
    (folder / "book.toml").write_text(
        '[owner]\nname = "Qzowner Person"\nemails = ["qzowner@home.example"]\n[time]\ntimezone = "Europe/Vienna"\n'
        '[targets]\ncompanies = ["Qztarget Labs", "Qzcompany Works 1"]\n'
        '[[employers]]\nname = "Qzemployer"\ndomains = ["qzemployer.example"]\nfrom = 2020-01-01\nuntil = 2027-03-31\n'
        "[search]\nfrom = 2026-08-01\nsecret = false\n"
    )
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_book(tmp_path_factory.mktemp("shared") / "book")


@pytest.fixture(scope="module")
def now(folder):
    return ns.open_book(folder, as_of=AS_OF).at()


@pytest.fixture(scope="module")
def results(now):
    """By level: the shared snapshot, and all that it gives."""
    copies = {level: now if level == "private" else now.redact(level) for level in levels.LEVELS}
    return {level: (copy, dict(every_result(copy))) for level, copy in copies.items()}


def every_result(now):
    """What each measure and judgement gives, with its default options."""
    for name in ns.__all__:
        getattr(ns, name)
    companies, graph = list(now.settings.target_companies), ns.alter_graph(now)
    given = {"target_coverage": (companies,), "know_anyone": (companies,), "closing_curve": ("thank_you",)}
    given |= {"communities": (graph,), "ego_graph": (graph,), "warm_paths": (graph, companies)}
    given["community_table"] = (ns.communities(now, graph),)
    for name, function in MEASURES.items():
        yield name, function(now, *given.get(name, ()))
    for by in ("circle", "seniority", "domain", "organization"):
        yield f"circle_coverage by {by}", ns.circle_coverage(now, by)
    yield "referral_yield by circle", ns.referral_yield(now, "circle")
    for function in (ns.standing, ns.people_roles, ns.chosen_moves, ns.next_moves):
        yield function.__name__, function(now)
    yield "changes", ns.changes(now, now.at("2026-11-09"))


def texts_in(value):
    """Every text in a result, wherever it is."""
    if isinstance(value, pd.DataFrame):
        yield from (str(cell) for name in value for cell in value[name].dropna())
        yield from (str(name) for name in [*value.columns, *value.index])
    elif hasattr(value, "nodes"):
        yield str([*value.nodes(data=True), *value.edges(data=True), value.graph])
    else:
        yield str(value)


# What is taken away


@pytest.mark.parametrize("level", ["coach", "public", "counts"])
def test_no_table_and_no_result_holds_what_the_level_forbids(results, level):
    shared, found = results[level]
    tables = {name: value for name, value in vars(shared).items() if isinstance(value, pd.DataFrame)}
    assert len(found) > 40
    leaks = {
        (name, secret)
        for name, value in (found | tables | {"settings": shared.settings}).items()
        for text in texts_in(value)
        for secret in forbidden_at(level)
        if secret.casefold() in text.casefold() and not (level == "counts" and secret in SECRETS["counts"])
    }
    assert leaks == set()
    whole = pickle.dumps(shared).decode("latin-1").casefold()
    assert [
        secret
        for secret in forbidden_at("public" if level == "counts" else level)
        if secret.casefold() in whole
    ] == []


def test_the_secrets_are_in_the_private_results(results):
    now, found = results["private"]
    said = " ".join(text for value in found.values() for text in texts_in(value)).casefold()
    said += " ".join(texts_in(now.contacts)).casefold() + " ".join(texts_in(now.interactions)).casefold()
    missing = {secret for secret in (*SECRETS["coach"], *SECRETS["public"]) if secret.casefold() not in said}
    assert missing <= {"Qzphrase", "Qzalias", "Qzowner", "Qzdraft"}


def test_a_copy_that_was_sent_answers_what_was_asked_before_and_nothing_else(now):
    shared = now.redact("public")
    before = ns.dormant_contacts(shared)
    sent = pickle.loads(pickle.dumps(shared))  # noqa: S301
    pd.testing.assert_frame_equal(ns.dormant_contacts(sent), before)
    with pytest.raises(ParameterError, match="was not asked before"):
        ns.dormant_contacts(sent, half_life_days=30)


# What stays


def test_at_coach_every_number_state_and_day_is_that_of_the_private_page(results):
    private = results["private"][1]
    compared = 0
    for name, shared in results["coach"][1].items():
        whole = private[name]
        if not isinstance(whole, pd.DataFrame):
            continue
        for column in whole:
            is_text = whole[column].dtype in ("object", "str") and column not in levels.VOCABULARY
            if not is_text:
                same_index = whole.index.name not in levels.PEOPLE
                pd.testing.assert_series_equal(
                    shared[column], whole[column], obj=f"{name}.{column}", check_index=same_index
                )
                compared += 1
        assert list(shared.columns) == list(whole.columns)
    assert compared > 300


def test_at_public_every_count_that_is_shown_is_that_of_the_private_page(results, folder, now):
    private = results["private"][1]
    people = read_key(folder).pseudonyms("person", now.contacts["contact_id"])
    compared = 0
    for name, shared in results["public"][1].items():
        whole = private[name]
        if not isinstance(whole, pd.DataFrame) or not len(whole):
            continue
        is_group = set(whole) & set(levels.GROUPS) and set(levels.PEOPLE).isdisjoint(whole)
        if is_group:
            key = next(column for column in levels.GROUPS if column in whole)
            if key not in ("circle", "seniority"):
                continue  # companies and domains have letters
            whole, shared = (frame.dropna(subset=key).set_index(key) for frame in (whole, shared))
            both = [row for row in shared.index if row in whole.index]
            whole, shared = whole.loc[both], shared.loc[both]
        elif "contact_id" in whole and whole["contact_id"].is_unique:
            whole = whole.assign(contact_id=whole["contact_id"].map(people)).set_index("contact_id")
            shared = shared.set_index("contact_id").loc[whole.index]
        for column in [c for c in whole if str(c).endswith("_count")]:
            visible = shared[column].notna()
            assert shared.loc[visible, column].tolist() == whole.loc[visible, column].tolist(), (name, column)
            compared += int(visible.sum())
        if "state" in whole and not is_group:
            assert sorted(map(str, shared["state"])) == sorted(map(str, whole["state"]))
    assert compared > 300


def test_two_books_that_differ_in_names_alone_are_the_same_in_public(tmp_path, folder, results):
    """With one key: row by row, so that no order tells a name, and no list is cut at another person."""
    other = make_book(tmp_path / "other", first=tuple(f"Other{name}" for name in FIRST), last=LAST[::-1])
    (other / ".networkscope").mkdir(exist_ok=True)
    shutil.copy(folder / ".networkscope" / "share.json", other / ".networkscope")
    shared = ns.open_book(other, as_of=AS_OF).at().redact("public")
    pd.testing.assert_frame_equal(results["public"][0].contacts, shared.contacts)
    both = [results["public"][1], dict(every_result(shared))]
    for name, one in both[0].items():
        if isinstance(one, pd.DataFrame):
            marks = ("referral_id", "gap_id", "flag_id", "move_key", "event_id")
            plain = [column for column in one if column not in marks]
            pd.testing.assert_frame_equal(one[plain], both[1][name][plain], obj=name)


# Days


@pytest.mark.parametrize("level", ["public", "counts"])
def test_no_day_can_be_worked_out(results, level):
    shared, found = results[level]
    assert shared.as_of.tz_convert("Europe/Vienna") == pd.Timestamp("2026-11-16", tz="Europe/Vienna")
    monday = shared.today
    for name, value in found.items():
        if not isinstance(value, pd.DataFrame):
            continue
        for column, values in value.items():
            if values.dtype.kind == "M":
                local = values.dropna()
                local = local.dt.tz_convert("Europe/Vienna") if local.dt.tz is not None else local
                assert set(local.dt.day_of_week) <= {0}, (name, column)
                assert set(local.dt.hour) <= {0}, (name, column)
            elif (
                levels.is_duration(str(column)) and values.dtype.kind in "if" and column != "late_after_days"
            ):
                assert (values.dropna() % 7 == 0).all(), (name, column)
    ties = ns.dormant_contacts(shared)
    known = ties["last_touch_on"].notna()
    assert ((monday - ties["last_touch_on"]).dt.days[known] == ties["days_silent"][known]).all()


def test_a_number_of_one_person_is_rounded_so_that_it_tells_no_day(now):
    ties = ns.dormant_contacts(now.redact("public"))
    assert (ties["strength"].dropna() * 10 % 1).round(6).isin([0, 1]).all()


# Groups


@given(
    st.lists(
        st.tuples(*(st.sampled_from(("", "a", "b", "c", "d")) for _ in range(4))), min_size=1, max_size=40
    ),
    st.integers(2, 5),
)
def test_every_combination_that_is_shown_is_shared_by_enough_people(rows, least):
    cells = pd.DataFrame(rows, columns=["circle", "organization", "location", "title"]).replace("", None)
    cells["location"] = "x, " + cells["location"]
    cells["title"] = cells["title"].map({"a": "Director", "b": "Manager", "c": "Senior Nurse", "d": "Intern"})
    contacts = cells.assign(
        contact_id=[str(n) for n in range(len(cells))], emails=None, seniority=None
    ).astype("str")
    shown = group_people(contacts, ShareKey(b"k" * 32), least).people
    sizes = shown.groupby(list(COARSER)).size()
    assert (sizes >= least).all() or len(sizes) == 1
    for column in COARSER:
        assert shown[column].value_counts().min() >= least or shown[column].nunique() == 1


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8), st.integers(2, 5))
def test_no_suppressed_count_follows_from_the_total(counts, least):
    frame = pd.DataFrame({"circle": [str(n) for n in range(len(counts))], "met_count": counts})
    shown = suppress(frame, least)["met_count"]
    small = [0 < count < least for count in counts]
    assert all(pd.isna(shown[place]) for place, is_small in enumerate(small) if is_small)
    hidden = shown.isna()
    if any(small):
        assert hidden.sum() >= 2 or len(counts) == 1
    else:
        assert not hidden.any()
    assert all(shown[place] == counts[place] for place in range(len(counts)) if not hidden[place])


def test_a_group_that_was_too_small_once_is_never_named_later():
    key = ShareKey(b"k" * 32)
    people = pd.DataFrame({"contact_id": [str(n) for n in range(8)], "circle": ["a"] * 6 + ["b"] * 2})
    empty = dict.fromkeys(("organization", "location", "title", "seniority", "emails"))
    first = people.assign(**empty).astype("str")
    assert "b" not in set(group_people(first, key, 3).people["circle"])
    later = pd.concat([people, pd.DataFrame({"contact_id": ["8"], "circle": ["b"]})], ignore_index=True)
    shown = group_people(later.assign(**empty).astype("str"), key, 3)
    assert shown.names["circle"]["b"] == "other"
    assert (
        group_people(later.assign(**empty).astype("str"), ShareKey(b"k" * 32), 3).names["circle"]["b"] == "b"
    )


def test_a_group_that_shrinks_takes_another_with_it_so_that_no_difference_tells_its_size():
    key = ShareKey(b"k" * 32)
    circles = ["a"] * 9 + ["b"] * 3 + ["c"] * 5 + ["d"] * 4 + ["e"] * 2 + ["f"]
    people = pd.DataFrame({"contact_id": [str(n) for n in range(len(circles))], "circle": circles})
    empty = dict.fromkeys(("organization", "location", "title", "seniority", "emails"))
    first = group_people(people.assign(**empty).astype("str"), key, 3).names["circle"]
    assert [first[circle] for circle in "abcdef"] == ["a", "b", "c", "d", "other", "other"]
    people.loc[people["circle"].eq("b").idxmax(), "circle"] = "a"  # two are left in b
    later = group_people(people.assign(**empty).astype("str"), key, 3).names["circle"]
    assert [later[circle] for circle in "abcdef"] == ["a", "other", "c", "other", "other", "other"]
    again = group_people(people.assign(**empty).astype("str"), key, 3).names["circle"]
    assert again == later  # and that stays so


# Keys and pseudonyms


def test_a_person_has_the_same_pseudonym_every_week_and_only_the_owner_learns_who(tmp_path):
    folder = make_book(tmp_path / "book")
    book = ns.open_book(folder, as_of=AS_OF)
    one, two = (ns.open_book(folder, as_of=day).at().redact("public") for day in (AS_OF, "2026-11-25"))
    assert one.contacts["name"].tolist() == two.contacts["name"].tolist()
    path = folder / ".networkscope" / "share.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pseudonym = one.contacts["name"].iat[0]
    known = {
        name: who for who, name in read_key(folder).pseudonyms("person", book.contacts["contact_id"]).items()
    }
    assert unmask(book, pseudonym) == known[pseudonym]
    assert unmask(book, pseudonym.removeprefix("Person ").lower()) == known[pseudonym]
    with pytest.raises(ParameterError, match="nobody in this book has the pseudonym"):
        unmask(book, "Person AAAAAA")
    path.write_text("{}")
    with pytest.raises(LoadError, match="is no key of shared pages"):
        book.at().redact("public")
    path.unlink()
    for action in (lambda: unmask(book, pseudonym), lambda: book.at().redact("public")):
        with pytest.raises(
            LoadError, match=r"is lost: bring back a copy of .*, or delete .*shared_before.txt"
        ):
            action()
    (folder / ".networkscope" / "shared_before.txt").unlink()
    with pytest.raises(LoadError, match="nothing was shared from it, or its key was lost"):
        unmask(book, pseudonym)
    assert book.at().redact("public").contacts["name"].tolist() != one.contacts["name"].tolist()


def test_an_unknown_level_is_named_with_the_nearest(now):
    with pytest.raises(ParameterError, match=r"no share level 'couch'.*coach"):
        now.redact("couch")
    with pytest.raises(ParameterError, match="redacts nothing"):
        now.redact("private")


def test_whom_the_owner_never_shares_is_in_no_count(tmp_path):
    folder = make_book(tmp_path / "book")
    settings = (folder / "book.toml").read_text()
    (folder / "book.toml").write_text(settings + f'[share]\nnever = ["{FIRST[5]} {LAST[5]}", "squash"]\n')
    book = ns.open_book(folder, as_of=AS_OF)
    shared = book.at().redact("coach")
    assert len(shared.contacts) == len(book.contacts) - 3
    said = " ".join(text for _, value in every_result(shared) for text in texts_in(value))
    assert not re.search(f"{FIRST[5]}|{LAST[5]}|squash|{FIRST[9]}", said)
    (folder / "book.toml").write_text(settings + '[share]\nnever = ["Somebody Else"]\n')
    with pytest.raises(LoadError, match="never: nobody and no circle is called 'Somebody Else'"):
        ns.open_book(folder, as_of=AS_OF).at().redact("coach")


# Pages


@pytest.fixture(scope="module")
def pages(folder, tmp_path_factory):
    """Two pages at every level, and all that was printed meanwhile."""
    out, said = tmp_path_factory.mktemp("pages"), []
    for level in levels.LEVELS:
        two = ["weekly_report", "dormant_contacts"]
        result = weekly(folder, as_of=AS_OF, output=out, notebooks=two, share=level, progress=said.append)
        assert not result.failures, result.failures
    return out, "\n".join(said)


@pytest.mark.slow
@pytest.mark.parametrize("level", ["coach", "public", "counts"])
def test_no_page_of_the_whole_set_holds_what_its_level_forbids(folder, tmp_path, level):
    result = weekly(folder, as_of=AS_OF, output=tmp_path, share=level)
    assert not result.failures, result.failures
    search((tmp_path, ""), folder, level)


@pytest.mark.parametrize("level", ["coach", "public", "counts"])
def test_no_shared_page_holds_what_its_level_forbids(pages, folder, level):
    search(pages, folder, level)


def search(pages, folder, level):
    out, _ = pages
    found = sorted(out.glob(f"*.{level}.html"))
    assert len(found) >= 3
    whole = Search(ns.open_book(folder, as_of=AS_OF), own_scripts())
    for page in found:
        said_level, said = read_page(page.read_text(encoding="utf-8"))
        assert said_level == level
        everything = "\n".join(piece.text for piece in said).casefold()
        assert [
            s for s in forbidden_at(level) if re.search(rf"(?<!\w){re.escape(s.casefold())}", everything)
        ] == [], page.name
        assert whole.page(page) == []


def test_the_private_pages_hold_the_secrets_and_say_that_they_are_private(pages, folder):
    out, said = pages
    text = "".join(
        page.read_text(encoding="utf-8") for page in out.glob("*[a-z].html") if page.name.count(".") == 1
    )
    assert FIRST[3] in text
    assert "Private: this page names people" in text
    with pytest.raises(ParameterError, match="is no shared page"):
        Search(ns.open_book(folder, as_of=AS_OF)).page(out / "weekly_report.html")
    assert not [secret for secret in forbidden_at("counts") if secret in said], "the terminal names nobody"
    assert "share level coach: 10 people can be named" in said


def test_a_shared_page_says_what_was_removed(pages):
    out, _ = pages
    for level in ("coach", "public", "counts"):
        page = (out / f"weekly_report.{level}.html").read_text(encoding="utf-8")
        assert f"Shared, level “{level}”" in page
        assert f'<meta name="share" content="{level}">' in page
        assert f'href="index.{level}.html"' in page
    assert "15 people" not in (out / "index.counts.html").read_text()


def test_a_kernel_of_a_shared_run_never_holds_what_was_removed(tmp_path, folder):
    looks = (
        "import gc, sys, networkscope as ns\n"
        "network = ns.open_book(book, as_of=as_of)\n"
        "now = network.at()\n"
        "ns.standing(now); ns.followups(now); ns.dormant_contacts(now)\n"
        "held = ' '.join(str(x) for x in gc.get_objects() "
        "if isinstance(x, (list, tuple, dict, set)) and len(x) < 5000)\n"
        "import pandas as pd\n"
        "frames = [x for x in gc.get_objects() if isinstance(x, (pd.DataFrame, pd.Series))]\n"
        "held += ' '.join(x.to_csv() for x in frames)\n"
        "words = ('Qz' + 'address', 'Zor' + 'vane', 'Qz' + 'note', 'Qz' + 'company')\n"
        "print('frames', len(frames), 'held', [w for w in words if w in held])\n"
    )
    cells = [nbformat.v4.new_code_cell('book: str = ""\nas_of: str = ""', metadata={"tags": ["parameters"]}),
             nbformat.v4.new_markdown_cell("# Look"), nbformat.v4.new_code_cell(looks)]  # fmt: skip
    notebook = tmp_path / "look.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    page = report(notebook, folder, as_of=AS_OF, output=tmp_path / "out", share="public")
    printed = re.search(r"frames (\d+) held (\[[^\]]*\])", page.read_text())
    assert int(printed[1]) > 3
    assert printed[2] == "[]"


def test_what_a_notebook_shows_against_the_rules_is_not_written(tmp_path, folder):
    cells = [nbformat.v4.new_code_cell('book: str = ""\nas_of: str = ""', metadata={"tags": ["parameters"]}),
             nbformat.v4.new_markdown_cell(f"# Look\n\n{FIRST[2]} {LAST[2]} is named here.")]  # fmt: skip
    notebook = tmp_path / "look.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)
    with pytest.raises(ReportError, match="would hold what level public forbids") as error:
        report(notebook, folder, as_of=AS_OF, output=tmp_path / "out", share="public")
    assert FIRST[2] not in str(error.value)  # which a coach of many may see
    assert f"look.public.html: a name in the text: “{FIRST[2]} {LAST[2]}”" in "\n".join(error.value.details)
    assert "write that note, subject" in error.value.details[-1]
    assert [path.name for path in (tmp_path / "out").rglob("*")] == []


def test_text_parameters_are_refused_where_nobody_is_named(tmp_path, folder):
    with pytest.raises(
        ParameterError, match="parameter 'companies' is text, which a public page may not be given"
    ):
        report("target_companies", folder, parameters={"companies": "Acme"}, output=tmp_path, share="public")


# The search of a page is itself searched


def channels(secret):
    """The same text in each place where a page could hide it."""
    packed, drawn = secret.encode(), f"<svg><text>{secret}</text></svg>"
    png = (
        b"\x89PNG\r\n\x1a\n" + len(packed + b"Title\0").to_bytes(4) + b"tEXt" + b"Title\0" + packed + b"crc!"
    )
    return {
        "text": f"<p>{secret}</p>",
        "cell": f"<table><tr><td>{secret}</td></tr></table>",
        "cell in parts": f"<table><tr><td>{secret.replace(' ', ' <b>', 1)}</b></td></tr></table>",
        "attribute": f'<img alt="{secret}">',
        "comment": f"<!-- {secret} -->",
        "entities": "<p>" + "".join(f"&#{ord(letter)};" for letter in secret) + "</p>",
        "percent": '<a href="mailto:x?body=' + "".join(f"%{byte:02x}" for byte in packed) + '">x</a>',
        "json": f'<script type="application/json">{json.dumps({"a": [secret]})}</script>',
        "json key": f'<script type="application/json">{json.dumps({secret: 1})}</script>',
        "escapes": '<script type="application/json">["' + "".join(f"\\u{ord(c):04x}" for c in secret) + '"]</script>',
        "script": f"<script>var a = '{secret}'</script>",
        "base64": f'<img src="data:text/plain;base64,{base64.b64encode(packed).decode()}">',
        "gzip": f'<script type="text/plain">{base64.b64encode(gzip.compress(packed)).decode()}</script>',
        "zlib": f'<script type="text/plain">{base64.b64encode(zlib.compress(packed)).decode()}</script>',
        "twice": f'<i title="{base64.b64encode(base64.b64encode(packed)).decode()}"></i>',
        "png": f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}">',
        "svg": f'<img src="data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}">',
        "svg text": drawn,
    }  # fmt: skip


@pytest.mark.parametrize("channel", channels("a b"))
@pytest.mark.parametrize(
    ("level", "secret", "what"),
    [("public", f"{FIRST[1]} {LAST[1]}", "a name"), ("coach", "qzaddress4@qzcompany0.example", "an address"),
     ("public", "Qzcompany Works 1", "a company"), ("coach", "Qznote likes bees 3", "a note")],
)  # fmt: skip
def test_what_gets_through_in_any_channel_is_found(tmp_path, folder, channel, level, secret, what):
    page = tmp_path / "page.html"
    page.write_text(f'<meta name="share" content="{level}">{channels(secret)[channel]}', encoding="utf-8")
    assert what in {hit.what for hit in Search(ns.open_book(folder, as_of=AS_OF)).page(page)}


def test_what_our_own_pages_say_is_no_find(tmp_path, folder):
    copy = tmp_path / "book"
    shutil.copytree(folder, copy)
    with (copy / "contacts.csv").open("a") as file:
        file.write("Abel Zorn,abel@z.example,,,,Manager,,,,\n")
    with (copy / "interactions.csv").open("a") as file:
        file.write("Abel Zorn,2026-10-01 10:00,email,outbound,social,Abel Zorn gave me your name,\n")
    book, page = ns.open_book(copy, as_of=AS_OF), tmp_path / "page.html"
    page.write_text('<meta name="share" content="coach"><p>Abel Zorn gave me your name</p>')
    assert Search(book).page(page) == []
    page.write_text('<meta name="share" content="public"><td>manager</td>')
    assert Search(book).page(page) == []


def test_a_phone_number_and_a_day_are_found(tmp_path, folder):
    page, book = tmp_path / "page.html", ns.open_book(folder, as_of=AS_OF)
    page.write_text(
        '<meta name="share" content="public"><p>0043 (1) 77 00 90 004, on 3 Nov 2026 or 2026-11-02</p>'
    )
    assert {(hit.what, hit.text) for hit in Search(book).page(page)} == {
        ("a phone number", "0043 (1) 77 00 90 004"), ("a day", "3 Nov 2026"),
    }  # fmt: skip


def test_people_called_like_words_are_hits_in_data_alone(tmp_path, folder):
    copy = tmp_path / "book"
    shutil.copytree(folder, copy)
    with (copy / "contacts.csv").open("a") as file:
        file.write("Mark,mark@m.example,,,,,,,,\nRumo,rumo@r.example,,,,,,,,\n")
    book, page = ns.open_book(copy, as_of=AS_OF), tmp_path / "page.html"
    page.write_text(
        '<meta name="share" content="public"><p>Rumo and Mark as words.</p><td>Mark my words</td>'
    )
    assert [hit.text for hit in Search(book).page(page)] == []
    page.write_text('<meta name="share" content="public"><td>Rumo went</td>')
    assert [hit.text for hit in Search(book).page(page)] == ["Rumo"]


# Forget


def test_somebody_forgotten_is_nowhere_and_stays_out(tmp_path):
    folder = make_book(tmp_path / "book")
    gone, other = f"{FIRST[4]} {LAST[4]}", f"{FIRST[6]} {LAST[6]}"
    log = pd.read_csv(folder / "interactions.csv")
    log.loc[len(log)] = {"contact": f"{gone}; {other}", "occurred_at": "2026-10-01 10:00", "channel": "meeting",
                         "direction": "mutual", "purpose": "social"}  # fmt: skip
    log.to_csv(folder / "interactions.csv", index=False)
    mail = folder / "exports" / "two.eml"
    first = (
        (folder / "exports" / "Qzfile.eml")
        .read_text()
        .replace("qzaddress1@qzcompany1", "qzaddress4@qzcompany0")
    )
    mail.write_text(first.replace(f"{FIRST[1]} {LAST[1]}", gone))
    runner = CliRunner()
    assert runner.invoke(cli.main, ["never", str(folder), gone]).exit_code == 0
    weekly(folder, as_of=AS_OF, output=folder / "reports", notebooks=["dormant_contacts"], share="coach")
    assert gone in (folder / "reports" / "dormant_contacts.coach.html").read_text()
    before = ns.open_book(folder, as_of=AS_OF)

    done = runner.invoke(cli.main, ["forget", str(folder), gone, "--yes"])
    assert done.exit_code == 0, done.output
    assert "contacts.csv: 1 line taken out" in done.stdout
    assert "dormant_contacts.coach.html: deleted" in done.stdout
    assert "exports/two.eml" in done.stderr

    after = ns.open_book(folder, as_of=AS_OF)
    assert len(after.contacts) == len(before.contacts) - 1
    assert gone not in set(after.contacts["name"])
    kept = [path for path in folder.rglob("*") if path.is_file() and path != mail]
    assert [path.name for path in kept if FIRST[4].encode() in path.read_bytes()] == []
    assert other in pd.read_csv(folder / "interactions.csv")["contact"].tolist()
    line = after.summary.set_index("file").loc["exports"]  # the folder of both mails
    assert line["rejected"] == 1
    assert "asked to forget" in line["reasons"]
    assert (after.summary["rows_read"] == after.summary[["kept", "merged", "rejected"]].sum(axis=1)).all()
    back = pd.DataFrame([{"name": gone, "email": "qzaddress4@qzcompany0.example"}])
    back.to_csv(folder / "exports" / "again.csv", index=False)
    assert gone not in set(ns.open_book(folder, as_of=AS_OF).contacts["name"])


def test_a_namesake_is_not_forgotten_with_somebody(tmp_path):
    folder = make_book(tmp_path / "book")
    with (folder / "contacts.csv").open("a") as file:
        file.write(f"{FIRST[4]} {LAST[4]},namesake@n.example,,,,,,,,\n")
    done = CliRunner().invoke(cli.main, ["forget", str(folder), "namesake@n.example", "--yes"])
    assert done.exit_code == 0, done.output
    names = ns.open_book(folder, as_of=AS_OF).contacts["name"].tolist()
    assert names.count(f"{FIRST[4]} {LAST[4]}") == 1


def test_without_a_yes_nobody_is_forgotten(tmp_path):
    folder = make_book(tmp_path / "book")
    done = CliRunner().invoke(cli.main, ["forget", str(folder), f"{FIRST[4]} {LAST[4]}"], input="n\n")
    assert done.exit_code == 1
    assert not (folder / ".networkscope" / "forgotten.json").exists()


def test_a_damaged_list_of_the_forgotten_stops_reading(tmp_path):
    folder = make_book(tmp_path / "book")
    (folder / ".networkscope").mkdir()
    (folder / ".networkscope" / "forgotten.json").write_text("[]")
    with pytest.raises(LoadError, match=r"forgotten.json cannot be read, and so not who is to be kept out"):
        ns.open_book(folder, as_of=AS_OF)


def test_the_commands(tmp_path, folder, pages):
    out, _ = pages
    runner = CliRunner()
    done = runner.invoke(cli.main, ["verify", str(out / "weekly_report.public.html"), str(folder)])
    assert (done.exit_code, done.stdout) == (0, "nothing found\n")
    done = runner.invoke(
        cli.main, ["verify", str(out / "dormant_contacts.coach.html"), str(folder), "--share", "public"]
    )
    assert done.exit_code == 1
    assert "a name in " in done.stdout
    copy = shutil.copytree(folder, tmp_path / "copy")
    someone = ns.open_book(folder).at().redact("public").contacts["name"].iat[0]
    done = runner.invoke(cli.main, ["unmask", str(folder), someone])
    assert any(name in done.stdout for name in FIRST)
    remark = ["log", str(copy), someone, "--channel", "call", "--note", "the coach says so"]
    done = runner.invoke(cli.main, remark)
    assert done.exit_code == 0, done.output
    assert any(f"{one} {other}" in (copy / "interactions.csv").read_text().splitlines()[-1]
               for one, other in zip(FIRST, LAST, strict=True))  # fmt: skip
    done = runner.invoke(cli.main, ["weekly", str(folder), "--share", "couch", "-o", str(tmp_path)])
    assert done.exit_code == 2
    assert "no share level 'couch'" in done.stderr
    gc.collect()
    assert read_key(folder).secret
    assert Path(folder / ".networkscope").is_dir()
