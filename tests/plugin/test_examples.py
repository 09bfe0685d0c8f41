"""The examples in other languages say what the schema has."""

from pathlib import Path
from typing import Any

import yaml

from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.plugin import schema
from tests.support.documentation import ROOT


def test_the_yaml_program_fits_the_schema() -> None:
    """Types, names of properties, and those that must be given; the configuration in it is one."""
    program = yaml.safe_load((ROOT / "examples/yaml/Pulumi.yaml").read_text(encoding="utf-8"))
    declared: dict[str, Any] = schema.schema()["resources"]
    for one in program["resources"].values():
        described = declared[one["type"].replace(":", ":index:", 1)]
        assert one["properties"].keys() <= described["inputProperties"].keys()
        assert set(described["requiredInputs"]) <= one["properties"].keys()

    parse_configuration(program["resources"]["account"]["properties"]["configuration"])


def test_the_repository_is_a_plugin() -> None:
    """`pulumi package add` reads this file, and runs the package's own ``__main__``."""
    plugin = yaml.safe_load((ROOT / "PulumiPlugin.yaml").read_text(encoding="utf-8"))

    assert plugin["runtime"]["name"] == "python"
    assert Path(schema.FILE).is_relative_to(ROOT / "provider")
