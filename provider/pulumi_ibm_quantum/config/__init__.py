"""The YAML project configuration: dialects in, one validated model out."""

from .crn import REGIONS, Crn, parse_crn
from .durations import SECONDS_PER_QAU, parse_duration
from .loading import LoadedConfiguration, load_configuration, parse_configuration
from .migration import Migration, migrated
from .model import BalancePeriod, Contract, CreateBlock, InstanceEntry, NetGrant, Priority, ProjectConfiguration
from .plans import BALANCED_PLANS, balanced_plan
from .problems import ConfigurationError, Problem
from .writing import configuration_mapping, configuration_yaml

__all__ = [
    "BALANCED_PLANS",
    "REGIONS",
    "SECONDS_PER_QAU",
    "BalancePeriod",
    "ConfigurationError",
    "Contract",
    "CreateBlock",
    "Crn",
    "InstanceEntry",
    "LoadedConfiguration",
    "Migration",
    "NetGrant",
    "Priority",
    "Problem",
    "ProjectConfiguration",
    "balanced_plan",
    "configuration_mapping",
    "configuration_yaml",
    "load_configuration",
    "migrated",
    "parse_configuration",
    "parse_crn",
    "parse_duration",
]
