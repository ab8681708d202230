"""benchmarks.kills in short: commands killed at random moments lose nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_twenty_kills():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kills", "20"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "20 kills in" in done.stdout
