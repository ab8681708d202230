"""What all tests share: a deterministic hypothesis profile, small notebooks, and a real browser."""

from __future__ import annotations

import gc
import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture
def write_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: text is a Markdown cell, ``("code", source, outputs...)`` or
    ``("parameters", source)`` a code cell.
    """

    def write(name: str, *cells: str | tuple[Any, ...]) -> Path:
        written = []
        for number, cell in enumerate(cells):
            kind, source, *outputs = ("markdown", cell) if isinstance(cell, str) else cell
            content: dict[str, Any] = {"id": f"c{number}", "metadata": {}, "source": source}
            if kind == "markdown":
                content["cell_type"] = "markdown"
            else:
                content |= {"cell_type": "code", "execution_count": None, "outputs": outputs}
                if kind != "code":
                    content["metadata"] = {"tags": [kind]}
            written.append(content)
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return write


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium. Do not start kernels in a module that uses it: both want the event loop."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open an HTML file with the network off; the test fails if it complains, asks for anything, or pops up."""
    faults: list[str] = []
    contexts = []

    def open_file(path: Path, **options: Any) -> Any:
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"error: {error}"))
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or faults.append(request.url),
        )
        page.on("dialog", lambda dialog: (faults.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(path.resolve().as_uri())
        if options.get("java_script_enabled", True) and page.query_selector("figure.chart"):
            page.wait_for_selector("html[data-charts]", timeout=20_000)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def sockets_are_gone() -> Iterator[None]:
    """Connections that failed leave sockets to the garbage collector; its warnings are not those of the next test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
