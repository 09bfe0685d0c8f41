"""What was approved is held to: within its tolerance, and by name."""

import json
from dataclasses import replace

import pytest

from pulumi_ibm_quantum.fake import Fake
from pulumi_ibm_quantum.planning import Observation, ObservedUsage
from pulumi_ibm_quantum.report.change import Basis, ChangeReport
from pulumi_ibm_quantum.report.change_json import change_document
from pulumi_ibm_quantum.review import Approval, Effect, NotApproved, Tolerance
from tests.support.changes import effect, teams


def approval_of(change: Effect, tolerance: Tolerance | None = None) -> Approval:
    """The approval of a change, written to a file and read again."""
    observation = change.head.observation
    basis = Basis(observation.moment, 0.0, observation.digest, None, None)
    document = change_document(ChangeReport(basis, change, tolerance or Tolerance()))
    return Approval.from_json(json.dumps(document), "report.json")


def used_more(observation: Observation, fake: Fake, name: str, seconds: int) -> Observation:
    """The account after an instance has used more."""
    crn = fake.instance(name).crn
    usage = observation.usage[crn]
    more = ObservedUsage(
        {days: used + seconds for days, used in usage.by_window.items()}, usage.by_day, usage.days_from
    )
    return replace(observation, usage={**observation.usage, crn: more})


def test_the_same_effect_is_approved(fake: Fake, observation: Observation) -> None:
    """The file has all that is needed to compute it again, the base configuration above all."""
    base, head = teams(fake), teams(fake, calm={"weight": 3, "limit_seconds": 90_000})
    approval = approval_of(effect(observation, base, head))

    assert approval.base_configuration == base
    assert not list(approval.differences(effect(observation, base, head)))


def test_usage_that_moves_a_little_is_within_the_tolerance(fake: Fake, observation: Observation) -> None:
    """The values are others; the effect on the one that is named is nearly the same."""
    base, head = teams(fake), teams(fake, calm={"weight": 3})
    approval = approval_of(effect(observation, base, head))
    later = used_more(observation, fake, "busy", 60)
    now = effect(later, base, head)

    assert now.named[0].seconds != approval.named[0].effect_seconds
    assert not list(approval.differences(now))


def test_usage_that_moves_much_is_not(fake: Fake, observation: Observation) -> None:
    """Both figures are told, with the name."""
    base, head = teams(fake), teams(fake, calm={"weight": 3})
    approval = approval_of(effect(observation, base, head))
    now = effect(used_more(observation, fake, "idle", 20_000), base, head)

    assert any(one.startswith("calm: approved was +") for one in approval.differences(now))


def test_another_change_is_not_the_approved_one(fake: Fake, observation: Observation) -> None:
    """Neither a change of somebody else's entry that came along, nor one that is missing, nor another value."""
    base = teams(fake)
    approval = approval_of(effect(observation, base, teams(fake, calm={"weight": 3})))
    along = effect(observation, base, teams(fake, calm={"weight": 3}, idle={"description": "x"}))
    missing = effect(observation, base, base)
    other = effect(observation, base, teams(fake, calm={"weight": 3.5}))
    account = effect(observation, base, teams(fake, {"minimum_allocation_seconds": 61}, calm={"weight": 3}))

    assert "idle is changed, which was not approved" in approval.differences(along)
    assert "calm is not changed as approved" in approval.differences(missing)
    assert "calm is not changed as approved" in approval.differences(other)
    assert "the account's keys are not changed as approved: minimum_allocation_seconds" in approval.differences(account)


def test_nobody_pays_much_more_than_was_approved(fake: Fake, observation: Observation) -> None:
    """Who pays may change with usage; how much of their own may not."""
    change = effect(observation, teams(fake), teams(fake, calm={"weight": 3}))
    approval = replace(approval_of(change), largest_share_given=change.largest_share_given - 0.2)

    assert any(" of its allocation, approved were at most " in one for one in approval.differences(change))
    assert not list(replace(approval, tolerance=Tolerance(points=21)).differences(change))


def test_a_limit_that_goes_is_not_a_limit_that_was_approved(fake: Fake, observation: Observation) -> None:
    """None is never within the tolerance of some."""
    change = effect(observation, teams(fake), teams(fake, calm={"limit_seconds": 90_000}))
    approval = approval_of(change)
    without = replace(approval, named=(replace(approval.named[0], limit_seconds=None),))

    assert "calm: approved was a limit of none, now it is 25h" in without.differences(change)


@pytest.mark.parametrize(("allocation", "tolerated"), [(0, 600), (10_000, 600), (12_000, 600), (100_000, 5_000)])
def test_the_tolerance_is_the_larger_of_both(allocation: int, tolerated: float) -> None:
    """5 percent of the allocation, or ten minutes."""
    assert Tolerance().of(allocation) == tolerated


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "ibm-quantum-effect-1", "approval": null}', "\x00"])
def test_what_approves_nothing_is_refused(text: str) -> None:
    """With the name of the file, and no traceback."""
    with pytest.raises(NotApproved, match=r"^r\.json: "):
        Approval.from_json(text, "r.json")


def test_a_report_with_errors_approves_nothing(fake: Fake, observation: Observation) -> None:
    """Though it has an effect in it."""
    change = effect(observation, teams(fake), teams(fake, calm={"weight": 3}))
    refused = ChangeReport(Basis(observation.moment, 0.0, "", None, None), change, Tolerance(), errors=("no",))

    with pytest.raises(NotApproved, match="must not be applied"):
        Approval.from_json(json.dumps(change_document(refused)), "r.json")
