"""The files of a new Pulumi project around a project configuration, by their paths in it."""

import json
import re
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.config.schema import schema_files

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


def new_project(name: str, stack: str, configuration: bytes) -> dict[str, bytes]:
    """Return the content of each file; in ``name``, letters that Pulumi does not take become hyphens."""
    package = distribution("pulumi-ibm-quantum")
    pulumi_name = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "ibm-quantum-account"
    return {
        "Pulumi.yaml": _PROJECT.format(name=pulumi_name).encode(),
        "stacks/__main__.py": PROGRAM.encode(),
        CONFIGURATION: configuration,
        f"stacks/Pulumi.{stack}.yaml": _SETTINGS.encode(),
        ".gitignore": _IGNORED.encode(),
        "requirements.txt": f"{requirement(package.version, package.read_text('direct_url.json'))}\n".encode(),
        "stacks/project.schema.json": schema_files()["project.schema.json"].encode(),
    }


def requirement(version: str, direct_url: str | None) -> str:
    """Return the line with which pip finds this package where it was found.

    Args:
        version: The package's version.
        direct_url: What pip noted where the package does not come from an index (PEP 610), as JSON.
    """
    if direct_url is None:
        return f"pulumi-ibm-quantum>={version}"
    origin = json.loads(direct_url)
    if origin.get("dir_info", {}).get("editable"):
        return f"-e {origin['url']}"
    if repository := origin.get("vcs_info"):
        return f"pulumi-ibm-quantum @ {repository['vcs']}+{origin['url']}@{repository['commit_id']}"
    return f"pulumi-ibm-quantum @ {origin['url']}"


def write_project(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files, or none that stays; one that came into being meanwhile is not overwritten."""
    written: list[Path] = []
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
