"""What an answer says that cannot be: it stops the run by name, so that nothing is decided on it."""

from typing import Any

_MOST = 1e15


class Implausible(ValueError):
    """An answer has the documented shape and says what cannot be; the text says what."""


def figure(value: Any, name: str) -> float:
    """Return a number that is given as such or as digits.

    Raises:
        Implausible: it is negative, or beyond all measure.
        ArithmeticError, TypeError, ValueError: it is no number.
    """
    number = float(value)
    if not 0 <= number <= _MOST:
        raise Implausible(f"{name} is {str(value)[:40]}")
    return number


def text(value: Any) -> str:
    """Return a text, "" where there is none; raise TypeError for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"a text is wanted, not {type(value).__name__}")
    return value


def guid_of(crn: str) -> str:
    """Return the end of a CRN that an answer has, for a message: where a CRN is in one, a name may replace it."""
    return crn.rstrip(":").rpartition(":")[2][:100]
