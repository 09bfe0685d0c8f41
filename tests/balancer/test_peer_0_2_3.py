"""The first generation of the peer, 0.2.3: its figures where its rules are ours, recorded from it.

Recorded without caps, grants, targets, reserve and allocations below usage; docs/qauvern.md says why ours differ there.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.balancer import ConfiguredInstance, InstanceState, Policy, Usage, balance
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY, account

RECORDED = json.loads((Path(__file__).parent / "peer_0_2_3.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("recorded", RECORDED, ids=range(len(RECORDED)))
def test_the_figures_are_those_of_0_2_3_but_for_rounding(recorded: dict[str, Any]) -> None:
    """It shares out once and leaves the fractions; ours shares the fractions too, so nobody gets less."""
    instances = [
        ConfiguredInstance(
            InstanceState(f"crn{index}", f"i{index}", one["allocation"], Limit.NONE, Usage(*one["usage"]))
        )
        for index, one in enumerate(recorded["instances"])
    ]
    allocated = sum(one["allocation"] for one in recorded["instances"])
    plan = balance(
        account(allocated + recorded["unallocated"], recorded["unallocated"]),
        instances,
        Policy(recorded["minimum"]),
        TODAY,
    )
    for ours, theirs in zip(plan.instances, recorded["instances"], strict=True):
        assert 0 <= ours.new_allocation_seconds - theirs["new"] <= len(instances)
