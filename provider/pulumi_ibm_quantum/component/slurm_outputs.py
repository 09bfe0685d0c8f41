"""The files of the Slurm sites as an output: they are made when the CRNs that they carry are known."""

from collections.abc import Mapping
from functools import partial

import pulumi

from pulumi_ibm_quantum.config import ProjectConfiguration, SlurmSite
from pulumi_ibm_quantum.planning.slurm_sites import instances_at, known_crns, site_files

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
        sites[site.name] = values.apply(partial(_files, configuration, site, names))
    return pulumi.Output.all(**sites) if sites else pulumi.Output.from_input({})


def _files(
    configuration: ProjectConfiguration, site: SlurmSite, names: list[str], crns: list[str]
) -> Mapping[str, str]:
    return site_files(configuration, site, dict(zip(names, crns, strict=True)))
