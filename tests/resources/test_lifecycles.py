"""An instance and its allocation: created, read, changed and deleted, with everything going wrong."""

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError, NotFound, NotSettled, Refused, Unreachable
from pulumi_ibm_quantum.fake import DEFAULT_RESOURCE_GROUP_ID, Fake, Fault, State
from pulumi_ibm_quantum.resources import allocation, instance, settling
from pulumi_ibm_quantum.resources.properties import UNKNOWN, Problem, normalise

pytestmark = pytest.mark.usefixtures("hurry")

NEW = {
    "name": "chemistry",
    "plan": "premium",
    "target": "eu-de",
    "resource_group": DEFAULT_RESOURCE_GROUP_ID,
    "allocation_seconds": 600,
    "tags": ["team:chemistry"],
}


def writes(fake: Fake) -> list[str]:
    return [call.route for call in fake.writes]


class TestAllocation:
    """InstanceAllocation."""

    def test_what_differs_is_written_once(self, fake: Fake, cloud: Cloud) -> None:
        """Taking an instance over sends one write, and keeps the limit and back-ends that were not given."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900, backends=("ibm_alpha",)).crn
        outputs = allocation.apply(cloud, {"crn": crn, "allocation_seconds": 300})

        assert outputs == {"crn": crn, "allocation_seconds": 300}
        assert writes(fake) == ["instances.update"]
        live = fake.instance(crn)
        assert (live.allocation_seconds, live.limit_seconds, live.backends) == (300, 900, ("ibm_alpha",))

    def test_what_is_already_so_is_not_written(self, fake: Fake, cloud: Cloud) -> None:
        """Where the live values are the wanted ones, nothing is sent; the order of back-ends means nothing."""
        crn = fake.add_instance("a", allocation_seconds=100, backends=("ibm_alpha", "ibm_beta")).crn
        wanted = {"crn": crn, "allocation_seconds": 100, "limit_seconds": "none", "backends": ["ibm_beta", "ibm_alpha"]}
        allocation.apply(cloud, wanted)

        assert writes(fake) == []

    def test_none_removes_a_limit(self, fake: Fake, cloud: Cloud) -> None:
        """``"none"`` is no limit, which is not the same as a limit that is left out."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900).crn
        allocation.apply(cloud, {"crn": crn, "allocation_seconds": 100, "limit_seconds": "none"})

        assert fake.instance(crn).limit_seconds is None

    def test_a_write_is_done_when_it_reads_back(self, fake: Fake, cloud: Cloud) -> None:
        """A service that accepts now and shows later is waited for."""
        fake.behaviour.read_lag = 3
        crn = fake.add_instance("a", allocation_seconds=100).crn
        allocation.apply(cloud, {"crn": crn, "allocation_seconds": 300})
        shown = cloud.resource_controller.instance(crn)

        assert shown is not None
        assert shown.settings is not None
        assert shown.settings.allocation_seconds == 300

    def test_a_write_that_never_shows_is_an_error(
        self, fake: Fake, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What was accepted but does not read back is not taken for done."""
        monkeypatch.setattr(settling, "WRITE_DEADLINE_SECONDS", 0.01)
        fake.behaviour.read_lag = 1000
        crn = fake.add_instance("a", allocation_seconds=100).crn
        with pytest.raises(NotSettled, match="not show"):
            allocation.apply(cloud, {"crn": crn, "allocation_seconds": 300})

    def test_a_lost_answer_is_no_failure(self, fake: Fake, cloud: Cloud) -> None:
        """A write that took effect before the connection broke off is found to be done."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.inject(Fault.lost_answer("instances.update"))
        allocation.apply(cloud, {"crn": crn, "allocation_seconds": 300})

        assert fake.instance(crn).allocation_seconds == 300

    def test_a_refusal_says_what_the_service_said(self, fake: Fake, cloud: Cloud) -> None:
        """A write past the budget fails with the instance and the service's words, and changes nothing."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        with pytest.raises(Refused, match=r"could not write to instance 'a' .*: 400 \w+"):
            allocation.apply(cloud, {"crn": crn, "allocation_seconds": 10**9})

        assert fake.instance(crn).allocation_seconds == 100

    def test_an_instance_that_is_not_there_is_named(self, fake: Fake, cloud: Cloud) -> None:
        """Its CRN is in the message."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.change_instance(crn, state=State.REMOVED)
        with pytest.raises(NotFound, match=crn):
            allocation.apply(cloud, {"crn": crn, "allocation_seconds": 300})

    def test_reading_gives_live_values_of_what_was_given(self, fake: Fake, cloud: Cloud) -> None:
        """Drift shows in what is managed; a limit that is not managed may change without showing."""
        crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=900).crn
        fake.change_instance(crn, allocation_seconds=77, limit_seconds=800)

        assert allocation.read(cloud, {"crn": crn, "allocation_seconds": 100}) == {"crn": crn, "allocation_seconds": 77}
        assert allocation.read(cloud, {"crn": crn, "allocation_seconds": 100, "limit_seconds": "none"}) == {
            "crn": crn,
            "allocation_seconds": 77,
            "limit_seconds": 800,
        }

    def test_a_deleted_instance_reads_as_gone(self, fake: Fake, cloud: Cloud) -> None:
        """The engine drops it from the state."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        cloud.resource_controller.delete(crn)

        assert allocation.read(cloud, {"crn": crn, "allocation_seconds": 100}) is None

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"crn": "team-a"}, "crn"),
            ({"crn": "crn:v1:bluemix:public:cloud-object-storage:global:a/0123:1111::"}, "crn"),
            ({"allocation_seconds": 0}, "allocation_seconds"),
            ({"allocation_seconds": 1.5}, "allocation_seconds"),
            ({"allocation_seconds": True}, "allocation_seconds"),
            ({"limit_seconds": -1}, "limit_seconds"),
            ({"limit_seconds": "unlimited"}, "limit_seconds"),
            ({"backends": "ibm_alpha"}, "backends"),
        ],
    )
    def test_wrong_properties_are_found_before_anything_is_written(
        self, fake: Fake, change: dict[str, object], problem: str
    ) -> None:
        """Each wrong property is reported under its name."""
        good = {"crn": fake.add_instance("a", allocation_seconds=100).crn, "allocation_seconds": 100.0}

        assert allocation.check(normalise(good)) == []
        assert [found.property for found in allocation.check(normalise({**good, **change}))] == [problem]

    def test_unknown_properties_pass_and_differ(self) -> None:
        """A CRN that is not known yet is no mistake; where there was one, it means a new instance."""
        unknown = {"crn": UNKNOWN, "allocation_seconds": 100}

        assert allocation.check(unknown) == []
        assert allocation.diff({"crn": "crn", "allocation_seconds": 100}, unknown).replaces == ("crn",)

    def test_doubles_do_not_differ_from_integers(self) -> None:
        """Numbers arrive from the engine as doubles."""
        old, new = normalise({"crn": "crn", "allocation_seconds": 100}), {"crn": "crn", "allocation_seconds": 100.0}

        assert allocation.diff(old, normalise(new)).changed == ()


class TestInstance:
    """Instance."""

    def test_it_is_created_as_declared(self, fake: Fake, cloud: Cloud) -> None:
        """Name, region, allocation, limit and tags arrive; the id is the CRN."""
        crn, outputs = instance.create(cloud, {**NEW, "limit_seconds": 900})
        live = fake.instance(crn)

        assert (live.name, live.allocation_seconds, live.limit_seconds) == ("chemistry", 600, 900)
        assert live.tags == {"team:chemistry"}
        assert (outputs["crn"], outputs["state"], outputs["target"]) == (crn, "active", "eu-de")

    @pytest.mark.parametrize(
        "fault", [Fault.lost_answer("instances.create"), Fault("instances.create", malformed=True, applied=True)]
    )
    def test_a_lost_answer_does_not_make_a_second_one(
        self, fake: Fake, cloud: Cloud, fault: Fault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The instance that a call made whose answer was lost or cut off is found and used."""
        monkeypatch.setattr(instance, "_PAUSE_SECONDS", 0.0)
        fake.inject(fault)
        crn, _ = instance.create(cloud, NEW)

        assert writes(fake).count("instances.create") == 1
        assert fake.instance("chemistry").crn == crn

    def test_a_refused_connection_is_tried_again(
        self, fake: Fake, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A call that had no effect is repeated, after looking."""
        monkeypatch.setattr(instance, "_PAUSE_SECONDS", 0.0)
        fake.inject(Fault("instances.create", reset=True), Fault("instances.create", status=503))
        crn, _ = instance.create(cloud, NEW)

        assert fake.instance("chemistry").crn == crn

    def test_a_service_that_never_answers_is_an_error(
        self, fake: Fake, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """After some tries the failure is reported."""
        monkeypatch.setattr(instance, "_PAUSE_SECONDS", 0.0)
        fake.inject(Fault("instances.create", reset=True, count=None))
        with pytest.raises(Unreachable, match="could not create instance 'chemistry'"):
            instance.create(cloud, NEW)

    def test_it_waits_until_the_instance_is_active(self, fake: Fake, cloud: Cloud) -> None:
        """An instance that is provisioned asynchronously is returned when it is ready."""
        fake.behaviour.provisioning_polls = 3
        _, outputs = instance.create(cloud, NEW)

        assert outputs["state"] == "active"

    def test_one_that_takes_too_long_is_not_lost(
        self, fake: Fake, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Past the deadline the id is returned all the same, so that the state knows the instance."""
        monkeypatch.setattr(instance, "CREATE_DEADLINE_SECONDS", 0.01)
        fake.behaviour.provisioning_polls = 100_000
        crn, outputs = instance.create(cloud, NEW)

        assert outputs["state"] == "provisioning"
        assert crn == fake.instance("chemistry").crn

    def test_a_failed_creation_leaves_nothing_behind(self, fake: Fake, cloud: Cloud) -> None:
        """What the service could not make ready is deleted, and the next try starts afresh."""
        fake.behaviour.provisioning_fails = True
        fake.behaviour.provisioning_polls = 1
        with pytest.raises(CloudError, match="could not create instance 'chemistry'"):
            instance.create(cloud, NEW)

        assert list(cloud.resource_controller.instances("7f666d17-7893-47d8-bf9d-2b2389fc4dfc")) == []

    def test_an_instance_of_this_name_is_not_taken_over_silently(self, fake: Fake, cloud: Cloud) -> None:
        """Somebody else's instance is not adopted, and no second one is made; the message says how to adopt it."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        with pytest.raises(CloudError, match=f"adopt_crn='{crn}'"):
            instance.create(cloud, NEW)

        assert writes(fake) == []

    def test_an_instance_that_exists_can_be_adopted(self, fake: Fake, cloud: Cloud) -> None:
        """Taking over writes nothing."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        adopted, outputs = instance.create(cloud, {**NEW, "adopt_crn": crn})

        assert (adopted, outputs["state"]) == (crn, "active")
        assert writes(fake) == []

    @pytest.mark.parametrize("change", [{"target": "us-east"}, {"resource_group": "other"}, {"plan": "internal"}])
    def test_only_what_fits_is_adopted(self, fake: Fake, cloud: Cloud, change: dict[str, str]) -> None:
        """An instance elsewhere is not taken for the one declared: its replacement would delete it."""
        crn = fake.add_instance("chemistry", region="eu-de", allocation_seconds=50).crn
        with pytest.raises(CloudError, match=f"cannot be taken over, its {next(iter(change))}"):
            instance.create(cloud, {**NEW, **change, "adopt_crn": crn})

    def test_it_can_be_renamed(self, fake: Fake, cloud: Cloud) -> None:
        """A new name changes the instance in place and leaves its settings alone."""
        crn, _ = instance.create(cloud, NEW)
        renamed = instance.update(cloud, crn, {**NEW, "name": "physics"})
        live = fake.instance(crn)

        assert (renamed["name"], live.name, live.allocation_seconds) == ("physics", "physics", 600)

    def test_it_is_deleted(self, fake: Fake, cloud: Cloud) -> None:
        """Deleting twice is no error, and it reads as gone afterwards."""
        crn, _ = instance.create(cloud, NEW)
        for _ in range(2):
            instance.delete(cloud, crn)

        assert fake.instance(crn).state is State.REMOVED
        assert instance.read(cloud, crn, NEW) is None

    def test_a_locked_instance_is_not_deleted(self, fake: Fake, cloud: Cloud) -> None:
        """The service's refusal is reported, and the instance is still there."""
        crn, _ = instance.create(cloud, NEW)
        fake.change_instance(crn, locked=True)
        with pytest.raises(Refused, match="could not delete"):
            instance.delete(cloud, crn)

        assert instance.read(cloud, crn, NEW) is not None

    def test_settings_at_birth_make_no_difference_later(self) -> None:
        """Allocation, limit and back-ends belong to the InstanceAllocation once there is one."""
        later = {**NEW, "allocation_seconds": 9, "limit_seconds": 9, "backends": ["x"], "adopt_crn": "crn"}

        assert instance.diff(NEW, later).changed == ()
        assert instance.keep_birth(NEW, later) == NEW
        assert instance.keep_birth({}, later) == later

    @pytest.mark.parametrize(("name", "replaces"), [("name", ()), ("plan", ("plan",)), ("target", ("target",))])
    def test_what_cannot_change_in_place_replaces(self, name: str, replaces: tuple[str, ...]) -> None:
        """A name can change; a plan or a region needs a new instance."""
        assert instance.diff(NEW, {**NEW, name: "other"}).replaces == replaces

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            ({"plan": "platinum"}, [Problem("plan", "unknown plan 'platinum'; known are ")]),
            ({"name": ""}, [Problem("name", "must be given, as text")]),
            ({"tags": [1]}, [Problem("tags", "must be a list of names")]),
        ],
    )
    def test_wrong_properties_are_found_before_anything_is_created(
        self, change: dict[str, object], expected: list[Problem]
    ) -> None:
        """Each wrong property is reported under its name."""
        found = instance.check({**NEW, **change})

        assert [
            (problem.property, problem.reason[: len(wanted.reason)])
            for problem, wanted in zip(found, expected, strict=True)
        ] == [(wanted.property, wanted.reason) for wanted in expected]
