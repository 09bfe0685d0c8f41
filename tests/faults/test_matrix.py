"""Whatever a call answers, at whatever moment: a run loses nothing, says what is wrong, and the next finishes it."""

from collections.abc import Callable

from tests.faults.axes import Cell
from tests.faults.bench import Bench
from tests.faults.tally import Outcome
from tests.faults.verdict import CHECKS, problems, remarks


def test_a_disturbed_run_loses_nothing(
    at_bench: Bench, cells: list[Cell], record_property: Callable[[str, object], None]
) -> None:
    """A sentence and a status, then a second run that converges: no duplicate, no orphan, nothing over the budget."""
    failed = []
    for cell in cells:
        reference = at_bench.reference(cell.setting)
        if cell.is_reached(reference.calls):
            evidence = at_bench.play(cell)
            found, beside = problems(evidence, reference.expected), remarks(evidence, reference.expected)
            record_property(*Outcome(str(cell.setting), str(cell), CHECKS, found, beside).property())
            failed += [f"{cell}: {check}: {problem}" for check, problem in found.items()]

    assert not failed, "\n".join(failed)
