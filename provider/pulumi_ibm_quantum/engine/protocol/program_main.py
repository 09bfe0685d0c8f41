"""The process of the program: the SDK's run-time, pointed at the engine.

Run as ``python -u -m pulumi_ibm_quantum.engine.protocol.program_main`` in the program's folder; settings come on
standard input.
"""

import asyncio
import gc
import logging
import os
import re
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pulumi
import pulumi.runtime

from pulumi_ibm_quantum.engine.protocol.child_input import receive_settings

_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000
_ENGINE_STOPPED: Final = "Resource monitor has terminated, shutting down"
_UNSUPPORTED: Final = re.compile(r"The Pulumi CLI does not support (?:the )?(.+?)\. Please update the Pulumi CLI")


def main(settings: dict[str, Any]) -> int:
    """Run the program, and return the exit status: 0, or 1 with the reason logged to the engine."""
    program = Path(settings["program"])
    pulumi.runtime.set_all_config(settings["config"], settings["secret_keys"])
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=settings["project"],
            stack=settings["stack"],
            organization=settings["organization"],
            root_directory=settings["root_directory"],
            monitor=settings["engine"],
            engine=settings["engine"],
            parallel=settings["parallel"],
            dry_run=settings["dry_run"],
        )
    )
    folder = program if program.is_dir() else program.parent
    sys.argv = [str(program)]
    sys.path.insert(0, str(folder))
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    _spare_what_nobody_sees()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max_workers=4 * max(1, settings["parallel"])))

    def run() -> None:
        runpy.run_path(str(program), run_name="__main__")

    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    except pulumi.RunError as error:
        if str(error) != _ENGINE_STOPPED:
            pulumi.log.error(str(error))
        return 1
    except SystemExit as error:
        return _exit_status(error)
    except Exception as error:
        pulumi.log.error(_explain(error, folder))
        return 1
    return 0


def _spare_what_nobody_sees() -> None:
    """Send no debug messages, and collect garbage seldom: at a thousand resources, half of the CPU goes there.

    The SDK logs four debug messages a resource, each a call that is waited for, and the engine drops them. Outputs and
    futures live until the program ends, so looking through them for garbage again and again finds none.
    """
    pulumi.log.debug = _drop_message
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 50, 100)


def _drop_message(*_args: object, **_named: object) -> None:
    pass


def _exit_status(error: SystemExit) -> int:
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    sys.stderr.write(f"{error.code}\n")
    return 1


def _explain(error: Exception, folder: Path) -> str:
    """Return the traceback from the program's first own line on; one line for what the engine does not support."""
    if unsupported := _UNSUPPORTED.match(str(error)):
        return f"{unsupported[1]}: the embedded engine does not support this; run the program with the Pulumi CLI"
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(str(folder)):
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error, trace or error.__traceback__)
    return "The program failed with an exception that it did not handle:\n" + "".join(lines).rstrip()


if __name__ == "__main__":
    status = 1
    try:
        status = main(receive_settings())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # Threads may still wait for an answer of the engine; nobody needs it any more.
        os._exit(status)
