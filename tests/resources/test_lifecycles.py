"""An instance and its allocation: created, read, changed and deleted, with everything going wrong."""

from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError, NotFound, NotSettled, Refused
from pulumi_ibm_quantum.fake import DEFAULT_RESOURCE_GROUP_ID, Fake, Fault, State
from pulumi_ibm_quantum.resources import allocation, instance
from pulumi_ibm_quantum.resources.context import Clock, Context
from pulumi_ibm_quantum.resources.lifecycle import InstanceLifecycle, Outputs
from tests.support.passing_time import PassingTime

pytestmark = pytest.mark.usefixtures("hurry")

NEW = {
    "name": "chemistry",
    "plan": "premium",
    "target": "eu-de",
    "resource_group": DEFAULT_RESOURCE_GROUP_ID,
    "allocation_seconds": 600,
    "tags": ["team:chemistry"],
}


@pytest.fixture
def time() -> PassingTime:
    """Time that passes only while somebody waits."""
    return PassingTime()


@pytest.fixture
def context(fake: Fake, cloud: Cloud, time: PassingTime) -> Context:
    """What the lifecycles work with, on that time, which is the account's too."""

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        fake.advance(seconds)

    return Context(lambda: cloud, Path(), Clock(time.now, sleep))


def read(lifecycle: InstanceLifecycle, context: Context, crn: str, expected: Outputs) -> Outputs | None:
    """What a refresh of a resource finds."""
    live = lifecycle.live(context, crn, expected)
    return None if live is None else lifecycle.outputs(expected, live)


def writes(fake: Fake) -> list[str]:
    return [call.route for call in fake.writes]


class TestAllocation:
    """InstanceAllocation."""

    def test_what_differs_is_written_once(self, fake: Fake, context: Context) -> None:
        """Taking an instance over sends one write, and keeps the limit and back-ends that were not given."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900, backends=("ibm_alpha",)).crn
        _, outputs = allocation.create(context, {"crn": crn, "allocation_seconds": 300})

        assert outputs == {"crn": crn, "allocation_seconds": 300}
        assert writes(fake) == ["instances.update"]
        live = fake.instance(crn)
        assert (live.allocation_seconds, live.limit_seconds, live.backends) == (300, 900, ("ibm_alpha",))

    def test_what_is_already_so_is_not_written(self, fake: Fake, context: Context) -> None:
        """Where the live values are the wanted ones, nothing is sent; the order of back-ends means nothing."""
        crn = fake.add_instance("a", allocation_seconds=100, backends=("ibm_alpha", "ibm_beta")).crn
        wanted = {"crn": crn, "allocation_seconds": 100, "limit_seconds": "none", "backends": ["ibm_beta", "ibm_alpha"]}
        allocation.create(context, wanted)

        assert writes(fake) == []

    def test_none_removes_a_limit(self, fake: Fake, context: Context) -> None:
        """``"none"`` is no limit, which is not the same as a limit that is left out."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900).crn
        allocation.create(context, {"crn": crn, "allocation_seconds": 100, "limit_seconds": "none"})

        assert fake.instance(crn).limit_seconds is None

    def test_a_write_is_done_when_it_reads_back(self, fake: Fake, context: Context) -> None:
        """A service that accepts now and shows later is waited for."""
        fake.behaviour.read_lag = 3
        crn = fake.add_instance("a", allocation_seconds=100).crn
        allocation.create(context, {"crn": crn, "allocation_seconds": 300})
        shown = context.cloud.resource_controller.instance(crn)

        assert shown is not None
        assert shown.settings is not None
        assert shown.settings.allocation_seconds == 300

    def test_a_write_that_never_shows_is_an_error(self, fake: Fake, context: Context, time: PassingTime) -> None:
        """What was accepted but does not read back within five minutes is not taken for done."""
        fake.behaviour.read_lag = 1000
        crn = fake.add_instance("a", allocation_seconds=100).crn
        with pytest.raises(NotSettled, match="not show"):
            allocation.create(context, {"crn": crn, "allocation_seconds": 300})

        assert 300 <= time.now() < 320

    def test_a_lost_answer_is_no_failure(self, fake: Fake, context: Context) -> None:
        """A write that took effect before the connection broke off is found to be done."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.inject(Fault.lost_answer("instances.update"))
        allocation.create(context, {"crn": crn, "allocation_seconds": 300})

        assert fake.instance(crn).allocation_seconds == 300

    def test_a_refusal_says_what_the_service_said(self, fake: Fake, context: Context) -> None:
        """A write past the budget fails with the instance and the service's words, and changes nothing."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        with pytest.raises(Refused, match=r"could not write to instance 'a': 400 \w+"):
            allocation.create(context, {"crn": crn, "allocation_seconds": 10**9})

        assert fake.instance(crn).allocation_seconds == 100

    def test_an_instance_that_is_not_there_is_named(self, fake: Fake, context: Context) -> None:
        """Its CRN is in the message."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.change_instance(crn, state=State.REMOVED)
        with pytest.raises(NotFound, match=crn):
            allocation.create(context, {"crn": crn, "allocation_seconds": 300})

    def test_reading_gives_live_values_of_what_was_given(self, fake: Fake, context: Context) -> None:
        """Drift shows in what is managed; a limit that is not managed may change without showing."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900).crn
        fake.change_instance(crn, allocation_seconds=77, limit_seconds=800)

        given = {"crn": crn, "allocation_seconds": 100}
        assert read(allocation.LIFECYCLE, context, crn, given) == {"crn": crn, "allocation_seconds": 77}
        live = {"crn": crn, "allocation_seconds": 77, "limit_seconds": 800}
        assert read(allocation.LIFECYCLE, context, crn, {**given, "limit_seconds": "none"}) == live

    def test_a_deleted_instance_reads_as_gone(self, fake: Fake, context: Context) -> None:
        """The engine drops it from the state."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        context.cloud.resource_controller.delete(crn)

        assert read(allocation.LIFECYCLE, context, crn, {"crn": crn, "allocation_seconds": 100}) is None


class TestImport:
    """An instance that the state knows nothing of but its CRN."""

    @pytest.mark.parametrize("lifecycle", [allocation.LIFECYCLE, instance.LIFECYCLE], ids=lambda one: one.type.name)
    def test_all_inputs_are_read(self, fake: Fake, context: Context, lifecycle: InstanceLifecycle) -> None:
        """What a program must declare to have no change is what is read."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900, backends=("ibm_alpha",)).crn
        found = lifecycle.read(context, crn, {})

        assert found is not None
        inputs, problems = lifecycle.type.check({}, found)
        assert problems == {}
        assert (inputs["allocation_seconds"], inputs["limit_seconds"], inputs["backends"]) == (100, 900, ["ibm_alpha"])
        assert not lifecycle.compare(lambda: context, crn, found, inputs, 0).changed

    def test_what_is_no_crn_is_refused(self, fake: Fake, context: Context) -> None:
        """Before anything is asked."""
        with pytest.raises(CloudError, match=r"an instance is imported by its CRN: .*chemistry"):
            allocation.LIFECYCLE.read(context, "chemistry", {})

        assert fake.calls == ()


class TestInstance:
    """Instance."""

    def test_it_is_created_as_declared(self, fake: Fake, context: Context) -> None:
        """Name, region, allocation, limit and tags arrive; the id is the CRN."""
        crn, outputs = instance.create(context, {**NEW, "limit_seconds": 900})
        live = fake.instance(crn)

        assert (live.name, live.allocation_seconds, live.limit_seconds) == ("chemistry", 600, 900)
        assert live.tags == {"team:chemistry"}
        assert (outputs["crn"], outputs["state"], outputs["target"]) == (crn, "active", "eu-de")

    @pytest.mark.parametrize(
        "fault", [Fault.lost_answer("instances.create"), Fault("instances.create", malformed=True, applied=True)]
    )
    def test_a_lost_answer_does_not_make_a_second_one(self, fake: Fake, context: Context, fault: Fault) -> None:
        """The instance that a call made whose answer was lost or cut off is found and used."""
        fake.inject(fault)
        crn, _ = instance.create(context, NEW)

        assert writes(fake).count("instances.create") == 1
        assert fake.instance("chemistry").crn == crn

    def test_a_lost_answer_does_not_make_a_second_one_though_lists_lag(
        self, fake: Fake, context: Context, time: PassingTime
    ) -> None:
        """What a lost call made is looked for until lists show it; nothing is asked for again meanwhile."""
        fake.behaviour.list_lag_seconds = 20
        fake.inject(Fault.lost_answer("instances.create"))
        crn, _ = instance.create(context, NEW)

        assert writes(fake) == ["instances.create"]
        assert fake.instance("chemistry").crn == crn
        assert 20 <= time.now() < 35

    def test_in_doubt_nothing_more_is_asked_for(self, fake: Fake, context: Context) -> None:
        """Where the answer was lost and nobody can look, the run ends, and says what the next one is going to do."""
        fake.inject(Fault.lost_answer("instances.create"), Fault("instances.list", nth=2, reset=True, count=None))
        with pytest.raises(CloudError, match="whether it was made all the same is not known: run again"):
            instance.create(context, NEW)
        assert writes(fake) == ["instances.create"]

        fake.clear_faults()
        with pytest.raises(CloudError, match=f"adopt_crn='{fake.instance('chemistry').crn}'"):
            instance.create(context, NEW)
        assert writes(fake) == ["instances.create"]

    def test_what_another_run_has_just_created_is_seen(self, fake: Fake, context: Context) -> None:
        """Before it is asked for, the account is listed afresh: a listing that is kept would lack it."""
        assert context.cloud.resource_controller.recent_instance("any") is None
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        assert context.cloud.resource_controller.recent_instance(crn) is None
        with pytest.raises(CloudError, match="FairShare takes it over in its next run"):
            instance.create(context, NEW)

        assert writes(fake) == []

    def test_a_created_instance_that_cannot_be_read_is_not_lost(self, fake: Fake, context: Context) -> None:
        """The service fails while it provisions: the id is returned all the same, so that the state knows it."""
        fake.behaviour.provisioning_polls = 3
        fake.inject(Fault("instances.get", nth=2, status=500, count=None))
        crn, outputs = instance.create(context, NEW)

        assert (crn, outputs["state"]) == (fake.instance("chemistry").crn, "provisioning")

    def test_a_service_that_wants_to_be_asked_later_is(self, fake: Fake, context: Context, time: PassingTime) -> None:
        """A call that was plainly refused is repeated, after looking for a minute what effect it had all the same."""
        fake.inject(Fault("instances.create", status=503, retry_after="7"))
        crn, _ = instance.create(context, NEW)

        assert fake.instance("chemistry").crn == crn
        assert 60 <= time.now() < 75

    @pytest.mark.parametrize("lost", [{"reset": True}, {"status": 500}, {"status": 504}])
    def test_what_may_have_been_made_is_not_asked_for_again(
        self, fake: Fake, context: Context, lost: dict[str, Any]
    ) -> None:
        """However long lists lag: nobody knows whether it was made, and a second one costs money."""
        fake.behaviour.list_lag_seconds = 300
        fake.inject(Fault("instances.create", applied=True, **lost))
        with pytest.raises(CloudError, match="not known: run again in some minutes, which looks for it first"):
            instance.create(context, NEW)

        assert [one.name for one in fake.account.instances].count("chemistry") == 1

    def test_a_service_that_never_answers_is_an_error(self, fake: Fake, context: Context) -> None:
        """After some tries the failure is reported."""
        fake.inject(Fault("instances.create", reset=True, count=None))
        with pytest.raises(CloudError, match="could not create instance 'chemistry'"):
            instance.create(context, NEW)

    def test_it_waits_until_the_instance_is_active(self, fake: Fake, context: Context) -> None:
        """An instance that is provisioned asynchronously is returned when it is ready."""
        fake.behaviour.provisioning_polls = 3
        _, outputs = instance.create(context, NEW)

        assert outputs["state"] == "active"

    def test_one_that_takes_too_long_is_not_lost(self, fake: Fake, context: Context, time: PassingTime) -> None:
        """Past ten minutes the id is returned all the same, so that the state knows the instance."""
        fake.behaviour.provisioning_polls = 100_000
        crn, outputs = instance.create(context, NEW)

        assert outputs["state"] == "provisioning"
        assert crn == fake.instance("chemistry").crn
        assert 600 <= time.now() < 620

    def test_a_failed_creation_leaves_nothing_behind(self, fake: Fake, context: Context) -> None:
        """What the service could not make ready is deleted, and the next try starts afresh."""
        fake.behaviour.provisioning_fails = True
        fake.behaviour.provisioning_polls = 1
        with pytest.raises(CloudError, match="could not create instance 'chemistry'"):
            instance.create(context, NEW)

        assert list(context.cloud.resource_controller.instances("7f666d17-7893-47d8-bf9d-2b2389fc4dfc")) == []

    def test_an_instance_of_this_name_is_not_taken_over_silently(self, fake: Fake, context: Context) -> None:
        """Somebody else's instance is not adopted, and no second one is made; the message says how to adopt it."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        with pytest.raises(CloudError, match=f"adopt_crn='{crn}'"):
            instance.create(context, NEW)

        assert writes(fake) == []

    def test_an_instance_that_exists_can_be_adopted(self, fake: Fake, context: Context) -> None:
        """Taking over writes nothing."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        adopted, outputs = instance.create(context, {**NEW, "adopt_crn": crn})

        assert (adopted, outputs["state"]) == (crn, "active")
        assert writes(fake) == []

    @pytest.mark.parametrize("change", [{"target": "us-east"}, {"resource_group": "other"}, {"plan": "internal"}])
    def test_only_what_fits_is_adopted(self, fake: Fake, context: Context, change: dict[str, str]) -> None:
        """An instance elsewhere is not taken for the one declared: its replacement would delete it."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        with pytest.raises(CloudError, match=f"cannot be taken over, its {next(iter(change))}"):
            instance.create(context, {**NEW, **change, "adopt_crn": crn})

    def test_it_can_be_renamed(self, fake: Fake, context: Context) -> None:
        """A new name changes the instance in place and leaves its settings alone."""
        crn, _ = instance.create(context, NEW)
        renamed = instance.update(context, crn, NEW, {**NEW, "name": "physics"})
        live = fake.instance(crn)

        assert (renamed["name"], live.name, live.allocation_seconds) == ("physics", "physics", 600)

    def test_one_that_was_not_ready_is_finished_by_an_update(self, fake: Fake, context: Context) -> None:
        """What is left to be done is said, and an update waits for the rest of it."""
        fake.behaviour.provisioning_seconds = 1000
        crn, created = instance.create(context, NEW)
        assert f"'chemistry' ({crn}) has been made but is 'provisioning' still" in instance.unfinished(created)

        updated = instance.update(context, crn, created, NEW)
        assert (updated["state"], instance.unfinished(updated)) == ("active", "")

    def test_it_is_deleted(self, fake: Fake, context: Context) -> None:
        """Deleting twice is no error, and it reads as gone afterwards."""
        crn, _ = instance.create(context, NEW)
        for _ in range(2):
            instance.delete(context, crn, {})

        assert fake.instance(crn).state is State.REMOVED
        assert read(instance.LIFECYCLE, context, crn, NEW) is None

    def test_a_locked_instance_is_not_deleted(self, fake: Fake, context: Context) -> None:
        """The service's refusal is reported, and the instance is still there."""
        crn, _ = instance.create(context, NEW)
        fake.change_instance(crn, locked=True)
        with pytest.raises(Refused, match="could not delete"):
            instance.delete(context, crn, {})

        assert read(instance.LIFECYCLE, context, crn, NEW) is not None


@pytest.fixture
def cancelled(fake: Fake, cloud: Cloud) -> Context:
    """What lifecycles work with where the waiting is cancelled after the first pause, however long that would be."""
    pauses = PassingTime()
    return Context(lambda: cloud, Path(), Clock(pauses.now, pauses.sleep, lambda: bool(pauses.pauses)))


def test_a_cancelled_creation_keeps_what_there_is(fake: Fake, cancelled: Context) -> None:
    """An instance that is still provisioned when the run is told to stop has its CRN in the state all the same."""
    fake.behaviour.provisioning_seconds = 10_000
    crn, outputs = instance.create(cancelled, NEW)

    assert crn == fake.instance("chemistry").crn
    assert outputs["state"] == "provisioning"


def test_a_cancelled_creation_is_not_sent_again(fake: Fake, cancelled: Context) -> None:
    """Where the answer was lost nothing new is started; the next run looks for what it may have made."""
    fake.inject(Fault("instances.create", reset=True, count=None))
    with pytest.raises(CloudError, match="run again in some minutes, which looks for it first"):
        instance.create(cancelled, NEW)

    assert writes(fake).count("instances.create") == 1


def test_a_cancelled_write_says_that_it_does_not_show_yet(fake: Fake, cancelled: Context) -> None:
    """Nobody has waited for five minutes."""
    fake.behaviour.read_lag = 1000
    crn = fake.add_instance("a", allocation_seconds=100).crn
    with pytest.raises(NotSettled, match="do not show yet; run again"):
        allocation.create(cancelled, {"crn": crn, "allocation_seconds": 300})
