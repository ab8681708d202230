"""JupyterLab itself: open a notebook from the notebooks folder, run all of it, see the chart."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOKEN = "only-for-this-test"
pytestmark = pytest.mark.browser


@pytest.fixture
def lab(tmp_path):
    """A server on loopback over a copy of the notebooks, with the news popup off."""
    pytest.importorskip("jupyterlab")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copytree(ROOT / "data" / "sample", tmp_path / "data" / "sample")
    settings = tmp_path / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false"}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        name: str(tmp_path / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR")
    }
    environment = {
        **os.environ,
        **folders,
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces"),
    }
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--expose-app-in-browser",
    ]
    command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={tmp_path}"]
    server = subprocess.Popen(
        [*command, f"--IdentityProvider.token={TOKEN}"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2)  # noqa: S310
                break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail("JupyterLab did not start")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.mark.slow
def test_a_notebook_runs_by_hand_without_an_edit(lab, chromium):
    page = chromium.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{lab}/lab/tree/notebooks/weekly_report.ipynb?token={TOKEN}&reset")
    page.wait_for_function(
        "document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')", timeout=90_000
    )
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    notebook = json.loads((ROOT / "notebooks" / "weekly_report.ipynb").read_text(encoding="utf-8"))
    count = sum(cell["cell_type"] == "code" for cell in notebook["cells"])
    # JupyterLab keeps only the cells near the screen in the page, so the notebook's own model is asked.
    page.wait_for_function(
        """count => {
            const panel = window.jupyterapp.shell.currentWidget;
            const cells = [...panel.content.model.cells].filter(cell => cell.type === 'code');
            return cells.length === count && cells.every(cell => cell.executionCount);
        }""",
        arg=count,
        timeout=90_000,
    )
    kinds = page.evaluate(
        """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .flatMap(cell => cell.type === 'code' ? cell.outputs.toJSON() : [])
            .flatMap(output => output.ename ? ['error: ' + output.ename] : Object.keys(output.data ?? {}))"""
    )
    assert not [kind for kind in kinds if kind.startswith("error")]
    assert "text/html" in kinds
    assert "application/vnd.plotly.v1+json" in kinds
    page.evaluate(
        """() => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            const isChart = cell => cell.type === 'code'
                && cell.outputs.toJSON().some(output => 'application/vnd.plotly.v1+json' in (output.data ?? {}));
            return notebook.scrollToItem([...notebook.model.cells].findIndex(isChart));
        }"""
    )
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)


@pytest.mark.slow
def test_explore_is_driven_by_keyboard_and_mouse(lab, chromium, tmp_path):
    page = chromium.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.goto(f"{lab}/lab/tree/notebooks/explore.ipynb?token={TOKEN}&reset")
    page.wait_for_function(
        "document.querySelector('#jp-main-statusbar')?.textContent.includes('| Idle')", timeout=90_000
    )
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    find = page.get_by_placeholder("Type a name")
    find.wait_for(timeout=120_000)
    find.focus()
    page.keyboard.type("milena kov")  # without the accent of her name
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.get_by_role("heading", name="Milena Kovač").wait_for(timeout=60_000)
    find.fill("nobody at all")
    page.keyboard.press("Tab")
    page.get_by_text("nobody is called so").wait_for(timeout=60_000)
    assert page.get_by_role("heading", name="Milena Kovač").is_visible(), "nothing typed destroys the view"
    page.locator(".widget-dropdown select").first.select_option(index=1)
    page.get_by_role("heading", name="Mirjam Keller").wait_for(timeout=60_000)
    page.get_by_role("button", name="Done", exact=True).click()
    page.get_by_text("Noted in moves.csv").first.wait_for(timeout=60_000)
    assert "done" in (tmp_path / "data" / "sample" / "moves.csv").read_text(encoding="utf-8")
