"""The YAML project configuration: dialects in, one validated model out."""

from pulumi_ibm_quantum.config.loading import LoadedConfiguration, load_configuration, parse_configuration
from pulumi_ibm_quantum.config.migration import migrated
from pulumi_ibm_quantum.config.model import (
    BalancePeriod,
    Contract,
    CreateBlock,
    InstanceEntry,
    NetGrant,
    Priority,
    ProjectConfiguration,
)
from pulumi_ibm_quantum.config.slurm_rules import backends_at
from pulumi_ibm_quantum.config.slurm_sites import SlurmProject, SlurmSite
from pulumi_ibm_quantum.documents import DocumentError as ConfigurationError

__all__ = [
    "BalancePeriod",
    "ConfigurationError",
    "Contract",
    "CreateBlock",
    "InstanceEntry",
    "LoadedConfiguration",
    "NetGrant",
    "Priority",
    "ProjectConfiguration",
    "SlurmProject",
    "SlurmSite",
    "backends_at",
    "load_configuration",
    "migrated",
    "parse_configuration",
]
