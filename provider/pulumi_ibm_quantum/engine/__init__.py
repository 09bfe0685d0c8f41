"""The embedded engine: runs a Pulumi Python program of dynamic resources and components without the Pulumi CLI.

It serves Pulumi's own gRPC protocol, drives the SDK's own host of dynamic providers, and keeps Pulumi's own file
backend::

    from pulumi_ibm_quantum.engine import Options, open_stack, operate

    stack = open_stack(Path("project"), "dev", os.environ)
    result = operate(stack, "update", Options(dry_run=True))
    print(result.ok, result.summary)

What it does and does not do is in ``docs/engine.md``. Importing this package imports neither pulumi nor grpc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import EngineError, UnsupportedError, UsageError

if TYPE_CHECKING:
    from .events import Diagnostic, Result, Step
    from .operations import Options, operate
    from .stack import Stack, open_stack

__all__ = [
    "Diagnostic",
    "EngineError",
    "Options",
    "Result",
    "Stack",
    "Step",
    "UnsupportedError",
    "UsageError",
    "open_stack",
    "operate",
]

_HOMES = {
    "Diagnostic": "events",
    "Options": "operations",
    "Result": "events",
    "Stack": "stack",
    "Step": "events",
    "open_stack": "stack",
    "operate": "operations",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: the child processes need none of them."""
    if name not in _HOMES:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    """Name what there is to import, imported yet or not."""
    return __all__
