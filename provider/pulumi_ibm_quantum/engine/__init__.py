"""The embedded engine: runs a Pulumi Python program of dynamic resources and components without the Pulumi CLI.

It serves Pulumi's own gRPC protocol, drives the SDK's own host of dynamic providers, and keeps Pulumi's own file
backend::

    from pulumi_ibm_quantum.engine import Options, open_stack, operate

    stack = open_stack(Path("project"), "dev", os.environ)
    result = operate(stack, "update", Options(dry_run=True))
    print(result.ok, result.summary)

What it does and does not do is in ``docs/engine.md``. Importing this package imports neither pulumi nor grpc. Its
parts, each of which imports only what is below it:

- ``operations``: preview, update, refresh and destroy, from beginning to end;
- ``protocol``: the processes of the program and of its providers, and the gRPC services between them;
- ``run``, ``stack`` and ``display``: the steps of one run; what it starts from and leaves behind; what is read of it;
- ``diff``: what differs between two sets of properties;
- ``events``: what a run reports;
- ``state``: resources, property values, secrets, and how each finished step is kept.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pulumi_ibm_quantum.engine.errors import EngineError, NoProject, UnsupportedError, UsageError

if TYPE_CHECKING:
    from pulumi_ibm_quantum.engine.display.preview_json import digest
    from pulumi_ibm_quantum.engine.display.report import LiveReport, render
    from pulumi_ibm_quantum.engine.display.run_progress import RunProgress
    from pulumi_ibm_quantum.engine.display.text import Style
    from pulumi_ibm_quantum.engine.events import Diagnostic, Event, Interrupted, Kind, Result, Step
    from pulumi_ibm_quantum.engine.operations import Options, operate
    from pulumi_ibm_quantum.engine.stack.configuration import (
        get_setting,
        list_settings,
        remove_setting,
        set_setting,
        setting_key,
    )
    from pulumi_ibm_quantum.engine.stack.exchange import export_state, import_state, read_ids, read_outputs
    from pulumi_ibm_quantum.engine.stack.project import Project, find_project
    from pulumi_ibm_quantum.engine.stack.settings import read_settings
    from pulumi_ibm_quantum.engine.stack.stack import Stack, has_right_passphrase, open_stack
    from pulumi_ibm_quantum.engine.stack.stacks import cancel, init_stack, list_stacks, remove_stack

__all__ = [
    "Diagnostic",
    "EngineError",
    "Event",
    "Interrupted",
    "Kind",
    "LiveReport",
    "NoProject",
    "Options",
    "Project",
    "Result",
    "RunProgress",
    "Stack",
    "Step",
    "Style",
    "UnsupportedError",
    "UsageError",
    "cancel",
    "digest",
    "export_state",
    "find_project",
    "get_setting",
    "has_right_passphrase",
    "import_state",
    "init_stack",
    "list_settings",
    "list_stacks",
    "open_stack",
    "operate",
    "read_ids",
    "read_outputs",
    "read_settings",
    "remove_setting",
    "remove_stack",
    "render",
    "set_setting",
    "setting_key",
]

_MODULES = {
    "display.preview_json": ("digest",),
    "display.run_progress": ("RunProgress",),
    "display.report": ("LiveReport", "render"),
    "display.text": ("Style",),
    "events": ("Diagnostic", "Event", "Interrupted", "Kind", "Result", "Step"),
    "operations": ("Options", "operate"),
    "stack.configuration": ("get_setting", "list_settings", "remove_setting", "set_setting", "setting_key"),
    "stack.exchange": ("export_state", "import_state", "read_ids", "read_outputs"),
    "stack.project": ("Project", "find_project"),
    "stack.settings": ("read_settings",),
    "stack.stack": ("Stack", "has_right_passphrase", "open_stack"),
    "stack.stacks": ("cancel", "init_stack", "list_stacks", "remove_stack"),
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: the child processes need none of them."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List what the package offers, also before it is imported."""
    return list(__all__)
