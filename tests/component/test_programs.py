"""Programs that declare a FairShare, as they were and are written, and as Pulumi's own analyser reads it."""

import pytest
from pulumi.provider.experimental.analyzer import Analyzer

from pulumi_ibm_quantum import FairShare
from pulumi_ibm_quantum.fake import Fake
from tests.support.desk import Desk, changes, said

OF_0_1_0 = """
import pulumi

from pulumi_ibm_quantum import FairShare

settings = pulumi.Config("ibm-quantum")
fair_share = FairShare(
    "fair-share",
    configuration=settings.get("configuration") or "stacks/project.yaml",
    forecast=settings.get_bool("forecast") or False,
)

pulumi.export("plan", fair_share.plan)
"""
WITH_ARGS = """
import pulumi

from pulumi_ibm_quantum import FairShare

fair_share = FairShare("fair-share", {"configuration": "stacks/project.yaml"}, pulumi.ResourceOptions(protect=False))

pulumi.export("decision", fair_share.decision)
pulumi.export("whole minutes", fair_share.allocations["idle"].allocation_seconds.apply(lambda seconds: seconds // 60))
pulumi.export("not managed", fair_share.allocations["idle"].limit_seconds)
"""
ON_THE_MOON = """
from pulumi_ibm_quantum import Instance

Instance("a", name="a", plan="premium", target="moon", resource_group="group", allocation_seconds=600)
"""
IN_TOKYO = """
from pulumi_ibm_quantum import InstanceAllocation

crn = "crn:v1:bluemix:public:quantum-computing:jp-tok:a/0123:11111111-2222-4333-8444-555555555555::"
InstanceAllocation("b", crn=crn, allocation_seconds=600)
"""


WITH_DURATIONS = """
import pulumi
from pulumi_ibm_quantum import InstanceAllocation

one = InstanceAllocation("one", crn="CRN", allocation_seconds="2h", limit_seconds="2h 30m")
pulumi.export("minutes", one.allocation_seconds.apply(lambda seconds: seconds // 60))
"""
GATED = """
import pulumi
from pulumi_ibm_quantum import InstanceAllocation, get_preflight

verdict = get_preflight("CRN", needed_seconds=60)
if not verdict.can_run:
    raise pulumi.RunError(f"not now: {verdict.reason}")
InstanceAllocation("b", crn="CRN", allocation_seconds=600)
"""


def preview_of(at: Desk, program: str) -> dict[str, str]:
    (at.folder / "stacks" / "__main__.py").write_text(program, encoding="utf-8")
    return changes(at.preview())


def test_a_program_of_0_1_0_goes_on(at_desk: Desk) -> None:
    """What it exports keeps its name and its value, and after an update by today's program nothing else changes."""
    assert at_desk.up().ok
    assert preview_of(at_desk, OF_0_1_0) == {}
    result = at_desk.up()

    assert result.outputs == {"plan": result.old_outputs["decision"]}


def test_arguments_can_come_in_one_mapping(at_desk: Desk) -> None:
    """So a component of another language gives them; resources have whole numbers, and None for what is not managed."""
    first = at_desk.preview()
    assert preview_of(at_desk, WITH_ARGS) == changes(first)
    result = at_desk.up()

    assert result.outputs["decision"] == first.outputs["decision"]
    assert (result.outputs["whole minutes"], result.outputs.get("not managed")) == (1, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("", "FairShare needs a configuration"),
        (', {"forecast": True}', "FairShare needs a configuration"),
        (', configuration="stacks/project.yaml", snapshots="a.json"', "FairShare has no snapshots; there is conf"),
    ],
)
def test_a_program_with_other_arguments_is_told_so(at_desk: Desk, fake: Fake, arguments: str, sentence: str) -> None:
    """Nothing is read, let alone declared."""
    (at_desk.folder / "stacks" / "__main__.py").write_text(
        f'from pulumi_ibm_quantum import FairShare\n\nFairShare("fair-share"{arguments})\n', encoding="utf-8"
    )
    assert sentence in said(at_desk.preview())
    assert not fake.calls


def test_pulumis_analyser_accepts_the_component() -> None:
    """A package schema can be made from it: its inputs, of which only the configuration is required, and its output."""
    component = Analyzer("ibm-quantum").analyze([FairShare])["component_definitions"]["FairShare"]

    conditions = ("snapshot", "approved", "unattended", "observe")
    assert {name: one.optional for name, one in component.inputs.items()} == {
        "configuration": False,
        **dict.fromkeys(("forecast", *conditions), True),
    }
    assert list(component.outputs) == ["decision", "slurmSites"]
    assert component.description
    assert all(one.description for one in [*component.inputs.values(), *component.outputs.values()])


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (ON_THE_MOON, 'wants us-east or eu-de, found "moon"'),
        (IN_TOKYO, 'is a CRN of the region "jp-tok": IBM Quantum has us-east and eu-de'),
    ],
)
def test_a_region_that_there_is_not_is_refused_in_the_preview(at_desk: Desk, program: str, sentence: str) -> None:
    """What a project configuration refuses does not preview clean in a program either, to fail in an update."""
    (at_desk.folder / "stacks" / "__main__.py").write_text(program, encoding="utf-8")
    told = said(at_desk.preview())

    assert sentence in told
    assert "Traceback" not in told


def test_a_program_may_write_durations(at_desk: Desk, fake: Fake) -> None:
    """They are seconds in what the program reads back, in the state and at the service."""
    program = WITH_DURATIONS.replace("CRN", fake.instance("idle").crn)
    assert preview_of(at_desk, program)["one"] == "create"
    result = at_desk.up()

    assert result.outputs == {"minutes": 120}
    assert (fake.instance("idle").allocation_seconds, fake.instance("idle").limit_seconds) == (7_200, 9_000)
    assert changes(at_desk.preview()) == {}


def test_a_program_may_have_classes_of_its_own(at_desk: Desk) -> None:
    """A subclass of a resource is declared as that resource is, by the same provider."""
    crn = at_desk.fake.instance("idle").crn
    program = f"""
from pulumi_ibm_quantum import InstanceAllocation

class Team(InstanceAllocation):
    pass

Team("idle", crn={crn!r}, allocation_seconds=600)
"""
    preview_of(at_desk, program)
    assert at_desk.up().ok
    assert at_desk.fake.instance("idle").allocation_seconds == 600


def test_a_program_can_be_gated_by_a_pre_flight(at_desk: Desk, fake: Fake) -> None:
    """It asks with the run's own key, and what is not there to run in stops it before anything is written."""
    fake.change_instance("idle", limit_seconds=60)
    crn = fake.instance("idle").crn
    program = GATED.replace("CRN", crn)
    open_gate = preview_of(at_desk, program)
    fake.add_usage("idle", 60)
    (at_desk.folder / "stacks" / "__main__.py").write_text(program, encoding="utf-8")
    closed = at_desk.up()

    assert "b" in open_gate
    assert "not now: instance_limit" in said(closed)
    assert fake.writes == ()
