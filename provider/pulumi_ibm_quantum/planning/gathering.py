"""Calls that do not need each other, made at the same time, under one policy for failures.

A failure ends the gathering: calls that have not begun are not made. Only where the service *refuses* a call that is
about a single instance is that kept as its answer, and the others go on.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, Self, TypeVar

from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, CloudError, Refused
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent

T = TypeVar("T")

_PROGRESS_SECONDS: Final = 0.1


@dataclass(slots=True, eq=False)
class Answer(Generic[T]):
    """What came of a call, once it is waited for: a value, or why the service refused it."""

    _value: T | None = None
    refusal: Refused | None = None
    failure: CloudError | None = None

    @property
    def value(self) -> T:
        """The value.

        Raises:
            Refused: there is none.
        """
        if self.refusal is not None:
            raise self.refusal
        return self._value  # type: ignore[return-value]


class Gathering:
    """Calls made together, at most ``MAX_CONNECTIONS`` at once; all are done where its context ends.

    ``progress`` is told how many are done, of those that there are by then: a call may add others.
    """

    def __init__(self, what: str, progress: Progress = silent) -> None:
        self._what, self._progress = what, progress
        self._pool = ThreadPoolExecutor(MAX_CONNECTIONS)
        self._calls: list[tuple[Answer[Any], Future[None]]] = []
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self._pool.shutdown(cancel_futures=True)

    def add(self, call: Callable[..., T], *arguments: Any, about: str = "", **named: Any) -> Answer[T]:
        """Begin a call, and return where its answer will be; ``about`` names the single instance that it is about."""
        answer: Answer[T] = Answer()
        made = self._pool.submit(self._make, partial(call, *arguments, **named), answer, about)
        self._calls.append((answer, made))
        return answer

    def wait(self, *answers: Answer[Any]) -> None:
        """Return once these answers are there; without any named, all.

        Raises:
            PlanningError: some failed; those under way at that moment were waited for, and all failures are in it.
        """
        while pending := [
            made for one, made in self._calls if not made.done() and (self._failed or not answers or one in answers)
        ]:
            wait(pending, timeout=_PROGRESS_SECONDS)
            self._progress(self._what, sum(made.done() for _, made in self._calls), len(self._calls))
        for _, made in self._calls:
            if made.done():
                made.result()
        failures = [answer.failure for answer, _ in self._calls if answer.failure is not None]
        if failures:
            # Calls that differ only in their interval fail alike.
            raise PlanningError([*{one.sentence: one for one in failures}.values()]) from failures[0]

    def _make(self, call: Callable[[], T], answer: Answer[T], about: str) -> None:
        if self._failed:
            return
        try:
            answer._value = call()
        except CloudError as error:
            if about:
                error.about(about)
            if about and isinstance(error, Refused):
                answer.refusal = error
            else:
                answer.failure, self._failed = error, True
