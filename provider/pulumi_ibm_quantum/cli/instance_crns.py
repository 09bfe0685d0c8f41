"""The CRNs of a configuration's instances, looked up where they are created as code."""

from collections.abc import Collection

from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.matching import match
from pulumi_ibm_quantum.planning.observing import observe_instances
from pulumi_ibm_quantum.planning.slurm_sites import known_crns


def crns_of(configuration: ProjectConfiguration, names: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return CRNs by name, and by name why there is none; a key is needed only where one has to be looked up."""
    crns = {name: crn for name, crn in known_crns(configuration).items() if name in names}
    problems = {}
    if wanted := set(names) - set(crns):
        for one in match(configuration, observe_instances(connect(), configuration.plan)).matches:
            if one.entry.name not in wanted:
                continue
            if one.live is not None and not one.problem:
                crns[one.entry.name] = one.live.crn
            else:
                problems[one.entry.name] = one.problem or f"instance {one.entry.name} is not there yet: create it first"
    return crns, problems
