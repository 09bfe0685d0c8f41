"""An IBM Quantum account under version control, with Pulumi.

``FairShare`` declares a whole account from a project configuration, ``InstanceAllocation`` and ``Instance`` one thing
each.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pulumi_ibm_quantum.component import FairShare, FairShareArgs
    from pulumi_ibm_quantum.resources.dynamic import Instance, InstanceAllocation

__all__ = ["FairShare", "FairShareArgs", "Instance", "InstanceAllocation"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that the parts that do without Pulumi start without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "component" if name.startswith("FairShare") else "resources.dynamic"
    return getattr(import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    """Show what is offered, imported or not."""
    return sorted(name for name in globals() if name.startswith("__")) + __all__
