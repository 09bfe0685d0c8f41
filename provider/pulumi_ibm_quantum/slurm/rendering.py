"""From a site to its files: a pure function, the same bytes for the same site."""

import json
from shlex import quote
from typing import Any

from pulumi_ibm_quantum.slurm.account_table import account_table
from pulumi_ibm_quantum.slurm.names import QRMI_NAMES, license_name, profile_name
from pulumi_ibm_quantum.slurm.site import Project, Site


def render(site: Site) -> dict[str, str]:
    """Return the text of each file of a site, by its path within the site's folder, in order.

    None of them holds an API key: the plugin gives what is in its file to every job that says ``--qpu`` (observed).
    """
    files = {
        "qrmi_config.json": json.dumps({"resources": _entries(site)}, indent=2, ensure_ascii=False) + "\n",
        "plugstack.conf.d/qrmi.conf": f"required {site.plugin} {site.qrmi_config}\n",
        "qpu_projects.lua": account_table(site),
        **{profile_name(project.instance): _profile(site, project) for project in site.projects},
    }
    if any(project.licenses is not None for project in site.projects):
        files["licenses.conf"] = _licenses(site)
    return dict(sorted(files.items()))


def _entries(site: Site) -> list[dict[str, Any]]:
    """Return an entry for each backend: QRMI takes an entry's name for the backend, so projects share one."""
    names = QRMI_NAMES[site.names]
    entries = []
    for backend, projects in site.projects_by_backend().items():
        values = {
            "ENDPOINT": projects[0].endpoint,
            "IAM_ENDPOINT": projects[0].iam_endpoint,
            "SESSION_MODE": site.session_mode,
        }
        if len(projects) == 1:
            values["SERVICE_CRN"] = projects[0].crn
        if site.session_max_ttl_seconds is not None:
            values["SESSION_MAX_TTL"] = str(site.session_max_ttl_seconds)
        environment = {names.key(key): values[key] for key in sorted(values)}
        entries.append({"name": backend, "type": names.type, "environment": environment})
    return entries


def _profile(site: Site, project: Project) -> str:
    """Return the variables that a user sources; they count before what is in ``qrmi_config.json`` (observed)."""
    names = QRMI_NAMES[site.names]
    lines = [f"# {project.instance} at {site.name}: source this before sbatch --qpu."]
    for backend in sorted(project.backends):
        lines.append(f"export {names.variable(backend, 'SERVICE_CRN')}={quote(project.crn)}")
        if project.key_file is not None:
            lines.append(f'export {names.variable(backend, "IAM_APIKEY")}="$(cat {quote(project.key_file)})"')
    return "\n".join(lines) + "\n"


def _licenses(site: Site) -> str:
    counts = sorted((license_name(one.instance), one.licenses) for one in site.projects if one.licenses is not None)
    dynamic = [
        f"#   sacctmgr add resource name={name} type=license count={count} cluster={site.name} allowed=100"
        for name, count in counts
    ]
    lines = [
        "# For slurm.conf, which has one such line; a job takes a license with sbatch -L NAME.",
        f"Licenses={','.join(f'{name}:{count}' for name, count in counts)}",
        "# Or in slurmdbd, where a count can change without slurm.conf:",
        *dynamic,
    ]
    return "\n".join(lines) + "\n"
