"""Policies: what each finds in a stack, and what it leaves alone."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.documents import DocumentError
from pulumi_ibm_quantum.review.policies import POLICIES, Declared, PolicySettings

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:calm::"
URN = "urn:pulumi:test::account::{type}::{name}"
DYNAMIC, NATIVE = "pulumi-python:dynamic/ibm-quantum", "ibm-quantum:index"


def declared(kind: str, name: str, package: str = DYNAMIC, **properties: Any) -> Declared:
    """A resource; ``of`` names the instance of this stack that its CRN comes from."""
    type_, of, protect = f"{package}:{kind}", properties.pop("of", None), properties.pop("protect", False)
    source = [URN.format(type=f"{package}:Instance", name=of)] if of else []
    found = Declared.of(type_, URN.format(type=type_, name=name), properties, protect=protect, crn_from=source)
    assert found is not None
    return found


def allocation(name: str = "calm", **properties: Any) -> Declared:
    return declared("InstanceAllocation", name, **{"crn": CRN, "allocation_seconds": 7_200.0, **properties})


def instance(name: str = "new", **properties: Any) -> Declared:
    whole = {"allocation_seconds": 600.0, "protect": True, "tags": ["owner:a.b", "team:optics"], **properties}
    return declared("Instance", name, **whole)


def fair_share(budget: float) -> Declared:
    return declared("FairShare", "fair-share", NATIVE, decision={"budget_seconds": budget})


CASES: dict[str, tuple[str, dict[str, Any], list[Declared], list[str]]] = {
    "more than the budget": (
        "over-commit",
        {"budget_seconds": 7_200},
        [allocation(), allocation("busy")],
        ["allocations are 4h together, 2h more than the budget of 2h: lower some, or ask for a larger contract"],
    ),
    "all of the budget": ("over-commit", {"budget_seconds": 14_400}, [allocation(), allocation("busy")], []),
    "more than the account's budget": (
        "over-commit",
        {},
        [fair_share(3_600.0), allocation()],
        ["allocations are 2h together, 1h more than the budget of 1h: lower some, or ask for a larger contract"],
    ),
    "a budget of its own counts in place of the account's": (
        "over-commit",
        {"budget_seconds": 7_200},
        [fair_share(3_600.0), allocation()],
        [],
    ),
    "no budget is known": ("over-commit", {}, [allocation()], []),
    "an instance and its allocation are one": (
        "over-commit",
        {"budget_seconds": 7_200},
        [instance(allocation_seconds=600), allocation("its", of="new")],
        [],
    ),
    "below the minimum": (
        "below-minimum",
        {"minimum_seconds": 10_000},
        [allocation()],
        ["its allocation of 2h is below the minimum of 2h 46m 40s"],
    ),
    "at the minimum": ("below-minimum", {"minimum_seconds": 7_200}, [allocation()], []),
    "what it had at birth is not what it has": (
        "below-minimum",
        {"minimum_seconds": 7_200},
        [instance(), allocation("its", of="new")],
        [],
    ),
    "an allocation that is not known yet": (
        "below-minimum",
        {"minimum_seconds": 7_200},
        [declared("InstanceAllocation", "calm", crn=CRN)],
        [],
    ),
    "below its usage": (
        "below-usage",
        {"usage_seconds": {CRN: 7_201}},
        [allocation()],
        ["its allocation of 2h is below the 2h 1s that it has used"],
    ),
    "all used": ("below-usage", {"usage_seconds": {CRN: 7_200}}, [allocation()], []),
    "others' usage": ("below-usage", {"usage_seconds": {"crn:other": 9_000}}, [allocation()], []),
    "not protected": (
        "unprotected-instance",
        {},
        [instance(protect=False), allocation()],
        ["is not protected: set `protect` to true for it"],
    ),
    "protected": ("unprotected-instance", {}, [instance()], []),
    "without any tag": ("missing-tag", {}, [instance(tags=[])], ["has no tag"]),
    "tags are not given": ("missing-tag", {}, [instance(tags=None)], ["has no tag"]),
    "with a tag": ("missing-tag", {}, [instance(tags=["x"])], []),
    "without those that are wanted": (
        "missing-tag",
        {"tags": ["team:", "cost:", "tier:"]},
        [instance()],
        ["has no tag cost: and no tag tier:"],
    ),
    "with those that are wanted": ("missing-tag", {"tags": ["team:"]}, [instance()], []),
    "a limit at birth without an owner": (
        "limit-without-owner",
        {},
        [instance(limit_seconds=60, tags=["team:optics"])],
        ["has a limit, and no tag owner: that says whom to ask"],
    ),
    "a limit since without an owner": (
        "limit-without-owner",
        {"tag": "contact:"},
        [instance(), allocation("its", of="new", limit_seconds=60)],
        ["has a limit, and no tag contact: that says whom to ask"],
    ),
    "a limit that was taken off": (
        "limit-without-owner",
        {},
        [allocation("its", of="new", limit_seconds="none"), instance(limit_seconds=60, tags=[])],
        [],
    ),
    "a limit with an owner": ("limit-without-owner", {}, [instance(limit_seconds=60)], []),
    "no limit": ("limit-without-owner", {}, [instance(limit_seconds="none", tags=[])], []),
    "the tags of what others created are not known": ("limit-without-owner", {}, [allocation(limit_seconds=60)], []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_found(case: str) -> None:
    """Each violation once, with what to do; nothing else."""
    name, settings, resources, messages = CASES[case]
    policy = POLICIES[name].model_validate(settings)

    assert [one.message for one in policy.violations(resources)] == messages


def test_every_policy_has_cases_of_both_kinds() -> None:
    """One in which it finds something, and one in which it does not."""
    for wanted in (True, False):
        assert {name for name, _, _, messages in CASES.values() if bool(messages) is wanted} == set(POLICIES)


@pytest.mark.parametrize("policy", [name for name, one in POLICIES.items() if not one.of_stack])
def test_what_judges_one_resource_finds_the_same_in_all_together(policy: str) -> None:
    """A pack hands them over one by one."""
    for name, settings, resources, _ in CASES.values():
        if name == policy:
            judge = POLICIES[policy].model_validate(settings)
            one_by_one = [found for one in resources for found in judge.violations([one])]
            assert one_by_one == list(judge.violations(resources))


def test_a_native_resource_is_the_same(tmp_path: Path) -> None:
    """With its own type and camel case; what is of others is none of ours."""
    resource = declared("InstanceAllocation", "a", NATIVE, allocationSeconds=60.0, limitSeconds="none", crn=CRN)

    assert resource.properties == {"allocation_seconds": 60.0, "limit_seconds": "none", "crn": CRN}
    for type_ in ("ibm-quantum:index:FairShares", "aws:s3:Bucket", "pulumi-python:dynamic/other:Instance"):
        assert Declared.of(type_, "urn", {}, protect=False) is None


@given(
    st.lists(st.integers(1, 10_000), max_size=6),
    st.lists(st.tuples(st.integers(1, 10_000), st.booleans()), max_size=6),
    st.integers(1, 60_000),
    st.randoms(),
)
def test_over_commit_is_the_sum_of_what_is_in_force(
    managed: list[int], created: list[tuple[int, bool]], budget: int, random: Any
) -> None:
    """Whatever the order; an instance counts by its birth only while nothing else says what it has."""
    resources = [allocation(f"a{at}", allocation_seconds=float(seconds)) for at, seconds in enumerate(managed)]
    total = sum(managed)
    for at, (seconds, is_managed) in enumerate(created):
        resources.append(instance(f"i{at}", allocation_seconds=float(seconds)))
        if is_managed:
            resources.append(allocation(f"i{at}", of=f"i{at}", allocation_seconds=2.0 * seconds))
        total += 2 * seconds if is_managed else seconds
    random.shuffle(resources)
    found = list(POLICIES["over-commit"].model_validate({"budget_seconds": budget}).violations(resources))

    assert bool(found) is (total > budget)


def settings(folder: Path, text: str) -> PolicySettings:
    path = folder / "policies.json"
    path.write_text(text, encoding="utf-8")
    return PolicySettings.read(path)


def test_levels_come_from_the_policy_the_file_as_a_whole_or_its_entry(tmp_path: Path) -> None:
    """The nearest counts, and what is disabled is not asked."""
    resources = [instance(protect=False, tags=[], limit_seconds=60)]

    def levels(text: str) -> dict[str, str]:
        return {name: level for name, level, _ in settings(tmp_path, text).violations(resources)}

    assert levels("{}") == {
        "unprotected-instance": "mandatory",
        "missing-tag": "advisory",
        "limit-without-owner": "advisory",
    }
    assert levels('{"all": "mandatory", "missing-tag": "disabled", "limit-without-owner": {"tag": "x:"}}') == {
        "unprotected-instance": "mandatory",
        "limit-without-owner": "mandatory",
    }
    assert levels('{"all": "disabled", "missing-tag": {"enforcementLevel": "advisory"}}') == {"missing-tag": "advisory"}


def test_all_that_is_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    """With its place, and the name that was probably meant."""
    with pytest.raises(DocumentError) as error:
        settings(
            tmp_path, '{"overcommit": {},\n "below-minimum": {"minimum_seconds": "10h"},\n "missing-tag": "strict"}'
        )

    lines = [line.removeprefix(f"{tmp_path}/policies.json:") for line in str(error.value).splitlines()]
    assert lines == [
        "1:2: overcommit: is not a known key (did you mean over-commit?)",
        '2:20: below-minimum.minimum_seconds: wants a whole number of seconds, found "10h"',
        '3:2: missing-tag: wants advisory, mandatory or disabled, found "strict"',
    ]
