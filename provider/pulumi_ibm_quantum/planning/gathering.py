"""Calls that do not need each other, made at the same time, under one policy for failures.

A failure ends the gathering: calls that have not begun are not made. Only where the service *refuses* a call that is
about a single instance is that kept as its answer, and the others go on.
"""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Generic, TypeVar

from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, CloudError, Refused
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent

T = TypeVar("T")

_PROGRESS_SECONDS: Final = 0.1


@dataclass(slots=True)
class Answer(Generic[T]):
    """What came of a call, once everything is gathered: a value, or why the service refused it."""

    _value: T | None = None
    refusal: Refused | None = None

    @property
    def value(self) -> T:
        """The value.

        Raises:
            Refused: there is none.
        """
        if self.refusal is not None:
            raise self.refusal
        return self._value  # type: ignore[return-value]


@dataclass(slots=True)
class Gathering:
    """Calls to be made together, at most ``MAX_CONNECTIONS`` at once; ``progress`` is told how many are done."""

    what: str
    progress: Progress = silent
    _calls: list[Callable[[], None]] = field(default_factory=list)

    def add(self, call: Callable[..., T], *arguments: Any, about: str = "", **named: Any) -> Answer[T]:
        """Take in a call, and return where its answer will be; ``about`` names the single instance that it is about."""
        answer: Answer[T] = Answer()
        self._calls.append(partial(_make, partial(call, *arguments, **named), answer, about))
        return answer

    def run(self) -> None:
        """Make all calls.

        Raises:
            PlanningError: some failed; those under way at that moment were waited for, and all failures are in it.
        """
        with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
            under_way = [pool.submit(call) for call in self._calls]
            pending = set(under_way)
            while pending:
                done, pending = wait(pending, timeout=_PROGRESS_SECONDS, return_when=FIRST_EXCEPTION)
                self.progress(self.what, len(under_way) - len(pending), len(under_way))
                if any(_failure(call) for call in done):
                    for call in pending:
                        call.cancel()
        if failures := [failure for call in under_way if (failure := _failure(call)) is not None]:
            raise PlanningError(failures) from failures[0]


def _make(call: Callable[[], T], answer: Answer[T], about: str) -> None:
    try:
        answer._value = call()
    except CloudError as error:
        if about:
            error.about(about)
        if not about or not isinstance(error, Refused):
            raise
        answer.refusal = error


def _failure(call: Future[None]) -> CloudError | None:
    error = None if call.cancelled() else call.exception()
    if error is not None and not isinstance(error, CloudError):
        raise error
    return error
