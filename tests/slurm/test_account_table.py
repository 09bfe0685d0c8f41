"""The table of accounts, run by Lua as ``job_submit.lua`` runs it."""

from typing import Any

import pytest
from lupa import LuaRuntime

from pulumi_ibm_quantum.slurm import Project, Site, render

VARIABLE = "ibm_fez_QRMI_IBM_QCS_SERVICE_CRN"
# Slurm's own function takes a format and what is put in it.
SLURM = """
said = nil
slurm = {ERROR = -1, SUCCESS = 0, log_user = function(format, ...) said = string.format(format, ...) end}
"""


def project(name: str, account: str) -> Project:
    return Project(name, f"crn-of-{name}", "https://a/v1", "https://b", ("ibm_fez",), (account,))


def submitted(**job: Any) -> tuple[int, str | None, str | None]:
    """Submit a job whose user has exported a CRN; give the status, its CRN then, and what the user was told."""
    lua = LuaRuntime()
    lua.execute(SLURM)
    site = Site("alps", (project("chemistry", "chem"), project("optics", 'Op"\\ti%cs')))
    set_qpu_project = lua.execute(render(site)["qpu_projects.lua"])
    environment = lua.table_from({VARIABLE: "another"})
    status = set_qpu_project(lua.table_from({"environment": environment, **job}))
    return status, environment[VARIABLE], lua.globals().said


@pytest.mark.parametrize(
    "job",
    [
        {"account": "chem"},
        {"account": "Chem"},
        {"default_account": "chem"},
        {"account": "chem", "default_account": "x"},
    ],
)
def test_an_account_gets_its_instance_whatever_its_user_exported(job: dict[str, str]) -> None:
    """The account is the one that was named, or else the user's own; Slurm does not tell capitals apart."""
    assert submitted(**job) == (0, "crn-of-chemistry", None)


def test_the_name_of_an_account_is_nothing_but_text() -> None:
    """To Lua and to its formats."""
    assert submitted(account='op"\\ti%cs') == (0, "crn-of-optics", None)


@pytest.mark.parametrize(("job", "name"), [({"account": "b%io"}, "b%io"), ({}, "(none)")])
def test_an_account_without_an_instance_is_refused_with_a_sentence(job: dict[str, str], name: str) -> None:
    """Before the job waits for anything."""
    assert submitted(**job) == (-1, "another", f"account {name} has no quantum instance on alps")


def test_what_has_no_environment_goes_on() -> None:
    """A job of salloc: it cannot use a backend either."""
    assert submitted(account="chem", environment=None)[0] == 0
