"""What a decision declares, as a table; no engine, no service."""

from datetime import UTC, datetime
from typing import Any

from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.planning import Decision, Observation, ObservedInstance, ObservedUsage, decide
from pulumi_ibm_quantum.resources.allocation import ALLOCATION
from pulumi_ibm_quantum.resources.declarations import Declaration, IdOf, declarations, output_of
from pulumi_ibm_quantum.resources.instance import INSTANCE
from pulumi_ibm_quantum.vocabulary import Contract, Limit

ACCOUNT = "0123"
CREATE = {"target": "eu-de", "resource_group": "group"}


def crn(number: int, region: str = "us-east") -> str:
    return f"crn:v1:bluemix:public:quantum-computing:{region}:a/{ACCOUNT}:00000000-0000-4000-8000-{number:012d}::"


def live(number: int, name: str, allocation_seconds: int, region: str = "us-east") -> ObservedInstance:
    return ObservedInstance(crn(number, region), name, region, allocation_seconds, Limit.of(5_000))


def decision(*entries: dict[str, Any], observed: dict[ObservedInstance, int]) -> Decision:
    """Decide for an account of 1 000 s whose instances used so much in each window."""
    document = {
        "version": 3,
        "account_id": ACCOUNT,
        "plan": "premium",
        "minimum_allocation_seconds": 10,
        "instances": list(entries),
    }
    observation = Observation(
        account_id=ACCOUNT,
        plan="premium",
        moment=datetime(2026, 11, 18, tzinfo=UTC),
        instances=tuple(observed),
        contracts=(Contract("one", "one", 1_000, 0, None),),
        consumed_seconds=sum(observed.values()),
        usage={one.crn: ObservedUsage(dict.fromkeys((28, 14, 7, 3, 1), used)) for one, used in observed.items()},
    )
    return decide(parse_configuration(document).configuration, observation)


def test_what_is_raised_waits_for_all_else() -> None:
    """For what stays, too: it may be a decrease when it is written. The order is that of the file."""
    decided = decision(
        {"name": "busy", "crn": crn(1)},
        {"name": "idle", "crn": crn(2), "limit_seconds": "none"},
        {"name": "held", "crn": crn(3), "hold": True, "limit_seconds": 900, "backends": ["ibm_fez"]},
        {"name": "calm", "crn": crn(4)},
        observed={live(1, "busy", 100): 90, live(2, "idle", 400): 0, live(3, "held", 50): 0, live(4, "calm", 450): 10},
    )

    assert declarations(decided) == [
        Declaration(ALLOCATION, "busy", {"crn": crn(1), "allocation_seconds": 845}, after=("idle", "held", "calm")),
        Declaration(ALLOCATION, "idle", {"crn": crn(2), "allocation_seconds": 10, "limit_seconds": "none"}),
        Declaration(
            ALLOCATION,
            "held",
            {"crn": crn(3), "allocation_seconds": 50, "limit_seconds": 900, "backends": ("ibm_fez",)},
        ),
        Declaration(ALLOCATION, "calm", {"crn": crn(4), "allocation_seconds": 94}),
    ]


def test_a_new_instance_is_declared_before_its_allocation_and_waits_too() -> None:
    """The allocation's CRN is the id of the instance; what the instance has at birth counts as a raise."""
    decided = decision(
        {"name": "new", "create": CREATE, "limit_seconds": 700, "tags": ["team:new"]},
        {"name": "old", "crn": crn(1)},
        observed={live(1, "old", 1_000): 0},
    )
    settings = {"allocation_seconds": 10, "limit_seconds": 700}

    assert declarations(decided)[:2] == [
        Declaration(
            INSTANCE,
            "new",
            {"name": "new", "plan": "premium", **CREATE, **settings, "tags": ("team:new",)},
            protect=True,
            after=("old",),
        ),
        Declaration(ALLOCATION, "new", {"crn": IdOf("new"), **settings}, after=("old",)),
    ]


def test_an_instance_that_is_there_already_is_taken_over() -> None:
    """A `create:` entry that is found in the account names its CRN; not protected where the file says so."""
    decided = decision(
        {"name": "new", "create": CREATE, "protect": False},
        observed={live(1, "new", 1_000, "eu-de"): 0},
    )
    instance, allocation = declarations(decided)

    assert (instance.properties["adopt_crn"], instance.protect) == (crn(1, "eu-de"), False)
    assert allocation.properties == {"crn": IdOf("new"), "allocation_seconds": 10}
    assert (instance.after, allocation.after) == ((), ())


def test_every_declaration_passes_the_check() -> None:
    """What is declared is what the resources take: names, values and required properties."""
    decided = decision(
        {"name": "new", "create": CREATE},
        {"name": "old", "crn": crn(1), "limit_seconds": 900, "backends": ["ibm_fez"]},
        observed={live(1, "old", 1_000): 500},
    )
    for one in declarations(decided):
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in one.properties.items()}
        values |= {"crn": crn(9)} if isinstance(values.get("crn"), IdOf) else {}
        assert one.type.check({}, values)[1] == {}
        assert set(values) <= {known.name for known in one.type.inputs}


def test_the_output_moves_only_with_the_decision() -> None:
    """It has what was decided, and no usage: another second of usage that decides nothing does not change it."""
    entry = {"name": "a", "crn": crn(1), "limit_seconds": 2_000}
    outputs = [output_of(decision(entry, observed={live(1, "a", 1_000): used})) for used in (100, 101)]

    assert outputs[0] == outputs[1]
    assert outputs[0] == {
        "budget_seconds": 1_000,
        "unallocated_seconds": 0,
        "unconfigured": [],
        "allocation_seconds": {"a": 1_000},
        "limit_seconds": {"a": 2_000},
    }
