"""Changes of a configuration of the three teams, and what they do."""

from typing import Any

from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, Fake
from pulumi_ibm_quantum.planning import Observation, decide
from pulumi_ibm_quantum.review import Effect, effect_of
from tests.support.desk import UNCONFIGURED


def teams(fake: Fake, account: dict[str, Any] | None = None, **entries: dict[str, Any]) -> ProjectConfiguration:
    """A configuration of the three teams with other keys of the account, and of entries by name."""
    instances = [
        {"name": one.name, "crn": one.crn, **entries.get(one.name, {})}
        for one in fake.account.instances
        if one.name != UNCONFIGURED
    ]
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": instances,
        **(account or {}),
    }
    return parse_configuration(document).configuration


def effect(observation: Observation, base: ProjectConfiguration, head: ProjectConfiguration) -> Effect:
    """What a change does on an observation."""
    return effect_of(decide(base, observation), decide(head, observation))
