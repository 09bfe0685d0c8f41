"""The report of a run: written while it goes on, or as a whole when it has ended."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from pulumi_ibm_quantum.engine.display.text import Style, output_lines, problem_lines, step_lines, summary_line
from pulumi_ibm_quantum.engine.events import Diagnostic, Event, Kind, Result, StepDone, StepFailed

_HEADERS: Final = {
    ("update", True): "Previewing update",
    ("update", False): "Updating",
    ("refresh", True): "Previewing refresh",
    ("refresh", False): "Refreshing",
    ("destroy", True): "Previewing destroy",
    ("destroy", False): "Destroying",
}


class LiveReport:
    """The report of a run, written while it goes on.

    What the program says is written at once, and each step as it ends; a preview's steps come at its end, in the order
    in which the program asks for them.
    """

    def __init__(
        self, operation: Kind, stack: str, style: Style, write: Callable[[str], None], *, dry_run: bool = False
    ) -> None:
        """Report a run of a stack; ``write`` is called with some whole lines at a time."""
        self._style, self._write, self._dry_run = style, write, dry_run
        self._header = style.paint("bold", f"{_HEADERS[operation, dry_run]} ({stack})")
        self._section = ""

    def watch(self, event: Event, said: Collection[str] = ()) -> None:
        """Write what an event of the run is worth; not again what was said before, by the preview."""
        if isinstance(event, Diagnostic):
            if event.severity in ("info", "info#err") and event.message not in said:
                self._say("message", [event.message.rstrip()])
        elif isinstance(event, StepDone | StepFailed) and not self._dry_run:
            self._say("step", list(step_lines(event.step, event, self._style)))

    def end(self, result: Result, planned: int | None = None) -> None:
        """Write what is left to say; ``planned`` is how many changes a preview showed."""
        if self._dry_run:
            ends = {event.step: event for event in result.events if isinstance(event, StepDone | StepFailed)}
            places = {urn: place for place, urn in enumerate(result.registered)}
            in_order = sorted(result.steps, key=lambda step: (step.op != "refresh", places.get(step.urn, len(places))))
            steps = (step_lines(step, ends.get(step), self._style) for step in in_order)
            self._say("step", [line for lines in steps for line in lines])
        self._say("outputs", list(output_lines(result, self._style)))
        self._say("problems", list(problem_lines(result, self._style)))
        self._say("remark", list(_unfinished(result, planned)))
        self._say("summary", [summary_line(result, self._style.takeovers), f"Duration: {result.seconds:.1f} s"])

    def _say(self, section: str, lines: list[str]) -> None:
        if not lines:
            return
        if not self._section:
            lines = [self._header, "", *lines]
        elif section != self._section:
            lines = ["", *lines]
        self._section = section
        self._write("\n".join(lines))


def render(result: Result, style: Style, said: Collection[str] = ()) -> str:
    """Return the whole report of a run that has ended.

    Args:
        result: The run.
        style: How to print it.
        said: Messages that were shown before (by the preview) and need not be shown again.
    """
    parts: list[str] = []
    live = LiveReport(result.operation, result.stack, style, parts.append, dry_run=result.dry_run)
    for event in result.events:
        live.watch(event, said)
    live.end(result)
    return "\n".join(parts)


def _unfinished(result: Result, planned: int | None) -> Iterator[str]:
    """Say how far a run came that did not end well, and how to go on."""
    if result.ok or result.dry_run or result.operation == "refresh":
        return
    made = sum(count for op, count in result.summary.items() if op != "same")
    tried = any(isinstance(event, StepFailed) for event in result.events)
    if not made and not tried:
        yield "Nothing was changed."
        return
    of_all = f" of {planned}" if planned is not None and planned >= made else ""
    yield f"Not finished: {made}{of_all} changes were made; the rest failed or was not started. Run it again."
