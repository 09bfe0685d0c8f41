"""The files by which a Slurm site with the SPANK plugin for QRMI uses quantum instances: values in, texts out."""

from pulumi_ibm_quantum.slurm.entries import (
    ENTRIES_FILE,
    Entry,
    entry_names,
    read_entries,
    with_other_entries,
    without_entries,
)
from pulumi_ibm_quantum.slurm.entry_drift import entries_of_others, entry_differences
from pulumi_ibm_quantum.slurm.entry_types import KEYS, is_secret_key
from pulumi_ibm_quantum.slurm.job_environment import JobInstance, job_instances
from pulumi_ibm_quantum.slurm.license_commands import license_commands
from pulumi_ibm_quantum.slurm.names import QRMI_NAMES, SHELL_NAME, is_shell_name, license_name, profile_name
from pulumi_ibm_quantum.slurm.rendering import render
from pulumi_ibm_quantum.slurm.site import Project, Site

__all__ = [
    "ENTRIES_FILE",
    "KEYS",
    "QRMI_NAMES",
    "SHELL_NAME",
    "Entry",
    "JobInstance",
    "Project",
    "Site",
    "entries_of_others",
    "entry_differences",
    "entry_names",
    "is_secret_key",
    "is_shell_name",
    "job_instances",
    "license_commands",
    "license_name",
    "profile_name",
    "read_entries",
    "render",
    "with_other_entries",
    "without_entries",
]
