"""A configuration into version 3, the dialect that is written."""

from typing import Any

import yaml

from pulumi_ibm_quantum.config.dialects import CURRENT
from pulumi_ibm_quantum.config.model import ProjectConfiguration


def configuration_mapping(configuration: ProjectConfiguration) -> dict[str, Any]:
    """Return a configuration as data of version 3 that JSON and YAML can hold; what is a default is left out."""
    return {
        "version": CURRENT,
        "instances": [],
        **configuration.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }


def configuration_yaml(configuration: ProjectConfiguration) -> str:
    """Return a configuration as YAML text of version 3, which reads back as an equal one."""
    mapping = configuration_mapping(configuration)
    ordered = {key: mapping[key] for key in ("version", *type(configuration).model_fields) if key in mapping}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=1000)
