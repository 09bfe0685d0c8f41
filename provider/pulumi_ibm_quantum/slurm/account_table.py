"""``qpu_projects.lua``: which instance a job gets, by its Slurm account; it counts before what the user exported."""

from collections.abc import Iterator
from typing import Final

from pulumi_ibm_quantum.slurm.names import QRMI_NAMES
from pulumi_ibm_quantum.slurm.site import Site

# Slurm keeps the names of accounts in lower case. A job without a batch script has no environment, and no --qpu either.
_FUNCTION: Final = """\
local function set_qpu_project(job_desc)
  local account = job_desc.account or job_desc.default_account
  local variables = projects[string.lower(account or "")]
  if variables == nil then
    slurm.log_user("account %s has no quantum instance on {site}", account or "(none)")
    return slurm.ERROR
  end
  if job_desc.environment ~= nil then
    for name, crn in pairs(variables) do job_desc.environment[name] = crn end
  end
  return slurm.SUCCESS
end

return set_qpu_project
"""


def account_table(site: Site) -> str:
    """Return the table of a site's accounts, and the function that its ``job_submit.lua`` calls."""
    lines = [
        "-- For job_submit.lua:",
        '--   local set_qpu_project = dofile("/etc/slurm/qpu_projects.lua")',
        "-- and, in slurm_job_submit, for jobs that are to use a backend:",
        "--   return set_qpu_project(job_desc)",
        "local projects = {",
        *_rows(site),
        "}",
        "",
    ]
    return "\n".join(lines) + "\n" + _FUNCTION.format(site=site.name)


def _rows(site: Site) -> Iterator[str]:
    names = QRMI_NAMES[site.names]
    by_account: dict[str, dict[str, str]] = {}
    for project in site.projects:
        crns = {names.variable(backend, "SERVICE_CRN"): project.crn for backend in project.backends}
        for account in project.accounts:
            by_account.setdefault(account.lower(), {}).update(crns)
    for account, crns in sorted(by_account.items()):
        yield f"  [{_lua_text(account)}] = {{"
        yield from (f"    {variable} = {_lua_text(crn)}," for variable, crn in sorted(crns.items()))
        yield "  },"


def _lua_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
