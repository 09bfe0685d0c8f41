"""The verdict on a cell: a pure function of the evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tests.faults.evidence import Moment, Ran, Snapshot

CHECKS: Final = ("sentence", "status", "converges", "duplicates", "orphans", "budget", "zero", "key")
"""What is checked, in the order in which it is shown."""

_JARGON: Final = re.compile(r"Traceback|\b[A-Z]\w*(?:Error|Exception)\b|Errno|InvalidHeader|urllib3|0x[0-9a-f]{6}")
_ERROR: Final = re.compile(r"^(?:error|Error): ((?:.+\n?)+)", re.MULTILINE)
_NEXT_ERROR: Final = re.compile(r"\n(?:error|Error): ")
_PREFIX: Final = re.compile(r"^ibm-quantum:\w+ \S+: ")
_TRANSACTION: Final = re.compile(r" \(transaction [\w-]+\)")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a run that nothing disturbs ends with.

    Attributes:
        account: The account as the plan has it; None if not even that run came to an end.
        shown: What a preview shows; None for what changes something.
        managed: How many instances the state says are ours.
        plans: Whether the run brings the account to a plan.
    """

    account: Snapshot | None
    shown: tuple[str, ...] | None
    managed: int
    plans: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one cell.

    Attributes:
        first: The run that was disturbed.
        hasty: The run right after it, where lists lag behind: it may do without, but no harm.
        later: The runs after it, undisturbed; the last of them shows that nothing is left to do.
        moments: The account after each change, from before the first run to the end.
        after_first: The account after the first run.
        at_end: The account after the last one.
        managed_after_first: How many instances the state had as ours after the first run.
        managed_at_end: The CRNs that the state has as ours in the end.
        leaks: Where the key or a token was found.
    """

    first: Ran
    hasty: Ran | None
    later: tuple[Ran, ...]
    moments: tuple[Moment, ...]
    after_first: Snapshot
    at_end: Snapshot
    managed_after_first: int
    managed_at_end: frozenset[str]
    leaks: tuple[str, ...]


def problems(evidence: Evidence, expected: Expected) -> dict[str, str]:
    """Return what is wrong, by the check that it fails; nothing if all is well."""
    found = {
        "sentence": _sentence(evidence.first) or (_sentence(evidence.hasty) if evidence.hasty else ""),
        "status": _status(evidence, expected),
        "converges": _converges(evidence),
        "duplicates": _duplicates(evidence.at_end),
        "orphans": _orphans(evidence),
        "budget": _budget(evidence.moments, evidence.at_end.budget_seconds),
        "zero": ", ".join(sorted({f"{name} had 0" for one in evidence.moments for name in one.zeros})),
        "key": ", ".join(evidence.leaks),
    }
    return {check: found[check] for check in CHECKS if found[check]}


def error_sentences(ran: Ran) -> list[str]:
    """Return what a run said went wrong, without the resource that said so and the service's transaction."""
    errors = [error for block in _ERROR.findall(ran.text) for error in _NEXT_ERROR.split(block)]
    lines = [_TRANSACTION.sub("", _PREFIX.sub("", line)) for error in errors for line in error.splitlines()]
    return [line for line in lines if not line.endswith(":")] or lines


def remarks(evidence: Evidence, expected: Expected) -> tuple[str, ...]:
    """Return what is worth counting though nothing is wrong with it."""
    changed = len(evidence.moments) > 1
    if evidence.first.status and changed and expected.plans and evidence.after_first == expected.account:
        # An answer that was lost for good, of the last write: nobody can know.
        return ("it failed, and the account is as planned",)
    return ()


def _sentence(ran: Ran) -> str:
    jargon = _JARGON.search(ran.text)
    if jargon:
        line = next(line for line in ran.text.splitlines() if jargon[0] in line)
        return f"not for people: {line.strip()}"
    said = error_sentences(ran)
    if ran.status and not said and not ran.killed:
        return "it failed and does not say why"
    repeated = [(sentence, count) for sentence, count in Counter(said).items() if count > 1]
    return "; ".join(f"said {count} times: {sentence}" for sentence, count in repeated)


def _status(evidence: Evidence, expected: Expected) -> str:
    status = evidence.first.status
    if status is None:
        return "it does not end"
    if status == 0:
        return next((f"status 0, and {problem}" for problem in _undone(evidence, expected)), "")
    return "" if status == 1 or evidence.first.killed else f"status {status}"


def _undone(evidence: Evidence, expected: Expected) -> Iterator[str]:
    """Give what a run that ended well has not done."""
    account = evidence.after_first
    if expected.plans and account.total_seconds > account.budget_seconds:
        yield f"{account.total_seconds} of {account.budget_seconds} s are allocated"
    if expected.account is None:
        return
    if account.holdings != expected.account.holdings:
        yield "the account is not as planned"
    if evidence.managed_after_first != expected.managed:
        yield "the state does not have what it should"
    if expected.shown is not None and evidence.first.shown != expected.shown:
        yield "it shows something else than the plan"


def _converges(evidence: Evidence) -> str:
    for number, ran in enumerate(evidence.later, 2):
        if ran.status:
            said = error_sentences(ran) or ran.text.strip().splitlines()[-1:] or [""]
            return f"run {number} ends with {ran.status}: {said[0]}"
        if ran.status is None:
            return f"run {number} does not end"
    return ""


def _duplicates(account: Snapshot) -> str:
    counts = Counter(one.name for one in account.holdings)
    return ", ".join(f"{count} instances {name}" for name, count in counts.items() if count > 1)


def _orphans(evidence: Evidence) -> str:
    orphans = evidence.at_end.ours - evidence.managed_at_end
    return f"{len(orphans)} instance(s) in no state" if orphans else ""


def _budget(moments: tuple[Moment, ...], budget: int) -> str:
    for before, after in pairwise(moments):
        if after.total_seconds > max(budget, before.total_seconds):
            return f"{after.total_seconds} of {budget} s after {before.total_seconds}"
    return ""
