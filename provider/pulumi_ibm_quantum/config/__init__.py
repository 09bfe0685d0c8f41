"""The YAML project configuration: dialects in, one validated model out."""

from .loading import LoadedConfiguration, load_configuration, parse_configuration
from .migration import Migration, migrated
from .model import BalancePeriod, Contract, CreateBlock, InstanceEntry, NetGrant, Priority, ProjectConfiguration
from .problems import ConfigurationError, Problem
from .writing import configuration_mapping, configuration_yaml

__all__ = [
    "BalancePeriod",
    "ConfigurationError",
    "Contract",
    "CreateBlock",
    "InstanceEntry",
    "LoadedConfiguration",
    "Migration",
    "NetGrant",
    "Priority",
    "Problem",
    "ProjectConfiguration",
    "configuration_mapping",
    "configuration_yaml",
    "load_configuration",
    "migrated",
    "parse_configuration",
]
