"""How QRMI, the shell and Slurm call things."""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Generation: TypeAlias = Literal["current", "legacy"]
"""The names that a site's plugin knows: those of QRMI 0.23 and later, or those before (observed on the wheels)."""

SHELL_NAME: Final = "[A-Za-z_][A-Za-z0-9_]*"
"""What can begin the name of a shell variable, as a regular expression."""
_NOT_IN_A_FILE_NAME: Final = re.compile(r"[^\w.-]")
_NOT_IN_A_LICENSE: Final = re.compile(r"\W", re.ASCII)


@dataclass(frozen=True, slots=True)
class QrmiNames:
    """QRMI's names for IBM's service: the type of an entry, and what its keys begin with."""

    type: str
    prefix: str

    def key(self, name: str) -> str:
        """Return a key as it stands in ``qrmi_config.json``, such as ``QRMI_IBM_QCS_SERVICE_CRN``."""
        return f"{self.prefix}_{name}"

    def variable(self, backend: str, name: str) -> str:
        """Return the variable by which a job overrides a key: the plugin takes the backend's name for a prefix."""
        return f"{backend}_{self.key(name)}"


QRMI_NAMES: Final[dict[Generation, QrmiNames]] = {
    "current": QrmiNames("ibm-quantum-compute-service", "QRMI_IBM_QCS"),
    "legacy": QrmiNames("qiskit-runtime-service", "QRMI_IBM_QRS"),
}


def is_shell_name(text: str) -> bool:
    """Tell whether a text can begin the name of a shell variable."""
    return re.fullmatch(SHELL_NAME, text) is not None


def profile_name(instance: str) -> str:
    """Return the file of an instance's variables; characters that a shell or a path reads otherwise become ``-``."""
    return f"projects/{_NOT_IN_A_FILE_NAME.sub('-', instance)}.sh"


def license_name(instance: str) -> str:
    """Return the Slurm license that stands for an instance."""
    return f"qpu_{_NOT_IN_A_LICENSE.sub('_', instance)}"
