"""The Slurm sites that use a configuration's instances."""

from typing import Literal

from pydantic import Field

from pulumi_ibm_quantum.config.fields import BackendNames, JobCount, NodePath, SiteName, SlurmAccounts, SomeSeconds
from pulumi_ibm_quantum.documents import Block, Text


class SlurmProject(Block):
    """An instance as a Slurm site uses it."""

    instance: Text = Field(description="Name of the instance in this configuration.")
    accounts: SlurmAccounts = Field(description="The Slurm accounts whose jobs it serves; one serves an account.")
    backends: BackendNames | None = Field(
        default=None, description="Which backends its users get; not given = those of the site that it may use."
    )
    key_file: NodePath | None = Field(
        default=None,
        description="Path on the nodes of a file with its API key, which is never read here; not given = users bring "
        "their own.",
    )
    licenses: JobCount | None = Field(
        default=None, description="How many of its jobs may hold its Slurm license at once; not given = no license."
    )


class SlurmSite(Block):
    """A Slurm cluster with the SPANK plugin for QRMI, and who uses which instance there."""

    name: SiteName = Field(description="Unique in the file; names the folder of its files.")
    backends: BackendNames | None = Field(
        default=None, description="Names of the backends that its users get; not given = those of its instances."
    )
    session_mode: Literal["batch", "dedicated"] = Field(
        default="batch",
        description="How QRMI opens sessions; a dedicated one counts as usage from its start to its end.",
    )
    session_max_ttl_seconds: SomeSeconds | None = Field(
        default=None, description="The longest session; seconds, more than 0. Not given = QRMI's 8 hours."
    )
    names: Literal["current", "legacy"] = Field(
        default="current", description="legacy: for a plugin that was built with QRMI before 0.23."
    )
    plugin: NodePath = Field(
        default="/usr/lib64/slurm/spank_qrmi.so", description="Path on the nodes of the SPANK plugin."
    )
    qrmi_config: NodePath = Field(
        default="/etc/slurm/qrmi_config.json", description="Path on the nodes that qrmi_config.json is brought to."
    )
    projects: tuple[SlurmProject, ...] = Field(description="Who uses which instance.")
