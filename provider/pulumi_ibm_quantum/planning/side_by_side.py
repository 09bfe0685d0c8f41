"""Calls that do not need each other, made at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, CloudError
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress

_T = TypeVar("_T")


def side_by_side(calls: Sequence[Callable[[], _T]], what: str, progress: Progress) -> list[_T]:
    """Return the answers in the order of the calls; ``progress`` is told of each, under the name ``what``.

    Raises:
        PlanningError: a call failed; those that had not begun are not made.
    """
    answers = []
    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        under_way = [pool.submit(call) for call in calls]
        try:
            for done, call in enumerate(under_way, start=1):
                answers.append(call.result())
                progress(what, done, len(calls))
        except CloudError as error:
            pool.shutdown(cancel_futures=True)
            raise PlanningError([str(error)]) from None
    return answers
