"""The files of the Slurm sites as an output: they are made when the CRNs that they carry are known."""

from collections.abc import Mapping
from functools import partial

import pulumi
from pulumi.runtime import is_dry_run

from pulumi_ibm_quantum.config import ProjectConfiguration, SlurmSite
from pulumi_ibm_quantum.planning.slurm_sites import instances_at, known_crns, lines_of_new, site_files
from pulumi_ibm_quantum.resources.unknown import is_unknown

Files = Mapping[str, Mapping[str, str]]
"""Texts by the name of the site and the path of the file."""


def slurm_outputs(
    configuration: ProjectConfiguration, created: Mapping[str, pulumi.Output[str]]
) -> pulumi.Output[Files]:
    """Return the files of each site; ``created`` has the CRNs of the instances that are created as code, by name.

    A site is unknown while one of its CRNs is, and the others are not. One that uses an instance which is not declared,
    since nothing is written in this run, is left out, and that is logged.
    """
    crns: dict[str, str | pulumi.Output[str]] = {**known_crns(configuration), **created}
    sites: dict[str, pulumi.Output[Mapping[str, str]]] = {}
    for site in configuration.slurm_sites:
        if missing := [name for name in instances_at(site) if name not in crns]:
            pulumi.log.warn(f"Slurm site {site.name} has no files yet: there is no instance {', '.join(missing)}")
            continue
        names = instances_at(site)
        values = pulumi.Output.all(*(crns[name] for name in names))
        if is_dry_run():
            values.apply(partial(_tell_what_is_new, configuration, site, names), run_with_unknowns=True)
        sites[site.name] = values.apply(partial(_files, configuration, site, names))
    return pulumi.Output.all(**sites) if sites else pulumi.Output.from_input({})


def _files(
    configuration: ProjectConfiguration, site: SlurmSite, names: list[str], crns: list[str]
) -> Mapping[str, str]:
    return site_files(configuration, site, dict(zip(names, crns, strict=True)))


def _tell_what_is_new(
    configuration: ProjectConfiguration, site: SlurmSite, names: list[str], crns: list[object]
) -> None:
    """Log what an instance that is to be created brings to a site: its files are an unknown value in this preview."""
    known = {name: crn for name, crn in zip(names, crns, strict=True) if isinstance(crn, str) and not is_unknown(crn)}
    if new := [name for name in names if name not in known]:
        lines = lines_of_new(configuration, site, known)
        pulumi.log.info("\n".join([f"Slurm site {site.name}, once there is {', '.join(new)}:", *lines]))
