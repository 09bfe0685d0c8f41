"""What a job, or a shell that has sourced a profile, knows of the instances that it uses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pulumi_ibm_quantum.slurm.names import QRMI_NAMES, SHELL_NAME

OPENED: Final = ("QRMI_JOB_QPU_RESOURCES", "SLURM_JOB_QPU_RESOURCES")
"""The backends that the plugin opened for a job, today's name first (observed)."""

_PREFIXES: Final = "|".join(names.prefix for names in QRMI_NAMES.values())
_CRN: Final = re.compile(rf"(?P<backend>{SHELL_NAME})_(?P<prefix>{_PREFIXES})_SERVICE_CRN")


@dataclass(frozen=True, slots=True)
class JobInstance:
    """An instance of a job, with its backends there and how it is reached; "" for what the environment does not say."""

    crn: str
    backends: tuple[str, ...]
    endpoint: str = ""
    iam_endpoint: str = ""
    api_key: str = field(default="", repr=False)


def job_instances(environment: Mapping[str, str]) -> list[JobInstance]:
    """Return the instances of a job by its variables; in a job those of the backends that were opened."""
    opened = next((environment[name].split(",") for name in OPENED if environment.get(name)), None)
    found: dict[JobInstance, list[str]] = {}
    for variable, crn in sorted(environment.items()):
        match = _CRN.fullmatch(variable)
        if match is None or not crn or (opened is not None and match["backend"] not in opened):
            continue
        names = (variable.removesuffix("SERVICE_CRN") + name for name in ("ENDPOINT", "IAM_ENDPOINT", "IAM_APIKEY"))
        found.setdefault(JobInstance(crn, (), *(environment.get(name, "") for name in names)), []).append(
            match["backend"]
        )
    return [replace(one, backends=tuple(backends)) for one, backends in found.items()]
