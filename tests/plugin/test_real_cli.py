"""Native resources under the real Pulumi CLI, declared as the SDKs that it generates declare them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY
from tests.support.desk import NEW, Desk, desk, three_teams

pytestmark = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH"),
]
BIN = Path(sys.executable).parent
ALLOCATION = "ibm-quantum:index:InstanceAllocation"
BY_HAND = f"""
import pulumi

properties = {{"crn": CRN, "allocationSeconds": 30_000}}
pulumi.CustomResource("{ALLOCATION}", "calm", properties)
"""
NATIVE = """
import pulumi

class FairShare(pulumi.ComponentResource):
    def __init__(self, name, configuration):
        inputs = {"configuration": configuration, "decision": None}
        super().__init__("ibm-quantum:index:FairShare", name, inputs, remote=True)

FairShare("account", "stacks/project.yaml")
"""
DYNAMIC = """
from pulumi_ibm_quantum import FairShare

FairShare("account", configuration="stacks/project.yaml")
"""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    """A project of three teams and a new instance, with the plugin at hand and a passphrase for its secrets."""
    with desk(tmp_path, three_teams()) as it:
        it.configure(instances=[*it.configuration["instances"], NEW])
        plugins = {"providers": [{"name": "ibm-quantum", "path": str(BIN)}]}
        project = {"name": "project", "runtime": "python", "plugins": plugins}
        (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")
        made = it.with_environment(
            PULUMI_HOME=str(tmp_path / "home"),
            PULUMI_SKIP_UPDATE_CHECK="true",
            PULUMI_DISABLE_REGISTRY_RESOLVE="true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION="true",
            PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}",
        )
        pulumi(made, "stack", "init", "test")
        yield made


def pulumi(at: Desk, *arguments: str) -> str:
    command = ["pulumi", *arguments, "--non-interactive"]
    done = subprocess.run(command, cwd=at.folder, env=at.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def declare(at: Desk, program: str) -> None:
    (at.folder / "__main__.py").write_text(program.replace("CRN", repr(at.fake.instance("calm").crn)), encoding="utf-8")


def up(at: Desk) -> dict[str, Any]:
    """Update, and return what there was to do, by operation."""
    pulumi(at, "up", "--yes", "--skip-preview")
    history = json.loads(pulumi(at, "stack", "history", "--json", "--page-size", "1"))
    changes: dict[str, Any] = history[0]["resourceChanges"]
    return changes


def types(at: Desk) -> set[str]:
    """The types of the instances' resources in the state."""
    resources = json.loads(pulumi(at, "stack", "export"))["deployment"]["resources"]
    return {one["type"] for one in resources if one["type"].endswith((":Instance", ":InstanceAllocation"))}


def test_a_plain_preview_sees_what_others_changed(at: Desk) -> None:
    """No option is needed; an update undoes it, and a further one has nothing to do."""
    declare(at, BY_HAND)
    assert up(at) == {"create": 2}
    at.fake.change_instance("calm", allocation_seconds=1_000)

    assert "allocationSeconds: 1000 => 30000" in " ".join(pulumi(at, "preview", "--diff").split())
    assert up(at)["update"] == 1
    assert at.fake.instance("calm").allocation_seconds == 30_000
    assert up(at) == {"same": 2}


def test_an_instance_is_imported_with_its_code(at: Desk) -> None:
    """The code to paste has every input, and nothing is written."""
    declare(at, BY_HAND)
    up(at)
    crn = at.fake.instance("idle").crn
    printed = pulumi(at, "import", ALLOCATION, "idle", crn, "--yes")

    assert "allocation_seconds=40000" in printed
    assert crn in printed
    assert at.fake.writes == ()


def test_an_sdk_is_generated(at: Desk) -> None:
    """From the plugin's own schema; it is importable Python beside our package, and takes no key from anywhere."""
    pulumi(at, "package", "gen-sdk", str(BIN / "pulumi-resource-ibm-quantum"), "--language", "python", "--out", "sdk")
    sources = sorted((at.folder / "sdk/python/ibm_quantum_native").glob("*.py"))

    assert {"fair_share.py", "instance.py", "get_account.py"} <= {one.name for one in sources}
    for one in sources:
        text = one.read_text(encoding="utf-8")
        compile(text, one.name, "exec")
        assert not re.search(r"\benviron\b", text) or one.name == "_utilities.py"


def test_the_key_is_in_no_state(at: Desk) -> None:
    """Not even where it was set in clear."""
    pulumi(at, "config", "set", "ibm-quantum:apiKey", DEFAULT_API_KEY)
    declare(at, BY_HAND)
    up(at)

    assert DEFAULT_API_KEY not in pulumi(at, "stack", "export")


def test_a_stack_moves_to_native_resources_and_back_without_a_write(at: Desk) -> None:
    """By aliases alone: nothing is imported, nothing edited, nothing made anew."""
    declare(at, DYNAMIC)
    up(at)
    writes = len(at.fake.writes)
    assert types(at) == {
        "pulumi-python:dynamic/ibm-quantum:Instance",
        "pulumi-python:dynamic/ibm-quantum:InstanceAllocation",
    }

    declare(at, NATIVE)
    assert up(at) == {"same": 7}
    pulumi(at, "refresh", "--yes")
    assert types(at) == {"ibm-quantum:index:Instance", ALLOCATION}

    declare(at, DYNAMIC)
    assert up(at) == {"same": 2, "update": 5}
    pulumi(at, "refresh", "--yes")
    assert up(at) == {"same": 7}
    assert len(at.fake.writes) == writes
    assert at.fake.highest_total() <= 100_000
