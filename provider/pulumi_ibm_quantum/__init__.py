"""An IBM Quantum account under version control, with Pulumi.

``FairShare`` declares a whole account from a project configuration, ``InstanceAllocation``, ``Instance`` and
``SlurmSite`` one thing each; ``get_preflight`` asks whether work could run in an instance.
"""

from typing import TYPE_CHECKING

__all__ = ["FairShare", "Instance", "InstanceAllocation", "SlurmSite", "get_preflight"]

if TYPE_CHECKING:
    from pulumi_ibm_quantum.component import FairShare
    from pulumi_ibm_quantum.component.look_ups import get_preflight
    from pulumi_ibm_quantum.resources.dynamic import Instance, InstanceAllocation, SlurmSite

    __version__: str
else:

    def __getattr__(name: str) -> object:
        """Import on first use, so that the parts that do without Pulumi start without it."""
        if name == "FairShare":
            from pulumi_ibm_quantum.component import FairShare

            return FairShare
        if name == "get_preflight":
            from pulumi_ibm_quantum.component.look_ups import get_preflight

            return get_preflight
        if name in __all__:
            from pulumi_ibm_quantum.resources import dynamic

            return getattr(dynamic, name)
        if name == "__version__":
            from importlib.metadata import version

            return version("pulumi-ibm-quantum")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Name what there is to import, imported yet or not."""
    return [*__all__, "__version__"]
