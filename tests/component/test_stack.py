"""Whole previews and updates of the repository's own program, on a fake IBM Cloud."""

from datetime import timedelta

import pytest

from pulumi_ibm_quantum.fake import PLAN_IDS, Fake, Fault
from tests.support.desk import NEW, Desk, changes, said

TEAMS = {"busy", "calm", "idle"}


def allocations(fake: Fake) -> dict[str, int]:
    return {one.name: one.allocation_seconds or 0 for one in fake.account.instances}


def written(fake: Fake) -> list[str]:
    return [fake.instance(call.crn).name for call in fake.writes if call.crn]


def shift(fake: Fake) -> None:
    """Let the calm team become the busy one."""
    fake.add_usage("calm", 9_000)


def test_a_first_preview_shows_everything_and_writes_nothing(at_desk: Desk, fake: Fake) -> None:
    """Each configured instance is taken over with its planned allocation, and the service is only read."""
    fake.add_instance("archived", allocation_seconds=0)
    preview = at_desk.preview()

    assert preview.ok
    assert {name for name, op in changes(preview).items() if op == "create"} >= TEAMS
    assert "3 instances managed, 3 to be written, 0 to be created" in said(preview)
    assert "Unconfigured, left as they are: nobodys" in said(preview).splitlines()
    assert fake.writes == ()


def test_an_update_writes_each_change_once_and_never_passes_the_budget(at_desk: Desk, fake: Fake) -> None:
    """Decreases come before increases, so the total stays within the budget at every moment."""
    assert at_desk.up().ok

    assert sorted(written(fake)) == ["busy", "calm", "idle"]
    assert allocations(fake)["idle"] == 60
    assert allocations(fake)["nobodys"] == 10_000
    assert fake.total() <= 100_000
    assert fake.highest_total() <= 100_000
    assert written(fake)[-1] == "busy"


def test_an_applied_plan_leaves_nothing_to_do(at_desk: Desk, fake: Fake) -> None:
    """The next preview has no changes, and another update writes nothing."""
    at_desk.up()
    before = len(fake.writes)
    preview, again = at_desk.preview(), at_desk.up()

    assert changes(preview) == {}
    assert changes(again) == {}
    assert len(fake.writes) == before


def test_new_usage_shifts_allocations(at_desk: Desk, fake: Fake) -> None:
    """When activity moves from one team to another, so do the allocations; the idle one is not written again."""
    at_desk.up()
    fake.forget_calls()
    shift(fake)
    before = allocations(fake)
    preview = at_desk.preview()

    assert changes(preview) == {"busy": "update", "calm": "update"}
    assert at_desk.up().ok
    assert written(fake) == ["busy", "calm"]
    assert allocations(fake)["calm"] > before["calm"]
    assert fake.highest_total() <= 100_000


def test_what_somebody_changed_behind_our_back_is_shown_and_put_right(at_desk: Desk, fake: Fake) -> None:
    """A preview shows the live value and the planned one; an update restores it."""
    at_desk.up()
    planned = allocations(fake)
    fake.change_instance("calm", allocation_seconds=1_000)
    preview = at_desk.preview()
    step = next(step for step in preview.steps if step.op == "update")

    assert changes(preview) == {"calm": "update"}
    assert step.old is not None
    assert step.new is not None
    assert (step.old.inputs["allocation_seconds"], step.new.inputs["allocation_seconds"]) == (1_000, planned["calm"])
    at_desk.up()
    assert allocations(fake) == planned


@pytest.mark.parametrize("budget", [90_000, 60_000, 38_060])
def test_a_contract_that_was_renewed_smaller_is_repaired(at_desk: Desk, fake: Fake, budget: int) -> None:
    """The plan fits into the smaller budget, down to what usage and others need, and nothing is raised on the way."""
    at_desk.up()
    fake.change_subscription(PLAN_IDS["premium"], budget_seconds=budget)
    fake.forget_calls()
    preview = at_desk.preview()

    assert "more than the budget; what is lowered is lowered before anything is raised" in said(preview)
    assert at_desk.up().ok
    assert fake.total() <= budget
    assert fake.highest_total() == 100_000
    assert allocations(fake)["nobodys"] == 10_000
    assert changes(at_desk.preview()) == {}


def test_a_contract_below_the_needs_is_refused_with_what_needs_them(at_desk: Desk, fake: Fake) -> None:
    """Nothing is written; the message says by how much and whose usage it is."""
    at_desk.up()
    fake.change_subscription(PLAN_IDS["premium"], budget_seconds=38_000)
    fake.forget_calls()
    refused = at_desk.up()

    assert not refused.ok
    assert "60 s more than the budget of 38000 s" in said(refused)
    assert "28-day usage needs 28000 s (busy 25200 s, calm 2800 s)" in said(refused)
    assert "unconfigured instances hold 10000 s" in said(refused)
    assert fake.writes == ()


def test_a_project_that_is_removed_keeps_what_it_has(at_desk: Desk, fake: Fake) -> None:
    """Taking an entry out of the file gives up managing it; its allocation stays and is reserved."""
    at_desk.up()
    held = allocations(fake)["calm"]
    at_desk.configure(instances=[one for one in at_desk.configuration["instances"] if one["name"] != "calm"])
    preview = at_desk.preview()

    assert changes(preview)["calm"] == "delete"
    assert at_desk.up().ok
    assert allocations(fake)["calm"] == held
    assert "nobodys" in said(preview)
    assert "calm" in said(preview).rpartition("Unconfigured")[2]


def test_an_instance_is_created_as_code(at_desk: Desk, fake: Fake) -> None:
    """A ``create`` entry makes the instance with its floor and limit, and a second update makes no other."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], NEW])
    first, second = at_desk.up(), at_desk.up()
    new = fake.instance("new")

    assert first.ok
    assert second.ok
    assert (new.allocation_seconds, new.limit_seconds, new.region) == (60, 3600, "eu-de")
    assert changes(second) == {}
    assert written(fake).count("new") == 1
    assert fake.highest_total() <= 100_000


def test_a_lost_answer_does_not_create_a_second_instance(at_desk: Desk, fake: Fake) -> None:
    """The instance that the lost call made is the one that is managed."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], NEW])
    fake.inject(Fault.lost_answer("instances.create"))

    assert at_desk.up().ok
    assert [one.name for one in fake.account.instances].count("new") == 1


def test_an_instance_that_a_lost_state_forgot_is_adopted(at_desk: Desk, fake: Fake) -> None:
    """Where an instance of a ``create`` entry exists already, it is taken over and not made again."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], NEW])
    at_desk.up()
    for file in at_desk.state_folder.glob(".pulumi/stacks/*/*"):
        file.unlink()
    fake.forget_calls()
    again = at_desk.up()

    assert again.ok
    assert written(fake) == []
    assert [one.name for one in fake.account.instances].count("new") == 1


def test_a_protected_instance_is_not_deleted(at_desk: Desk, fake: Fake) -> None:
    """Removing the entry of a created instance fails until it is unprotected first; then it is deleted."""
    kept = list(at_desk.configuration["instances"])
    at_desk.configure(instances=[*kept, NEW])
    at_desk.up()
    at_desk.configure(instances=kept)
    refused = at_desk.up()

    assert not refused.ok
    assert "protect" in said(refused)
    assert fake.instance("new").allocation_seconds == 60
    at_desk.configure(instances=[*kept, {**NEW, "protect": False}])
    at_desk.up()
    at_desk.configure(instances=kept)
    assert at_desk.up().ok
    assert fake.instance("new").state == "removed"


def test_a_failed_decrease_starts_no_increase(at_desk: Desk, fake: Fake) -> None:
    """What raises the total waits for what lowers it; a second run finishes the job."""
    fake.behaviour.refuse_over_budget = False
    before = allocations(fake)
    fake.inject(Fault("instances.update", crn=fake.instance("idle").crn, status=422, count=None))
    failed = at_desk.up()

    assert not failed.ok
    assert "could not write to instance 'idle'" in said(failed)
    assert allocations(fake)["busy"] == before["busy"]
    fake.clear_faults()
    assert at_desk.up().ok
    assert fake.highest_total() <= 100_000
    assert changes(at_desk.preview()) == {}


def test_going_on_after_an_error_starts_no_increase_either(at_desk: Desk, fake: Fake) -> None:
    """With ``--continue-on-error`` the other decreases are made, the increases are not."""
    fake.behaviour.refuse_over_budget = False
    before = allocations(fake)
    fake.inject(Fault("instances.update", crn=fake.instance("idle").crn, status=422, count=None))
    failed = at_desk.up(continue_on_error=True)

    assert not failed.ok
    assert allocations(fake)["calm"] < before["calm"]
    assert allocations(fake)["busy"] == before["busy"]
    assert "Traceback" not in said(failed)


def test_destroying_gives_up_managing_and_touches_nothing(at_desk: Desk, fake: Fake) -> None:
    """The instances keep what they have."""
    at_desk.up()
    held = allocations(fake)
    fake.forget_calls()

    assert at_desk.destroy().ok
    assert allocations(fake) == held
    assert fake.writes == ()


def test_a_refresh_forgets_what_is_gone(at_desk: Desk, fake: Fake) -> None:
    """An instance that was deleted in the console leaves the state."""
    at_desk.up()
    fake.change_instance("calm", state="removed")
    at_desk.refresh()

    assert not any(resource["urn"].endswith("::calm") for resource in at_desk.state()["resources"])


def test_limits_and_grants_are_applied(at_desk: Desk, fake: Fake) -> None:
    """A net grant raises the limit that is written; without it the base limit comes back."""
    grant = {
        "start_date": (fake.now - timedelta(days=2)).isoformat(),
        "end_date": (fake.now + timedelta(days=2)).isoformat(),
        "net_grant_seconds": 5_000,
    }
    entries = at_desk.configuration["instances"]
    entries[2] |= {"limit_seconds": 2_000, "net_grants": [grant]}
    at_desk.configure()
    at_desk.up()
    assert fake.instance("idle").limit_seconds == 7_000
    entries[2].pop("net_grants")
    at_desk.configure()
    at_desk.up()
    assert fake.instance("idle").limit_seconds == 2_000
    entries[2]["limit_seconds"] = "none"
    at_desk.configure()
    at_desk.up()
    assert fake.instance("idle").limit_seconds is None


def test_an_exhausted_target_closes_an_instance_until_it_is_raised(at_desk: Desk, fake: Fake) -> None:
    """Its limit becomes 1, stays so without further writes, and goes back when there is something left to use."""
    period = {"start_date": "2026-01-01", "end_date": "2027-01-01"}
    entries = at_desk.configuration["instances"]
    entries[0] |= {"target_usage_seconds": 1_000, "limit_seconds": 50_000}
    at_desk.configure(balance_period=period)
    assert at_desk.up().ok
    assert fake.instance("busy").limit_seconds == 1
    assert (fake.instance("busy").allocation_seconds or 0) > 0
    assert changes(at_desk.preview()) == {}
    entries[0]["target_usage_seconds"] = 90_000
    at_desk.configure()
    assert at_desk.up().ok
    assert fake.instance("busy").limit_seconds == 50_000
