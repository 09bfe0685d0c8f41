"""What people are told by a provider beside its answers: engines pass on what it writes on standard error."""

import sys
from functools import cache

from pulumi_ibm_quantum.resources.lifecycle import Comparison


def write_notice(sentence: str) -> None:
    """Tell people something."""
    sys.stderr.write(f"{sentence}\n")


@cache
def write_notice_once(sentence: str) -> None:
    """Tell people something that holds for many resources."""
    write_notice(sentence)


def write_drift(comparison: Comparison, *, wire_names: bool = False) -> None:
    """Name what differs at the service alone, or in a folder; an engine is told of no live values."""
    for one, there, wanted in comparison.drift:
        name = one.wire_name if wire_names else one.name
        write_notice(f"{comparison.name}: {name}: {there!r} => {wanted!r} (changed outside of this stack)")
    for note in comparison.notes:
        write_notice(note)
