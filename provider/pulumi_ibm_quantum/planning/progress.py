"""Telling whoever waits how far the reading of an account has come."""

from typing import Protocol


class Progress(Protocol):
    """Called as work proceeds, from the thread that asked for the plan."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note that ``done`` of ``total`` calls for ``what`` are finished."""


def silent(what: str, done: int, total: int) -> None:
    """Say nothing."""
