"""The benchmark itself runs: the real servers, two learners."""

from __future__ import annotations

import re
import subprocess
import sys

from bench.journey import ISSUE, REQUESTS
from tests.architecture.house import ROOT


def rows(text: str, columns: int) -> dict[str, list[str]]:
    """The cells of the rows of the tables with so many columns, by their first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    return {first: rest for first, *rest in cells if len(rest) == columns - 1}


def test_a_quick_run_has_figures_of_every_step() -> None:
    command = [sys.executable, "-m", "bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    found = rows(done.stdout, 12)
    for name in (*REQUESTS, "save an answer"):
        p50, p95, p99, statements, cpu, web, *_, floor, ratio = found[name]
        assert 0 < float(p50) <= float(p95) <= float(p99), name
        assert 0 < float(web) <= float(cpu), name
        assert float(floor) > 0, name
        assert float(ratio) > 0, name
        assert int(statements) <= 20, name
    _, _, _, statements, cpu, web, worker, *_ = found[ISSUE]
    assert int(statements) > 10
    assert 0 < float(worker) <= float(cpu)
    assert float(web) < float(worker)
    assert "Errors: 0; graded: 2; certificates: 2" in done.stdout
    assert re.search(r"\(PSS in MB\): .*web [1-9]", done.stdout)
    assert sum(float(found[name][-1]) for name in REQUESTS) > 2 * len(REQUESTS)
    assert rows(done.stdout, 4)["save an answer: statements"][-1] == "met"
