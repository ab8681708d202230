"""The pages of the sample: how large they are, and when each is first painted, with a processor slowed by 4."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

SAMPLE = Path(__file__).parent.parent / "data" / "sample"
SET_BYTES, WEEKLY_BYTES, PAINT_MS = 8_000_000, 2_500_000, 1_000
PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0]"


def paints(folder: Path) -> dict[str, float]:
    """Milliseconds to the first contents of each page, the least of three."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        found: dict[str, float] = {}
        for path in sorted(folder.glob("*.html")):
            for _ in range(3):
                context = browser.new_context(offline=True)
                page = context.new_page()
                context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
                page.goto(path.as_uri())
                page.wait_for_function(f"{PAINTED} !== undefined")
                found[path.stem] = min(page.evaluate(PAINTED), found.get(path.stem, float("inf")))
                context.close()
        browser.close()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "networkscope", "weekly", str(SAMPLE), "--as-of", "2026-11-16"]
        subprocess.run([*command, "-o", name], check=True, capture_output=True)
        sizes = {path.stem: path.stat().st_size for path in folder.glob("*.html")}
        painted = paints(folder)
    for page, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{page}: {size / 1e6:.2f} MB, first paint after {painted[page]:.0f} ms")
    total, slowest = sum(sizes.values()), max(painted.values())
    print(
        f"all: {total / 1e6:.2f} MB (bar {SET_BYTES / 1e6:.0f}), slowest paint {slowest:.0f} ms (bar {PAINT_MS})"
    )
    fine = total < SET_BYTES and sizes["weekly_report"] < WEEKLY_BYTES and slowest < PAINT_MS
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
