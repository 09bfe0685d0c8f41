"""Saving: the checkpoint before and after a run, the history, and what an interrupted run left behind."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from pulumi_ibm_quantum.engine.errors import NotWritten
from pulumi_ibm_quantum.engine.events import Log, Result
from pulumi_ibm_quantum.engine.stack.stack import Opened, Stack
from pulumi_ibm_quantum.engine.state.deployment import Deployment, deployment_to_json
from pulumi_ibm_quantum.engine.state.files import compact, naming
from pulumi_ibm_quantum.engine.state.journal import Journal
from pulumi_ibm_quantum.engine.state.passphrase import Crypter
from pulumi_ibm_quantum.engine.state.recorder import Recorder
from pulumi_ibm_quantum.engine.state.resource import Json, Resource, resource_to_json
from pulumi_ibm_quantum.engine.state.values import to_state


@contextmanager
def saving(stack: Stack, opened: Opened, *, dry_run: bool, keep_pending: bool = True) -> Iterator[Recorder]:
    """Record a run; at its end, however it ends, the journal is folded into the checkpoint.

    Args:
        stack: The stack.
        opened: What it held before.
        dry_run: Whether nothing is to be saved.
        keep_pending: Whether creations of an earlier run that never came back stay in the state.

    Raises:
        NotWritten: If the state could not be saved, before the run or after it.
    """
    encrypt = opened.crypter.encrypt

    def to_json(resource: Resource) -> Json:
        return resource_to_json(resource, lambda value: to_state(value, encrypt))

    if dry_run:
        yield Recorder(opened.deployment, None, to_json, keep_pending=keep_pending)
        return
    path = stack.backend.journal(stack.project.name, stack.name)
    content = opened.content
    if opened.interrupted:
        content = render(stack, opened.crypter, opened.deployment)
        with naming(path), path.open("ab") as file:
            # A line that the kill cut short would swallow this one.
            file.write(b"\n" if path.read_bytes()[-1:] != b"\n" else b"")
            file.write(compact([["folded", sha256(content).hexdigest()]]) + b"\n")
        stack.backend.write(stack.project.name, stack.name, content)
    path.unlink(missing_ok=True)
    journal = Journal(path, content)
    recorder = Recorder(opened.deployment, journal, to_json, keep_pending=keep_pending)
    try:
        yield recorder
    finally:
        content = render(stack, opened.crypter, recorder.deployment())
        _fold(stack, journal, path, content)


def _fold(stack: Stack, journal: Journal, path: Path, content: bytes) -> None:
    """Write the checkpoint that holds all of a journal, and remove the journal; where that fails it stays."""
    is_whole = journal.is_whole
    with suppress(NotWritten):
        journal.append([["folded", sha256(content).hexdigest()]])
    try:
        stack.backend.write(stack.project.name, stack.name, content)
    except NotWritten as error:
        journal.close(remove=False)
        kept = "all of this run" if is_whole else "only the beginning of this run"
        raise NotWritten(f"{error}; {path} has {kept}, and the next run goes on from it") from None
    journal.close(remove=True)


def render(stack: Stack, crypter: Crypter, deployment: Deployment) -> bytes:
    """Return a deployment as the bytes of a checkpoint."""
    written = deployment_to_json(deployment, crypter.salt, crypter.encrypt)
    return stack.backend.render(stack.project.name, stack.name, written)


def warn_of_pending(opened: Opened, log: Log) -> None:
    """Name the resources whose calls were interrupted: nobody knows what became of them."""
    pending = opened.deployment.pending
    if not pending:
        return
    named = "".join(f"\n  {item.resource.urn} was interrupted while {item.kind}" for item in pending)
    log.say(
        "warning",
        f"An earlier run was interrupted in the middle of {len(pending)} call(s), whose outcome is unknown:{named}\n"
        "This is over once a run has made them or read them again. What the program has no more may still have been "
        "created: look at the service, then `refresh --clear-pending-creates` forgets it.",
    )


def add_history(stack: Stack, opened: Opened, result: Result, began: float, message: str) -> None:
    """Record what a run did, as the CLI does."""
    update: Json = {
        "kind": result.operation,
        "startTime": int(began),
        "message": message,
        "environment": {"exec.kind": "embedded"},
        "config": dict(opened.config.for_history),
        "version": 0,
        "result": "succeeded" if result.ok else "failed",
        "endTime": int(began + result.seconds),
        "resourceChanges": result.summary,
    }
    stack.backend.add_history(stack.project.name, stack.name, update)
