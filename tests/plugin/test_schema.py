"""The schema, which is a file, agrees with the declarations."""

import pytest

from pulumi_ibm_quantum.plugin import schema
from pulumi_ibm_quantum.resources.resource_type import ResourceType
from pulumi_ibm_quantum.resources.table import LIFECYCLES


def test_the_file_is_as_the_declarations_are() -> None:
    """``python -m pulumi_ibm_quantum.plugin.schema`` writes it anew."""
    assert schema.FILE.read_text(encoding="utf-8") == schema.to_text()


@pytest.mark.parametrize("declared", [one.type for one in LIFECYCLES], ids=lambda one: one.name)
def test_every_property_has_a_name_of_its_own_on_the_wire(declared: ResourceType) -> None:
    """A name that another language spells has one meaning, and durations say their unit."""
    described = schema.schema()["resources"][f"ibm-quantum:index:{declared.name}"]

    assert len(described["properties"]) == len(declared.properties)
    for name, one in described["inputProperties"].items():
        assert "seconds" in one["description"] or not name.endswith("Seconds"), name
