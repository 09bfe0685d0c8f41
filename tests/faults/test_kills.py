"""However a run ends, killed at any moment or cancelled by a pipeline: the next goes on, and nobody removes a file."""

from collections.abc import Callable

from tests.faults.bench import Bench
from tests.faults.kills import Cancel, Kill, cancel_and_conclude, kill_and_conclude
from tests.faults.tally import Outcome


def test_a_killed_run_is_finished_by_the_next(
    at_bench: Bench, kill: Kill, record_property: Callable[[str, object], None]
) -> None:
    """Nothing is lost, made twice or locked for good, and no warning stays."""
    check(kill_and_conclude(at_bench, kill), record_property)


def test_a_cancelled_job_is_finished_by_the_next(
    at_slow_bench: Bench, cancel: Cancel, record_property: Callable[[str, object], None]
) -> None:
    """Nothing is lost, made twice or locked for good, though it had seconds to end and the service is slow."""
    check(cancel_and_conclude(at_slow_bench, cancel), record_property)


def check(outcome: Outcome, record_property: Callable[[str, object], None]) -> None:
    record_property(*outcome.property())

    assert not outcome.problems, "\n".join(f"{check}: {problem}" for check, problem in outcome.problems.items())
