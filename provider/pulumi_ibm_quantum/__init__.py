"""An IBM Quantum account under version control, with Pulumi.

``FairShare`` declares a whole account from a project configuration; ``InstanceAllocation``, ``Instance``,
``SlurmSite``, ``ServerlessFunction`` and ``ServerlessFile`` one thing each. What begins with ``get_`` asks while a
program runs.
"""

from typing import TYPE_CHECKING

_DYNAMIC = "pulumi_ibm_quantum.resources.dynamic"
_SERVERLESS = "pulumi_ibm_quantum.resources.dynamic_serverless"
_LOOKUPS = "pulumi_ibm_quantum.component.look_ups"
_MODULES = {
    "FairShare": "pulumi_ibm_quantum.component",
    "Instance": _DYNAMIC,
    "InstanceAllocation": _DYNAMIC,
    "ServerlessFile": _SERVERLESS,
    "ServerlessFunction": _SERVERLESS,
    "SlurmSite": _DYNAMIC,
    "get_backends": _LOOKUPS,
    "get_dependencies": _LOOKUPS,
    "get_files": _LOOKUPS,
    "get_function": _LOOKUPS,
    "get_functions": _LOOKUPS,
    "get_jobs": _LOOKUPS,
    "get_preflight": _LOOKUPS,
}

__all__ = [
    "FairShare",
    "Instance",
    "InstanceAllocation",
    "ServerlessFile",
    "ServerlessFunction",
    "SlurmSite",
    "get_backends",
    "get_dependencies",
    "get_files",
    "get_function",
    "get_functions",
    "get_jobs",
    "get_preflight",
]

if TYPE_CHECKING:
    from pulumi_ibm_quantum.component import FairShare
    from pulumi_ibm_quantum.component.look_ups import (
        get_backends,
        get_dependencies,
        get_files,
        get_function,
        get_functions,
        get_jobs,
        get_preflight,
    )
    from pulumi_ibm_quantum.resources.dynamic import Instance, InstanceAllocation, SlurmSite
    from pulumi_ibm_quantum.resources.dynamic_serverless import ServerlessFile, ServerlessFunction

    __version__: str
else:

    def __getattr__(name: str) -> object:
        """Import on first use, so that the parts that do without Pulumi start without it."""
        if name in _MODULES:
            from importlib import import_module

            return getattr(import_module(_MODULES[name]), name)
        if name == "__version__":
            from importlib.metadata import version

            return version("pulumi-ibm-quantum")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what there is to import, imported yet or not."""
    return [*__all__, "__version__"]
