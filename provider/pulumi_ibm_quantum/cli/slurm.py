"""``ibm-quantum slurm``: the files of the Slurm sites of a configuration."""

import sys
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.instance_crns import crns_of
from pulumi_ibm_quantum.cli.project_file import fail_with, read_project, warn
from pulumi_ibm_quantum.config import ProjectConfiguration, SlurmSite
from pulumi_ibm_quantum.inputs.qrmi_config_file import check_qrmi_config
from pulumi_ibm_quantum.planning.slurm_sites import instances_at, site_files
from pulumi_ibm_quantum.resources.site_folder import left_over, write_site


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
    crns, problems = crns_of(configuration, instances_at(site))
    fail_with(problems.values())
    files = site_files(configuration, site, crns)
    for path in write_site(folder, files):
        click.echo(folder / path)
    warn(f"{path} is not of this configuration: remove it if nobody needs it" for path in left_over(folder, files))


@slurm.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_command(file: Path) -> None:
    """Find what is wrong with a qrmi_config.json.

    That is also what QRMI itself takes and jobs fail by: one line each, with line and column; status 1 if there are
    errors. FILE can be anybody's, not only a rendered one.
    """
    found = check_qrmi_config(file.read_bytes(), str(file), file.stat().st_mode)
    for kind, problems in (("error", found.errors), ("warning", found.warnings)):
        for problem in problems:
            click.echo(f"{kind}: {problem}")
    if found.errors:
        sys.exit(1)


def _chosen(configuration: ProjectConfiguration, name: str | None) -> SlurmSite:
    sites = {site.name: site for site in configuration.slurm_sites}
    if name is None and len(sites) == 1:
        return configuration.slurm_sites[0]
    if name not in sites:
        there = f"there are {', '.join(sites)}" if sites else "the configuration has no slurm_sites"
        raise click.UsageError(f"Which site? Name it with --site; {there}")
    return sites[name]
