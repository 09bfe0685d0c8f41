"""The files by which a Slurm site with the SPANK plugin for QRMI uses quantum instances: values in, texts out."""

from pulumi_ibm_quantum.slurm.entry_types import KEYS, is_secret_key
from pulumi_ibm_quantum.slurm.job_environment import JobInstance, job_instances
from pulumi_ibm_quantum.slurm.license_commands import license_commands
from pulumi_ibm_quantum.slurm.names import QRMI_NAMES, SHELL_NAME, is_shell_name, license_name, profile_name
from pulumi_ibm_quantum.slurm.other_vendors import with_other_vendors
from pulumi_ibm_quantum.slurm.rendering import render
from pulumi_ibm_quantum.slurm.site import Project, Site

__all__ = [
    "KEYS",
    "QRMI_NAMES",
    "SHELL_NAME",
    "JobInstance",
    "Project",
    "Site",
    "is_secret_key",
    "is_shell_name",
    "job_instances",
    "license_commands",
    "license_name",
    "profile_name",
    "render",
    "with_other_vendors",
]
