"""The options of the fault runs, the bench that they are played at, and the counts at their end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults import kills, matrix, tally
from tests.faults.bench import Bench, bench
from tests.support.preloaded import HAS_PRELOADED

_FEW_KILLS, _FEW_CANCELS = 3, 1
_ALL_KILLS, _ALL_CANCELS = 200, 50
_QUICK, _REAL = 0.1, 1.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("faults", "the fault matrix and the kills (tests/faults)")
    group.addoption("--all-faults", action="store_true", help="All cells, kills and cancelled jobs, and their counts.")
    group.addoption("--cell", action="append", default=[], metavar="NAME", help="Only this cell; may be repeated.")
    group.addoption("--kills", type=int, metavar="N", help=f"So many kills; {_ALL_KILLS} of them are all.")
    group.addoption("--cancels", type=int, metavar="N", help=f"So many cancelled jobs; {_ALL_CANCELS} of them are all.")
    group.addoption(
        "--cancel-scale",
        type=float,
        metavar="FACTOR",
        help="Length of a cancelled job's seconds: 1 is real, and what --all-faults takes; without it 0.1.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let the table speak where all cells are run: thousands of tracebacks say less."""
    if config.getoption("--all-faults", default=False):
        config.option.tbstyle = "no"
        config.option.reportchars = ""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say which cells, kills and cancelled jobs there are: a few of each, unless all are asked for."""
    option = metafunc.config.getoption
    everything = bool(option("--all-faults", default=False))
    if "cells" in metafunc.fixturenames:
        chosen = matrix.chosen(option("--cell", default=[]), everything=everything)
        metafunc.parametrize("cells", chosen.values(), ids=chosen.keys())
    if "kill" in metafunc.fixturenames:
        count = _number(option("--kills", default=None), _ALL_KILLS if everything else _FEW_KILLS)
        metafunc.parametrize("kill", kills.planned_kills(count), ids=str)
    if "cancel" in metafunc.fixturenames:
        count = _number(option("--cancels", default=None), _ALL_CANCELS if everything else _FEW_CANCELS)
        scale = option("--cancel-scale", default=None) or (_REAL if everything else _QUICK)
        metafunc.parametrize("cancel", kills.planned_cancels(count, scale), ids=str)


def _number(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


@pytest.fixture(scope="session")
def at_bench() -> Iterator[Bench]:
    """A bench where waits are skipped."""
    yield from _bench(real_time=False)


@pytest.fixture(scope="session")
def at_slow_bench() -> Iterator[Bench]:
    """A bench where time passes as it does."""
    yield from _bench(real_time=True)


def _bench(*, real_time: bool) -> Iterator[Bench]:
    if not HAS_PRELOADED:
        pytest.skip("needs Linux: processes are forked, and waited for by descriptors")
    with bench(real_time=real_time) as it:
        yield it


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the counts."""
    reports = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, ())]
    outcomes = list(tally.outcomes_of(reports))
    if not outcomes or not config.getoption("--all-faults", default=False):
        return
    terminalreporter.section("the fault matrix: cells that fail a check")
    terminalreporter.line("\n".join(tally.table(outcomes)))
    unseen = matrix.count_cells() - sum(bool(one.row not in kills.ROWS) for one in outcomes)
    terminalreporter.line(f"{unseen} more are about calls that the operation does not make, or were not chosen")
    terminalreporter.section("counted beside")
    terminalreporter.line("\n".join(tally.notes(outcomes)))
    terminalreporter.section("ways to fail")
    terminalreporter.line("\n".join(tally.patterns(outcomes)) or "none")
