"""The reference of the configuration: every key, and examples that are what they say."""

from typing import Any

from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.config.reference import EXAMPLES, reference
from pulumi_ibm_quantum.config.schema import project_schema
from tests.support.desk import ROOT


def test_the_reference_is_current() -> None:
    """`python -m pulumi_ibm_quantum.config.reference > docs/configuration.md` writes it."""
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == reference()


def test_every_key_has_an_example_or_a_section() -> None:
    """A new key does not stay without one."""
    whole = project_schema()
    for name, block in {"": whole, **whole["$defs"]}.items():
        plain = {key for key, one in block["properties"].items() if "$ref" not in str(one)}
        assert set(EXAMPLES[name]) == plain, name


def test_the_examples_are_valid() -> None:
    """Together they are a configuration; that of an instance which exists, and one that is created."""
    entry = dict(EXAMPLES["InstanceEntry"])
    at_birth = {key: entry.pop(key) for key in ("tags", "protect")}
    blocks: dict[str, Any] = {
        "net_grants": [EXAMPLES["NetGrant"]],
        "priority": EXAMPLES["Priority"],
        "balance_period": EXAMPLES["BalancePeriod"],
    }
    created = {"name": "optics", "create": EXAMPLES["CreateBlock"], **at_birth}
    account = {**EXAMPLES[""], "contract": EXAMPLES["Contract"], "balance_period": EXAMPLES["BalancePeriod"]}
    loaded = parse_configuration({**account, "instances": [{**entry, **blocks}, created]})

    assert [one.name for one in loaded.configuration.instances] == ["finance-portfolio", "optics"]
