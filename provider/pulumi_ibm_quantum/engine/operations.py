"""The operations: preview, update, refresh and destroy of a stack."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import NotWritten
from pulumi_ibm_quantum.engine.events import COUNTED, Event, Kind, Log, Result, StepDone
from pulumi_ibm_quantum.engine.protocol.child import Child
from pulumi_ibm_quantum.engine.protocol.monitor import Engine, ResourceMonitor, Server
from pulumi_ibm_quantum.engine.protocol.provider_host import ProviderHost
from pulumi_ibm_quantum.engine.run.deletion import delete_unregistered
from pulumi_ibm_quantum.engine.run.interruption import Interruption
from pulumi_ibm_quantum.engine.run.provider import Provider
from pulumi_ibm_quantum.engine.run.refreshing import refresh
from pulumi_ibm_quantum.engine.run.run import Run
from pulumi_ibm_quantum.engine.run.steps import carry_over
from pulumi_ibm_quantum.engine.stack.backend import ORGANIZATION
from pulumi_ibm_quantum.engine.stack.saving import add_history, saving, warn_of_pending
from pulumi_ibm_quantum.engine.stack.settings import Config, write_salt
from pulumi_ibm_quantum.engine.stack.stack import Opened, Stack, open_all
from pulumi_ibm_quantum.engine.state.recorder import Changed, Recorder
from pulumi_ibm_quantum.engine.state.urn import split_type_and_name, stack_urn
from pulumi_ibm_quantum.engine.state.values import Properties, Secret, plain, same

DEFAULT_PARALLEL: Final = 4 * (os.cpu_count() or 1)
"""Steps at once, as many as the CLI's."""
_LOOK_SECONDS: Final = 0.1
_CHANGING: Final = frozenset({"create", "update", "create-replacement", "delete", "delete-replaced"})
"""The operations that change something at the service."""


@dataclass(frozen=True, slots=True)
class Options:
    """How an operation runs.

    Attributes:
        dry_run: Only show what would be done.
        refresh: Read everything first; None leaves it to the project.
        continue_on_error: Go on with what does not depend on what failed.
        parallel: Steps at once.
        message: A note for the history.
        clear_pending_creates: Forget creations that were interrupted.
        takeovers: Types whose creation makes nothing at the service; an interrupted one leaves nothing to look for.
        config: Settings that the program sees in this run, by full key, over those of the stack.
        watch: Called with each event as it comes.
        before_reading: Called before a refresh, with the configuration of the providers and the types of what is going
            to be read; what it raises ends the operation before anything has begun.
    """

    dry_run: bool = False
    refresh: bool | None = None
    continue_on_error: bool = False
    parallel: int = DEFAULT_PARALLEL
    message: str = ""
    clear_pending_creates: bool = False
    takeovers: frozenset[str] = frozenset()
    config: Mapping[str, str] = field(default_factory=dict)
    watch: Callable[[Event], None] | None = None
    before_reading: Callable[[Mapping[str, Any], Collection[str]], None] | None = None


def operate(stack: Stack, kind: Kind, options: Options | None = None) -> Result:
    """Run one operation to its end; what went wrong in it is in the result.

    Raises:
        EngineError: If it could not start.
    """
    return _Operation(stack, kind, options or Options()).execute()


class _Operation:
    def __init__(self, stack: Stack, kind: Kind, options: Options) -> None:
        self._stack = stack
        self._project = stack.project
        self._kind = kind
        self._options = options
        self._log = Log(options.watch)

    def execute(self) -> Result:
        """Start all processes at once, then open the secrets and the state, then go."""
        began = time.time()
        with ExitStack() as cleanup:
            interruption = cleanup.enter_context(Interruption())
            if not self._options.dry_run:
                for holder in cleanup.enter_context(self._stack.backend.lock(self._project.name, self._stack.name)):
                    self._log.say("warning", f"The lock of {holder} was removed: that process is gone")
            server = Server()
            cleanup.callback(server.stop)
            host = self._start_host(server.address)
            cleanup.callback(host.close)
            program = None
            if self._kind == "update":
                program = Child("program_main", [], self._project.program_folder, self._stack.env)
                cleanup.callback(program.stop)
            opened = self._open()
            self._say_what_was_found(opened)
            run: Run | None = None
            outputs: Properties = {}
            try:
                with self._saving(opened) as recorder:
                    run = self._make_run(opened, recorder, host)
                    config = opened.config.with_values(self._options.config)
                    monitor = ResourceMonitor(run, config, _delete_after_success)
                    server.start(Engine(run), monitor)
                    self._configure(host, run, opened)
                    with interruption.stopping(run, partial(_wind_up, host, program), partial(_give_up, host, program)):
                        self._go(run, program, config, server.address)
                    outputs = _finish_outputs(run, monitor.stack_outputs)
            except NotWritten as error:
                if run is None:
                    raise
                self._not_saved(run, error)
            result = self._result(run, opened, outputs, time.time() - began)
            return result if self._options.dry_run else self._with_history(opened, result, began)

    def _say_what_was_found(self, opened: Opened) -> None:
        self._log.hidden = opened.config.secret_texts()
        if self._kind == "update" and not self._stack.has_state:
            self._log.say("info", f"No state yet in {self._stack.backend.folder}: everything is new")
        if self._kind != "refresh":
            warn_of_pending(opened, self._log)

    def _saving(self, opened: Opened) -> AbstractContextManager[Recorder]:
        keep_pending = not self._options.clear_pending_creates
        return saving(self._stack, opened, dry_run=self._options.dry_run, keep_pending=keep_pending)

    def _not_saved(self, run: Run, error: NotWritten) -> None:
        """Say that the state could not be saved, and what is already different at the service."""
        run.errored = True
        changed = [
            f"{event.step.op} {split_type_and_name(event.step.urn)[1]}"
            for event in self._log.events
            if isinstance(event, StepDone) and event.step.resource.managed and event.step.op in _CHANGING
        ]
        self._log.say("error", f"{error}. Changed at the service: {', '.join(changed) or 'nothing'}")

    def _with_history(self, opened: Opened, result: Result, began: float) -> Result:
        try:
            add_history(self._stack, opened, result, began, self._options.message)
        except NotWritten as error:
            self._log.say("warning", f"The history lacks this run: {error}")
            return replace(result, events=tuple(self._log.events))
        return result

    def _open(self) -> Opened:
        opened = open_all(self._stack)
        if opened.new_salt and not self._options.dry_run:
            write_salt(self._project.settings_file(self._stack.name), opened.crypter.salt)
        state = opened.deployment
        pending = tuple(item for item in state.pending if item.resource.type not in self._options.takeovers)
        return replace(opened, deployment=replace(state, pending=pending))

    def _start_host(self, address: str) -> ProviderHost:
        return ProviderHost(
            address, self._project.program_folder, self._stack.env, lambda line: self._log.say("info", line)
        )

    def _make_run(self, opened: Opened, recorder: Recorder, provider: Provider) -> Run:
        return Run(
            project=self._project.name,
            stack=self._stack.name,
            dry_run=self._options.dry_run,
            parallel=max(1, self._options.parallel),
            continue_on_error=self._options.continue_on_error,
            provider=provider,
            provider_config={
                key: Secret(value) if key in opened.config.secret_keys else value
                for key, value in opened.config.values.items()
            },
            log=self._log,
            recorder=recorder,
            olds=opened.deployment.live(),
        )

    def _configure(self, host: ProviderHost, run: Run, opened: Opened) -> None:
        host.configure(self._project.name, opened.config.values, self._provider_inputs(run))

    def _provider_inputs(self, run: Run) -> Properties:
        """Return the configuration of the providers: that of the state where no program says another."""
        known = run.olds.get(run.default_provider_urn)
        return run.provider_config if known is None or self._kind == "update" else known.inputs

    @property
    def _wants_refresh(self) -> bool:
        wanted = self._project.refresh_always if self._options.refresh is None else self._options.refresh
        return wanted or self._kind == "refresh"

    def _check_before_reading(self, run: Run) -> None:
        """Call ``before_reading`` in a thread of its own: an interrupt does not wait for it."""
        check = self._options.before_reading
        if check is None or not self._wants_refresh:
            return
        types = {item.type for item in run.olds.values() if item.managed}
        outcome: Future[None] = Future()

        def call() -> None:
            try:
                outcome.set_result(check(plain(self._provider_inputs(run)), types))
            except Exception as error:
                outcome.set_exception(error)

        threading.Thread(target=call, name="before-reading", daemon=True).start()
        while not run.stopped and not outcome.done():
            wait([outcome], timeout=_LOOK_SECONDS)
        if outcome.done():
            outcome.result()

    def _go(self, run: Run, program: Child | None, config: Config, address: str) -> None:
        self._check_before_reading(run)
        if self._wants_refresh and not refresh(run, alone=self._kind == "refresh"):
            run.stop()
        if self._kind == "destroy" and not run.stopped:
            delete_unregistered(run)
        if program is not None and not run.stopped:
            self._run_program(run, program, config, address)
        run.drain()

    def _run_program(self, run: Run, program: Child, config: Config, address: str) -> None:
        program.forward(lambda line: self._log.say("info", line), lambda line: self._log.say("info#err", line))
        program.send(
            {
                "program": str(self._project.program),
                "project": self._project.name,
                "stack": self._stack.name,
                "organization": ORGANIZATION,
                "root_directory": str(self._project.root),
                "engine": address,
                "parallel": run.parallel,
                "dry_run": run.dry_run,
                "config": dict(config.values),
                "secret_keys": sorted(config.secret_keys),
            }
        )
        status = program.wait()
        if status and not run.errored:
            self._log.say("error", f"The program ended with exit status {status}")
        run.errored = run.errored or status != 0

    def _result(self, run: Run, opened: Opened, outputs: Properties, seconds: float) -> Result:
        before = opened.deployment.live().get(stack_urn(run.stack, run.project))
        done = [event for event in self._log.events if isinstance(event, StepDone)]
        summary = Counter(
            event.effect for event in done if event.effect in COUNTED and not event.step.resource.is_provider
        )
        return Result(
            operation=self._kind,
            stack=run.stack,
            dry_run=run.dry_run,
            ok=not run.errored,
            summary=dict(sorted(summary.items())),
            outputs=outputs,
            old_outputs=before.outputs if before else {},
            config={
                key: "[secret]" if key in opened.config.secret_keys else value
                for key, value in opened.config.values.items()
            },
            seconds=seconds,
            events=tuple(self._log.events),
            registered=tuple(run.seen),
            resources=tuple(run.news[urn] for urn in run.seen if urn in run.news),
        )


def _finish_outputs(run: Run, outputs: Properties | None) -> Properties:
    """Store the outputs that the program gave its stack; a run that failed adds to the old ones and takes none away.

    Args:
        run: The run.
        outputs: The outputs; None if the program did not get that far.

    Returns:
        The outputs of the stack as they are now.
    """
    urn = stack_urn(run.stack, run.project)
    stack = run.news.get(urn)
    if stack is None:
        untouched = run.recorder.deployment().live().get(urn)
        return untouched.outputs if untouched else {}
    if outputs is None:
        return stack.outputs
    old = run.olds.get(stack.urn)
    olds = old.outputs if old else {}
    final = carry_over({**olds, **outputs} if run.errored else outputs, olds)
    if not same(final, stack.outputs):
        run.recorder.record(Changed(stack, replace(stack, outputs=final)))
    return final


def _delete_after_success(run: Run) -> None:
    """Delete what the program did not register; one that reported an error may not have registered all it wants."""
    if not run.errored or (run.continue_on_error and run.failed):
        delete_unregistered(run)


def _wind_up(host: ProviderHost, program: Child | None) -> None:
    """Let nothing be waited for that need not be: what the providers have begun is all that goes on."""
    host.cancel()
    if program is not None:
        program.end()


def _give_up(host: ProviderHost, program: Child | None) -> None:
    """End what still runs by force."""
    host.close()
    if program is not None:
        program.stop()
