"""What somebody changed behind our back, where no refresh comes first."""

from typing import Any

import pytest

from pulumi_ibm_quantum.engine import Style, render
from pulumi_ibm_quantum.fake import Fake, Fault
from tests.support.desk import Desk, changes, said

BUDGET = 100_000


def allocations(fake: Fake) -> dict[str, int]:
    return {one.name: one.allocation_seconds or 0 for one in fake.account.instances}


def without_refresh(at: Desk) -> None:
    project = at.folder / "Pulumi.yaml"
    project.write_text(project.read_text(encoding="utf-8").partition("options:")[0], encoding="utf-8")


def raise_by_hand(fake: Fake) -> None:
    """Give the idle team what the busy one has, and let the calm one become busy."""
    fake.change_instance("busy", allocation_seconds=40_000)
    fake.change_instance("idle", allocation_seconds=20_600)
    fake.add_usage("calm", 9_000)


@pytest.mark.parametrize("options", [{}, {"refresh": False}], ids=["the project wants none", "the command wants none"])
def test_what_was_raised_by_hand_is_lowered_before_anything_is_raised(
    at_desk: Desk, fake: Fake, options: dict[str, Any]
) -> None:
    """The state has what was decided and the service has not: the plan is applied whole, and never over the budget."""
    fake.behaviour.refuse_over_budget = False
    if not options:
        without_refresh(at_desk)
    assert at_desk.up(**options).ok
    raise_by_hand(fake)
    preview, result = at_desk.preview(**options), at_desk.up(**options)

    assert "3 to be written" in said(preview)
    assert (preview.summary["update"], result.summary["update"]) == (3, 3)
    assert result.ok
    decided = result.outputs["decision"]["allocation_seconds"]
    assert allocations(fake) == {**decided, "nobodys": 10_000}
    assert decided["idle"] == 60
    assert fake.highest_total() <= BUDGET
    assert changes(at_desk.preview(**options)) == {}


def test_a_preview_says_what_only_the_service_has(at_desk: Desk, fake: Fake) -> None:
    """The one that was changed is to be updated, and both values are told; the others stay."""
    at_desk.up()
    fake.change_instance("idle", allocation_seconds=30)
    preview = at_desk.preview(refresh=False)

    assert changes(preview) == {"idle": "update"}
    assert "instance 'idle': allocation_seconds: 30 => 60 (changed outside of this stack)" in render(preview, Style())


def test_nothing_is_raised_where_what_was_raised_by_hand_cannot_be_lowered(at_desk: Desk, fake: Fake) -> None:
    """The decrease that only the service shows holds the raises back like any other; the next run finishes the job."""
    fake.behaviour.refuse_over_budget = False
    assert at_desk.up().ok
    raise_by_hand(fake)
    calm = allocations(fake)["calm"]
    fake.inject(Fault("instances.update", crn=fake.instance("idle").crn, status=422, count=None))
    failed = at_desk.up(refresh=False)

    assert not failed.ok
    assert "could not write to instance 'idle'" in said(failed)
    assert allocations(fake)["calm"] == calm
    fake.clear_faults()
    assert at_desk.up(refresh=False).ok
    assert fake.highest_total() <= BUDGET


def test_an_allocation_by_hand_is_put_right_as_well(at_desk: Desk, fake: Fake) -> None:
    """A program of InstanceAllocation alone needs no refresh either."""
    without_refresh(at_desk)
    declare(at_desk, "idle", allocation_seconds=600)
    assert at_desk.up().ok
    fake.change_instance("idle", allocation_seconds=30, limit_seconds=900)
    assert at_desk.up().summary["update"] == 1

    live = fake.instance("idle")
    assert (live.allocation_seconds, live.limit_seconds) == (600, 900)


def test_what_cannot_be_compared_is_one_failure(at_desk: Desk, fake: Fake) -> None:
    """Nobody knows whether the state still holds: a preview fails, with one sentence for all resources."""
    without_refresh(at_desk)
    teams = [fake.add_instance(f"team-{number}", allocation_seconds=10).name for number in range(12)]
    declare(at_desk, *teams, allocation_seconds=10)
    assert at_desk.up().ok
    preview = at_desk.with_environment(IBMCLOUD_API_KEY="").preview()

    assert not preview.ok
    assert preview.errors == ("no API key: set IBMCLOUD_API_KEY",)


def declare(at: Desk, *names: str, allocation_seconds: int) -> None:
    """Write a program that gives instances so much each."""
    crns = {name: at.fake.instance(name).crn for name in names}
    (at.folder / "stacks" / "__main__.py").write_text(
        "from pulumi_ibm_quantum import InstanceAllocation\n\n"
        f"for name, crn in {crns}.items():\n"
        f"    InstanceAllocation(name, crn=crn, allocation_seconds={allocation_seconds})\n",
        encoding="utf-8",
    )
