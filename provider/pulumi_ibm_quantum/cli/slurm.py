"""``ibm-quantum slurm``: the files of the Slurm sites of a configuration."""

import sys
from pathlib import Path
from typing import Final

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.instance_crns import crns_of
from pulumi_ibm_quantum.cli.project_file import fail_with, read_project, warn
from pulumi_ibm_quantum.cli.session import API_KEY, current_session
from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.config import ProjectConfiguration, SlurmSite
from pulumi_ibm_quantum.inputs.qrmi_config_file import Ask, check_qrmi_config
from pulumi_ibm_quantum.inputs.qrmi_entry import EntryFinding
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.planning.slurm_sites import instances_at, site_files
from pulumi_ibm_quantum.report.preflight import preflight_verdict
from pulumi_ibm_quantum.resources.site_folder import left_over, write_site
from pulumi_ibm_quantum.slurm import ENTRIES_FILE, entries_of_others, entry_differences

_NEVER_RUNS: Final = ("missing", "archived", "backend")


@click.group()
def slurm() -> None:
    """Bring instances to Slurm clusters, whose users reach them by the SPANK plugin for QRMI."""


@slurm.command("render")
@options.config_or_that_of_the_project
@click.option("--site", "name", metavar="NAME", help="Which site; without it, the only one.")
@click.option(
    "--output",
    "-o",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="The folder to write to.",
)
def render_command(config: Path, name: str | None, folder: Path) -> None:
    """Write the files of a Slurm site.

    It prints the paths of those that changed. Each is replaced in one step, and entries of other vendors stay in
    qrmi_config.json. The key is needed only where the site uses an instance that is created as code, whose CRN has to
    be looked up.
    """
    configuration = read_project(config)
    site = _chosen(configuration, name)
    files = _files(configuration, site)
    for path in write_site(folder, files):
        click.echo(folder / path)
    warn(f"{path} is not of this configuration: remove it if nobody needs it" for path in left_over(folder, files))


@slurm.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--config", "-c", type=click.Path(path_type=Path), metavar="FILE", help="A project configuration to compare with."
)
@click.option("--site", "name", metavar="NAME", help="Which of its sites; without it, the only one.")
@click.option("--offline", is_flag=True, help="Ask nobody about the CRNs, even where there is a key.")
def check_command(file: Path, config: Path | None, name: str | None, *, offline: bool) -> None:
    """Find what is wrong with a qrmi_config.json.

    That is also what QRMI itself takes and jobs fail by: one line each, with line and column; status 1 if there are
    errors. FILE can be anybody's, not only a rendered one. Where there is a key it asks whether the CRNs are there, may
    use the backends and have time left. With --config it names what is not as configured, by entry and key.
    """
    ask = _nobody if offline or not current_session().environment.get(API_KEY) else _asking(connect())
    content = file.read_bytes()
    found = check_qrmi_config(content, str(file), file.stat().st_mode, ask)
    errors, warnings = [*map(str, found.errors)], [*map(str, found.warnings)]
    if config is not None:
        differences, others = _compared(content, config, name)
        errors += [f"{file}: {one} (not as configured)" for one in differences]
        warnings += [f"{file}: {one}: is not of this site" for one in others]
    for kind, problems in (("error", errors), ("warning", warnings)):
        for problem in problems:
            click.echo(f"{kind}: {problem}")
    if errors:
        sys.exit(1)


def _nobody(_crn: str, _backend: str) -> None:
    """Find out nothing."""


def _asking(cloud: Cloud) -> Ask:
    def ask(crn: str, backend: str) -> EntryFinding | None:
        cloud.identity()  # A key that is refused is one error, and not one for each entry.
        found = read_preflight(cloud, crn, backends=[backend])
        if found.can_run:
            return None
        return EntryFinding((), preflight_verdict(found), is_error=found.reason in _NEVER_RUNS)

    return ask


def _compared(content: bytes, config: Path, name: str | None) -> tuple[list[str], list[str]]:
    """Return what is not as configured, and the entries that are not the site's; neither of what QRMI cannot read."""
    configuration = read_project(config)
    site = _chosen(configuration, name)
    rendered = _files(configuration, site)[ENTRIES_FILE]
    try:
        present = content.decode("utf-8")
        return list(entry_differences(rendered, present)), list(entries_of_others(rendered, present))
    except ValueError:
        return [], []


def _files(configuration: ProjectConfiguration, site: SlurmSite) -> dict[str, str]:
    crns, problems = crns_of(configuration, instances_at(site))
    fail_with(problems.values())
    return site_files(configuration, site, crns)


def _chosen(configuration: ProjectConfiguration, name: str | None) -> SlurmSite:
    sites = {site.name: site for site in configuration.slurm_sites}
    if name is None and len(sites) == 1:
        return configuration.slurm_sites[0]
    if name not in sites:
        there = f"there are {', '.join(sites)}" if sites else "the configuration has no slurm_sites"
        raise click.UsageError(f"Which site? Name it with --site; {there}")
    return sites[name]
