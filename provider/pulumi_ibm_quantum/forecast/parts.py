"""The parts that a forecast is made of: independent of each other, so that whoever asks may share them out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Protocol, TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")

Progress = Callable[[int, int], None]
"""Called with the number of parts that are done, and of all."""


class Over(Protocol):
    """What ``map`` does: calls a function for each part and returns the results, in the order of the parts.

    It may do so in other processes: functions, parts and results can be pickled.
    """

    def __call__(self, function: Callable[[_Part], _Result], parts: Sequence[_Part], /) -> Iterable[_Result]:
        """Return the result for each part."""


def one_by_one(function: Callable[[_Part], _Result], parts: Sequence[_Part], /) -> Iterator[_Result]:
    """Call a function for each part, here."""
    return map(function, parts)


def counted(over: Over, progress: Progress | None, total: int) -> Over:
    """Return what does the same as ``over`` and tells ``progress`` of each result, the last being number ``total``."""
    if progress is None:
        return over
    done = count(1)

    def over_and_tell(function: Callable[[_Part], _Result], parts: Sequence[_Part], /) -> Iterator[_Result]:
        for result in over(function, parts):
            progress(next(done), total)
            yield result

    return over_and_tell
