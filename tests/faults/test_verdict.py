"""The verdict finds what it is there to find: a matrix whose cells cannot fail shows nothing."""

from dataclasses import replace

import pytest

from tests.faults.evidence import Held, Moment, Ran, Snapshot
from tests.faults.verdict import Evidence, Expected, problems

ACCOUNT = Snapshot((Held("a", 60, None, ("ANY",)), Held("new", 40, None, ("ANY",))), frozenset({"crn-new"}), 100)
GOOD = Evidence(
    first=Ran(0),
    hasty=None,
    later=(Ran(0), Ran(0)),
    moments=(Moment(100), Moment(90), Moment(100)),
    after_first=ACCOUNT,
    at_end=ACCOUNT,
    managed_after_first=1,
    managed_at_end=frozenset({"crn-new"}),
    leaks=(),
)
EXPECTED = Expected(ACCOUNT, shown=None, managed=1, plans=True)
ERROR = "Updating (test)\n\nerror: the budget cannot hold the floors\n\nResources: 1 error\n"
TWICE = (
    "error: ibm-quantum:Instance a: could not sign in (transaction 1-2)\nerror: could not sign in (transaction 3-4)\n"
)


def test_a_good_run_has_no_problems() -> None:
    """Nor has one that failed, said why, and was finished by the next."""
    assert problems(GOOD, EXPECTED) == {}
    assert problems(replace(GOOD, first=Ran(1, ERROR)), EXPECTED) == {}


@pytest.mark.parametrize(
    ("check", "change"),
    [
        ("sentence", {"first": Ran(1)}),
        ("sentence", {"first": Ran(1, "error: a: KeyError: 'resources'\n")}),
        ("sentence", {"first": Ran(1, stderr="Traceback (most recent call last):\n")}),
        ("sentence", {"first": Ran(1, TWICE)}),
        ("status", {"first": Ran(None, ERROR)}),
        ("status", {"first": Ran(3, ERROR)}),
        ("status", {"after_first": replace(ACCOUNT, holdings=ACCOUNT.holdings[:1])}),
        ("status", {"after_first": replace(ACCOUNT, budget_seconds=99)}),
        ("status", {"managed_after_first": 0}),
        ("converges", {"later": (Ran(0), Ran(7, "No changes were expected"))}),
        ("duplicates", {"at_end": replace(ACCOUNT, holdings=(*ACCOUNT.holdings, ACCOUNT.holdings[1]))}),
        ("orphans", {"managed_at_end": frozenset()}),
        ("budget", {"moments": (Moment(100), Moment(101))}),
        ("budget", {"moments": (Moment(120), Moment(110), Moment(111))}),
        ("zero", {"moments": (Moment(100), Moment(60, ("new",)), Moment(100))}),
        ("key", {"leaks": ("state/test.json",)}),
    ],
)
def test_each_check_finds_what_it_is_for(check: str, change: dict[str, object]) -> None:
    """One thing is wrong, and that is what is said to be."""
    assert list(problems(replace(GOOD, **change), EXPECTED)) == [check]  # type: ignore[arg-type]
