"""The files of a new Pulumi project around a project configuration, by their paths in it."""

import re
from typing import Final

CONFIGURATION: Final = "stacks/project.yaml"
"""Where the project configuration is, seen from the folder of ``Pulumi.yaml``."""

PROGRAM: Final = '''\
"""One IBM Quantum account: its project configuration, balanced and declared."""

import pulumi

from pulumi_ibm_quantum import FairShare

settings = pulumi.Config("ibm-quantum")
fair_share = FairShare(
    "fair-share",
    configuration=settings.get("configuration") or "stacks/project.yaml",
    forecast=settings.get_bool("forecast") or False,
)

pulumi.export("decision", fair_share.decision)
'''
"""The program; this repository's own stack runs the same."""

_PROJECT = """\
name: {name}
description: An IBM Quantum account under version control
runtime: python
main: stacks/
stackConfigDir: stacks
options:
  # What people change behind our back is seen before it is planned over.
  refresh: always
"""
_SETTINGS = f"""\
config:
  ibm-quantum:configuration: {CONFIGURATION}
"""
_IGNORED = """\
__pycache__/
.venv/
.pulumi/
.ibm-quantum/
"""


def new_project(name: str, stack: str, configuration: bytes, version: str) -> dict[str, bytes]:
    """Return the content of each file; in ``name``, letters that Pulumi does not take become hyphens.

    ``version`` is the oldest one of this package that the program is known to run with.
    """
    pulumi_name = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "ibm-quantum-account"
    return {
        "Pulumi.yaml": _PROJECT.format(name=pulumi_name).encode(),
        "stacks/__main__.py": PROGRAM.encode(),
        CONFIGURATION: configuration,
        f"stacks/Pulumi.{stack}.yaml": _SETTINGS.encode(),
        ".gitignore": _IGNORED.encode(),
        "requirements.txt": f"pulumi-ibm-quantum>={version}\n".encode(),
    }
