"""What people are told by a provider beside its answers: engines pass on what it writes on standard error."""

import sys
from threading import Lock

from pulumi_ibm_quantum.resources.lifecycle import Comparison

_WRITING = Lock()
_written: set[str] = set()


def write_notice(sentence: str) -> None:
    """Tell people something."""
    sys.stderr.write(f"{sentence}\n")


def write_notice_once(sentence: str) -> None:
    """Tell people something that holds for many resources, which are declared side by side."""
    with _WRITING:
        if sentence not in _written:
            _written.add(sentence)
            write_notice(sentence)


def write_drift(comparison: Comparison, *, wire_names: bool = False) -> None:
    """Name what differs at the service alone, or in a folder; an engine is told of no live values."""
    for one, there, wanted in comparison.drift:
        name = one.wire_name if wire_names else one.name
        write_notice(f"{comparison.name}: {name}: {there!r} => {wanted!r} (changed outside of this stack)")
    for note in comparison.notes:
        write_notice(note)
