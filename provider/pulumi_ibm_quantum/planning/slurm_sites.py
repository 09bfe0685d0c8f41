"""The Slurm sites of a configuration, with the CRNs that their files carry."""

import re
from collections.abc import Mapping
from difflib import unified_diff
from typing import Final

from pulumi_ibm_quantum import slurm
from pulumi_ibm_quantum.cloud import Endpoints
from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration, SlurmProject, SlurmSite, backends_at
from pulumi_ibm_quantum.vocabulary import Crn, parse_crn

_STAND_IN: Final = "00000000-0000-0000-0000-000000000000"
"""The guid of what is not there yet, where a text is made that only people see."""


def instances_at(site: SlurmSite) -> list[str]:
    """Return the names of the instances that a site uses."""
    return [project.instance for project in site.projects]


def known_crns(configuration: ProjectConfiguration) -> dict[str, str]:
    """Return by name the CRNs that the configuration itself has: those of instances that are not created as code."""
    return {entry.name: entry.crn for entry in configuration.instances if entry.crn is not None}


def site_files(configuration: ProjectConfiguration, site: SlurmSite, crns: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each file of a site by its path; ``crns`` has that of each instance which the site uses."""
    return slurm.render(_site(configuration, site, crns))


def lines_of_new(configuration: ProjectConfiguration, site: SlurmSite, crns: Mapping[str, str]) -> list[str]:
    """Return what the instances that are not there yet bring to a site's files: the lines that come and go, by path."""
    account = configuration.account_id
    stand_ins = {
        entry.name: str(Crn("bluemix", entry.create.target, account, _STAND_IN))
        for entry in configuration.instances
        if entry.create is not None and entry.name not in crns
    }
    there = tuple(project for project in site.projects if project.instance not in stand_ins)
    before = site_files(configuration, site.model_copy(update={"projects": there}), crns)
    after = site_files(configuration, site, {**crns, **stand_ins})
    lines: list[str] = []
    for path, text in after.items():
        old = before.get(path, "").splitlines()
        changed = [one for one in unified_diff(old, text.splitlines(), n=0, lineterm="") if not one.startswith("@@")]
        if changed[2:]:
            lines += [f"{path}:", *(f"  {line[0]} {_without_stand_in(line[1:])}" for line in changed[2:])]
    return lines


def _without_stand_in(line: str) -> str:
    return re.sub(rf"crn:[^\s\"']*{_STAND_IN}::", "(its CRN, known after the update)", line)


def _site(configuration: ProjectConfiguration, site: SlurmSite, crns: Mapping[str, str]) -> slurm.Site:
    entries = {entry.name: entry for entry in configuration.instances}
    return slurm.Site(
        name=site.name,
        projects=tuple(_project(site, one, entries[one.instance], crns[one.instance]) for one in site.projects),
        names=site.names,
        session_mode=site.session_mode,
        session_max_ttl_seconds=site.session_max_ttl_seconds,
        plugin=site.plugin,
        qrmi_config=site.qrmi_config,
    )


def _project(site: SlurmSite, project: SlurmProject, entry: InstanceEntry, crn: str) -> slurm.Project:
    parts = parse_crn(crn)
    # Not those of this machine's environment: the files are for another.
    endpoints = Endpoints.of_ibm_cloud(staging=parts.cloud == "staging")
    return slurm.Project(
        instance=project.instance,
        crn=crn,
        endpoint=f"{endpoints.quantum_of(parts.region)}/v1",
        iam_endpoint=endpoints.iam,
        backends=backends_at(site, project, entry),
        accounts=project.accounts,
        key_file=project.key_file,
        licenses=project.licenses,
    )
