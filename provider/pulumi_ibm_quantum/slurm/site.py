"""What a site's files are made of. There are no keys among it, and no usage or time: a file changes with its values."""

from dataclasses import dataclass
from typing import Literal

from pulumi_ibm_quantum.slurm.names import Generation


@dataclass(frozen=True, slots=True)
class Project:
    """An instance as a site uses it.

    Attributes:
        instance: Its name in the configuration.
        crn: Its CRN.
        endpoint: Where its region answers, with the version of the API at the end.
        iam_endpoint: Where keys are traded for tokens.
        backends: The backends that its users get.
        accounts: The Slurm accounts whose jobs it serves.
        key_file: Where on the nodes its API key is; None where users bring their own.
        licenses: How many of its jobs may run at once; None for as many as there are.
    """

    instance: str
    crn: str
    endpoint: str
    iam_endpoint: str
    backends: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    key_file: str | None = None
    licenses: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A Slurm cluster.

    Attributes:
        name: Its name in the configuration.
        projects: The instances that it uses; no two of them serve an account on the same backend.
        names: What its plugin understands.
        session_mode: How QRMI opens sessions.
        session_max_ttl_seconds: The longest session; None for QRMI's own, 8 hours.
        plugin: Where the SPANK plugin is on its nodes.
        qrmi_config: Where ``qrmi_config.json`` is to be on its nodes.
    """

    name: str
    projects: tuple[Project, ...]
    names: Generation = "current"
    session_mode: Literal["batch", "dedicated"] = "batch"
    session_max_ttl_seconds: int | None = None
    plugin: str = "/usr/lib64/slurm/spank_qrmi.so"
    qrmi_config: str = "/etc/slurm/qrmi_config.json"

    def projects_by_backend(self) -> dict[str, list[Project]]:
        """Return who uses each backend, in the order of the backends' names."""
        backends = sorted({backend for project in self.projects for backend in project.backends})
        return {backend: [one for one in self.projects if backend in one.backends] for backend in backends}
