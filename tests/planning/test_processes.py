"""Work shared among processes: the same results, and no harm from helpers that fail or from where it is called."""

import os
import subprocess
import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep

import pytest

from pulumi_ibm_quantum.forecast import Terms, forecast
from pulumi_ibm_quantum.processes import Processes
from tests.support.accounts_with_days import snapshot, steady

UNGUARDED = """
from operator import neg
from pulumi_ibm_quantum.processes import Processes
with Processes(3) as over:
    print(list(over(neg, range(5))))
"""


def square(number: int) -> int:
    return number * number


def root(number: int) -> float:
    return float(1 / number)


def die_in_a_helper(own: int, number: int) -> int:
    if os.getpid() != own:
        os._exit(3)
    return number


def wait_for_a_helper(own: int, mark: Path, _: int) -> int:
    """Return the number of the process; ours does not go on before a helper has worked as well."""
    if os.getpid() != own:
        mark.touch()
    begun = monotonic()
    while not mark.exists() and monotonic() - begun < 60:
        sleep(0.01)
    return os.getpid()


class Sheet:
    """A function that changes as it is called, and takes its time to be copied."""

    def __init__(self, mark: Path) -> None:
        self.own, self.mark, self.was_used = os.getpid(), mark, False

    def __getstate__(self) -> dict[str, object]:
        sleep(0.2)
        return vars(self).copy()

    def __call__(self, part: int) -> bool:
        before, self.was_used = self.was_used, True
        wait_for_a_helper(self.own, self.mark, part)
        return before


@pytest.mark.parametrize("number", [1, 2, 4])
def test_results_are_those_of_map(number: int) -> None:
    """In the order of the parts, for one call after another, and for no parts."""
    with Processes(number) as over:
        for count in (0, 1, 3, 50):
            assert list(over(square, range(count))) == [square(each) for each in range(count)]


def test_helpers_work(tmp_path: Path) -> None:
    """Parts are worked out here and in another process."""
    with Processes(2) as over:
        found = set(over(partial(wait_for_a_helper, os.getpid(), tmp_path / "mark"), range(2)))
    assert len(found) == 2
    assert os.getpid() in found


def test_helpers_get_what_is_called_as_it_was(tmp_path: Path) -> None:
    """Nothing that has changed by being called here arrives at a helper."""
    with Processes(2) as over:
        assert list(over(Sheet(tmp_path / "mark"), range(2))) == [False, False]


def test_what_helpers_fail_at_is_done_here() -> None:
    """A helper that is killed, and what cannot be sent to one, cost nothing but time."""
    with Processes(3) as over:
        assert list(over(partial(die_in_a_helper, os.getpid()), range(20))) == [*range(20)]
        assert list(over(lambda number: number + 1, range(3))) == [1, 2, 3]


def test_an_error_is_raised_here() -> None:
    """Whoever asks sees what is wrong with a part, not that of a helper."""
    with Processes(2) as over, pytest.raises(ZeroDivisionError):
        list(over(root, [1, 2, 0, 4]))


def test_no_python_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is none, as in a program that Python is a part of, all is done here."""
    for executable in ("", "/no/such/python"):
        monkeypatch.setattr(sys, "executable", executable)
        with Processes(2) as over:
            assert list(over(square, [3])) == [9]


def test_a_program_without_a_guard_runs_once(tmp_path: Path) -> None:
    """A program that does not ask for its ``__name__`` is not run again in helpers, nor is a file of its folder."""
    (tmp_path / "queue.py").write_text("print('shadow')")
    program = tmp_path / "program" / "__main__.py"
    program.parent.mkdir()
    program.write_text(UNGUARDED)
    for command, text in (([str(program.parent)], None), (["-"], UNGUARDED), (["-c", UNGUARDED], None)):
        result = subprocess.run(
            [sys.executable, "-P", *command], cwd=tmp_path, input=text, capture_output=True, text=True, check=True
        )
        assert (result.stdout, result.stderr) == ("[0, -1, -2, -3, -4]\n", "")


def _shared(results: "list[int]") -> None:
    with Processes(2) as over:
        assert list(over(square, range(5))) == results


def test_a_daemon_may_share_its_work() -> None:
    """`multiprocessing` lets no daemon have children of its own."""
    daemon = get_context("spawn").Process(target=_shared, args=([0, 1, 4, 9, 16],), daemon=True)
    daemon.start()
    daemon.join()
    assert daemon.exitcode == 0


def test_a_forecast_has_the_same_figures_with_any_number_of_processes() -> None:
    """One, two, or more than there are parts of some kind."""
    terms, days = (
        {"a": Terms(20_000), "b": Terms(400_000)},
        {"a": steady(20, 300, wait_seconds=900), "b": steady(9, 60)},
    )
    account = snapshot(terms, days, {"a": Terms(80_000, 90_000)})
    alone = forecast(account, resamples=3)
    for number in (1, 2, 4):
        with Processes(number) as over:
            assert forecast(account, resamples=3, over=over) == alone
