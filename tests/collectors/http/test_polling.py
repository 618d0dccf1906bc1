"""The benchmark of polling, in little: the hosts' own counts say whether the client is polite."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_a_hundred_sources_are_read_once_and_no_host_is_asked_too_often():
    told = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "polling.py", "--sources", "100", "--hosts", "25"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=100,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "answers: 100 200, 100 304, 25 robots.txt" in told.stdout
    assert re.search(r"most in any second with one host: [2-4] of 4 allowed", told.stdout)
    assert re.search(r"most at a time with one host: [12] of 2 allowed", told.stdout)
