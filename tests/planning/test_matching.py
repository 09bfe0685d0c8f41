"""Which instance each entry is about: one answer for every command and the component."""

from typing import Any

from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.planning import ObservedInstance
from pulumi_ibm_quantum.planning.matching import Matching, match

ACCOUNT = "0123456789abcdef0123456789abcdef"
CREATE = {"target": "us-east", "resource_group": "group"}


def crn(number: int) -> str:
    return f"crn:v1:bluemix:public:quantum-computing:us-east:a/{ACCOUNT}:11111111-2222-4333-8444-{number:012x}::"


def instance(number: int, name: str, allocation: int | None = 100) -> ObservedInstance:
    return ObservedInstance(crn(number), name, "us-east", allocation)


def matched(entries: list[dict[str, Any]], *instances: ObservedInstance) -> Matching:
    document = {"version": 3, "account_id": ACCOUNT, "plan": "premium", "instances": entries}
    return match(parse_configuration(document).configuration, instances)


def test_an_instance_belongs_to_the_entry_that_names_its_crn() -> None:
    """Another entry that is to be created under its name stays to be created: one instance is counted once."""
    matching = matched([{"name": "old", "crn": crn(1)}, {"name": "a", "create": CREATE}], instance(1, "a"))

    assert [found.live is not None for found in matching.matches] == [True, False]
    assert matching.matches[1].is_to_be_created
    assert matching.warnings == (f"instance old is called 'a' in the account ({crn(1)})",)


def test_what_does_not_fit_is_named_entry_by_entry() -> None:
    """Missing, archived, several of one name, without an allocation: all at once, and none of them is to be created."""
    entries: list[dict[str, Any]] = [
        {"name": "missing", "crn": crn(9)},
        {"name": "archived", "create": CREATE},
        {"name": "twice", "create": CREATE},
        {"name": "unknown", "crn": crn(5)},
    ]
    matching = matched(
        entries,
        instance(1, "archived", 0),
        instance(2, "twice"),
        instance(3, "twice"),
        instance(5, "unknown", None),
    )

    assert [found.misfit for found in matching.matches] == ["missing", "archived", "ambiguous", "no allocation"]
    assert [problem.split(": ")[0] for problem in matching.problems] == [
        "instance missing",
        "instance archived",
        "instance twice",
        "instance unknown",
    ]
    assert not any(found.is_to_be_created for found in matching.matches)


def test_what_no_entry_is_about_is_left_and_archived_ones_hold_nothing() -> None:
    """The unconfigured are those that hold time."""
    matching = matched([{"name": "a", "crn": crn(1)}], instance(1, "a"), instance(2, "b"), instance(3, "c", 0))

    assert [one.name for one in matching.others] == ["b", "c"]
    assert [one.name for one in matching.unconfigured] == ["b"]
