"""`make plugin`: what a release has for `pulumi plugin install`."""

import shutil
import subprocess
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.support.desk import ROOT


@pytest.mark.skipif(not (shutil.which("make") and (ROOT / ".git").exists()), reason="packed by make, from a clone")
def test_the_asset_is_what_the_cli_takes(tmp_path: Path) -> None:
    """Under the name that it asks for; nothing but files and folders, and what `pip install` of it needs."""
    subprocess.run(["make", "-s", "-C", ROOT, "plugin", f"DIST={tmp_path}"], check=True)
    name = f"pulumi-resource-ibm-quantum-v{version('pulumi-ibm-quantum')}"
    assert {f"{name}-linux-amd64.tar.gz", f"{name}-darwin-arm64.tar.gz"} <= {path.name for path in tmp_path.iterdir()}

    with tarfile.open(tmp_path / f"{name}-linux-amd64.tar.gz") as asset:
        members = {one.name: one for one in asset}
        assert asset.pax_headers == {}
    assert all(one.isfile() or one.isdir() for one in members.values())
    package = "provider/pulumi_ibm_quantum"
    needed = {"PulumiPlugin.yaml", "pyproject.toml", "README.md", "LICENSE", f"{package}/__main__.py"}
    assert needed | {f"{package}/plugin/schema.json", f"{package}/pulumi-plugin.json"} <= members.keys()
