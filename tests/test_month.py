"""A month of a real book that grows: four scheduled weeks, one of which fails and is run again."""

import http.server
import json
import re
import threading

import pandas as pd
import pytest

from networkscope.automation.scheduled import write_due_week
from networkscope.errors import NetworkscopeError, NoticeError
from networkscope.reports.weeks import last_run, weeks_of

pytestmark = [pytest.mark.slow, pytest.mark.kernel]
HEADER = "contact,occurred_at,channel,direction,purpose,due_on,subject\n"
WEEKS = {  # what the owner notes in each week, and the Monday that follows
    "2026-11-02 07:30": ["Ana Lee,2026-10-28,call,mutual,catch_up,,Work"],
    "2026-11-09 07:30": [
        "Bo Ek,2026-11-03,call,mutual,catch_up,,Talk",
        "Bo Ek,2026-11-04,,outbound,promise,2026-11-06,Slides",
    ],
    "2026-11-16 07:30": [
        "Cy Fox,2026-11-10,meeting,mutual,advice_ask,,Teams",
        "Di Ma,2026-11-11,call,mutual,catch_up,,Move",
    ],
    "2026-11-23 07:30": ["Ana Lee,2026-11-18,call,mutual,catch_up,,News"],
}


@pytest.fixture
def told(monkeypatch):
    """A real webhook; what it was told."""
    found = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            found.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("NETWORKSCOPE_NOTIFY_URL", f"http://127.0.0.1:{server.server_port}/")
        yield found
        server.shutdown()


@pytest.fixture
def book(tmp_path):
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "book.toml").write_text("[time]\ntimezone = 'Europe/Vienna'\n")
    (folder / "interactions.csv").write_text(HEADER)
    return folder


def run(book, as_of):
    """The exit code of a scheduled run."""
    try:
        return write_due_week(book, as_of=as_of, notebooks=["weekly_report"]).exit_code
    except NoticeError:
        raise
    except NetworkscopeError as error:
        return error.exit_code


def test_four_weeks_with_a_failure_and_a_rerun(book, told):
    archive, codes = book / "reports", []
    for as_of, noted in WEEKS.items():
        with (book / "interactions.csv").open("a") as log:
            log.write("".join(f"{line}\n" for line in noted))
        if as_of.startswith("2026-11-16"):
            (book / "drafts.toml").write_text("thank_you = '{who}'\n")  # nothing fills that: the report fails
            codes.append(run(book, as_of))
            assert list(weeks_of(archive)) == ["2026-W44", "2026-W45"]
            page = (archive / "index.html").read_text(encoding="utf-8")
            assert "The last run, for 2026-W46, failed; the last good week is 2026-W45." in page
            assert last_run(archive)["exit_code"] == codes[-1]
            (book / "drafts.toml").unlink()
        codes.append(run(book, as_of))
    assert codes == [0, 0, 2, 0, 0]
    assert list(weeks_of(archive)) == ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]

    figures = pd.DataFrame({week: said["key_figures"] for week, said in weeks_of(archive).items()})
    assert figures.loc["conversation_count"].tolist() == [1, 1, 2, 1], "of each week"
    assert figures.loc["people_count"].tolist() == [1, 1, 2, 1]
    page = (archive / "index.html").read_text(encoding="utf-8")
    assert 'aria-label="Conversations by week: 1, 1, 2, 1"' in page
    assert "failed" not in page

    assert [notice["title"] for notice in told] == [
        "Your network, 2026-W44", "Your network, 2026-W45", "Your weekly report failed",
        "Your network, 2026-W46", "Your network, 2026-W47",
    ]  # fmt: skip
    assert "drafts.toml: nothing fills" in told[2]["text"]
    assert "the last good week stays" in told[2]["text"]
    assert not re.search("Ana|Bo Ek|Cy Fox|Di Ma", json.dumps(told)), (
        "counts alone, unless the owner wants names"
    )
    assert (archive / "log.txt").read_text(encoding="utf-8").count("weekly reports as of") == 5

    before = weeks_of(archive)["2026-W44"]["key_figures"]
    assert run(book, "2026-11-02 07:30") == 0
    assert weeks_of(archive)["2026-W44"]["key_figures"] == before, "what came later is not in it"
    assert "Cy Fox" not in (archive / "2026-W44" / "weekly_report.html").read_text(encoding="utf-8")
    assert list(weeks_of(archive)) == ["2026-W44", "2026-W45", "2026-W46", "2026-W47"]


def test_a_notice_that_is_not_taken_leaves_the_week(book, monkeypatch):
    monkeypatch.setenv("NETWORKSCOPE_NOTIFY_URL", "http://127.0.0.1:1/")
    with pytest.raises(NoticeError, match="refused it"):
        run(book, "2026-11-02 07:30")
    assert list(weeks_of(book / "reports")) == ["2026-W44"]
