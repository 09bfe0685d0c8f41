"""Decisions about accounts on the fake."""

from datetime import date

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning import Decision, Scope, decide, observe


def decision_of(configuration: ProjectConfiguration, cloud: Cloud, day: date | None = None) -> Decision:
    """Observe the account that a configuration is about, and decide."""
    return decide(configuration, observe(cloud, Scope(configuration, day=day)), day)
