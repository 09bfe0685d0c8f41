"""A ``map`` that uses several cores: this process and some helpers, started for it and ended with it.

Helpers are neither forked, which can hang beside gRPC's threads, nor started by `multiprocessing`, which would run the
main module of whoever calls once more in each: that may be somebody's Pulumi program, or none at all. What a helper
cannot do for any reason is done here, so results are the same with any number of them.
"""

import contextlib
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Final, TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")

MOST: Final = 4
"""Processes, unless told otherwise: with more, starting them takes what they save."""
_NOTHING: Final = -1


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """So many processes, this one included; to be entered, and called as ``map`` is."""

    def __init__(self, number: int | None = None) -> None:
        """Start nothing yet; without a number, one process for each core, and no more than ``MOST``."""
        self._number = min(usable_cores(), MOST) if number is None else number
        self._helpers: list[_Helper] = []

    def __enter__(self) -> "Processes":
        with contextlib.suppress(OSError):  # no Python to be started, or no more processes: then without
            for _ in range(self._number - 1 if sys.executable else 0):
                self._helpers.append(_Helper())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for helper in self._helpers:
            helper.end()

    def __call__(self, function: Callable[[_Part], _Result], parts: Sequence[_Part], /) -> Iterable[_Result]:
        """Yield the result for each part, in the order of the parts."""
        todo = deque(enumerate(parts))
        done: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        results: dict[int, _Result] = {}
        with contextlib.suppress(pickle.PicklingError, AttributeError, TypeError):  # what cannot be sent is called here
            # Before it is called here, for it may change by that.
            sent = pickle.dumps(function) if self._helpers else b""
            for helper in self._helpers:
                Thread(target=helper.work, args=(sent, todo, done), daemon=True).start()
        for number in range(len(parts)):
            while number not in results:
                if todo and done.empty():
                    with contextlib.suppress(IndexError):  # a helper was faster
                        taken, part = todo.popleft()
                        results[taken] = function(part)
                else:
                    taken, result = done.get()
                    results[taken] = result
            yield results.pop(number)


class _Helper:
    """A process that calls what it is sent."""

    def __init__(self) -> None:
        self._is_free = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # Ctrl-C in the terminal is for us alone, and what we do ends the helpers.
            start_new_session=True,
        )

    def work(self, function: bytes, todo: deque[tuple[int, Any]], done: SimpleQueue[tuple[int, Any]]) -> None:
        """Have parts worked out as long as there are any; one that fails goes back."""
        taken: list[tuple[int, Any]] = []
        try:
            with self._is_free:
                self._write(function)
                while todo:
                    with contextlib.suppress(IndexError):  # somebody else was faster
                        taken.append(todo.popleft())
                    for number, part in taken:
                        self._write(pickle.dumps(part))
                        done.put((number, self._receive()))
                    taken.clear()
        except Exception:  # whatever it is, the part is not lost, and what is wrong with that is found out here
            todo.extend(taken)
            done.put((_NOTHING, None))

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
        self._process.wait()

    def _write(self, pickled: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(pickled)
        self._process.stdin.flush()

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        return pickle.load(self._process.stdout)


def _messages() -> Iterator[Any]:
    with contextlib.suppress(EOFError):
        while True:
            yield pickle.load(sys.stdin.buffer)


def _help() -> None:
    """Call the last function that was sent with each value that is sent, until standard input ends."""
    function: Callable[[Any], Any] | None = None
    for message in _messages():
        if callable(message):
            function = message
        elif function is not None:
            pickle.dump(function(message), sys.stdout.buffer)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    _help()
