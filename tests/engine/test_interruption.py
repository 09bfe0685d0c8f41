"""Ctrl-C and SIGTERM, once and twice: what is waited for, what is saved, and that nothing is left for a person."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from pulumi_ibm_quantum.engine import EngineError
from pulumi_ibm_quantum.engine.run import interruption
from pulumi_ibm_quantum.engine.state.journal import Journal
from tests.support.engine_process import PATIENCE_SECONDS, start_command, start_engine, wait_for
from tests.support.engine_projects import STACK, Project, thing, urn


def up(project: Project, *options: str) -> subprocess.Popen[str]:
    """Start an update as a pipeline does."""
    return start_command(project.root, project.env, "up", "--yes", "--skip-preview", "--stack", STACK, *options)


def nothing_is_left(project: Project) -> bool:
    """Whether there is neither a lock nor a journal nor a temporary file."""
    left = [path for path in (project.backend / ".pulumi").rglob("*") if path.is_file()]
    locks = [path for path in left if "locks" in path.parts and path.suffix == ".json"]
    return not locks and not any(path.suffix == ".journal" or path.name.startswith(".") for path in left)


def test_an_interrupt_finishes_what_runs(project: Project) -> None:
    """After Ctrl-C the running step is finished and saved, nothing new starts, and the lock is gone."""
    project.program(thing("a"), thing("b", {"depends_on": ["a"]}))
    project.faults(create_a="slow")
    engine = start_engine(project)
    log = project.service / "calls.jsonl"
    wait_for(lambda: log.exists() and "create" in log.read_text())
    engine.send_signal(signal.SIGINT)
    engine.wait()
    assert project.names() == ["a"]
    assert project.state().pending == ()
    assert nothing_is_left(project)
    assert project.run().summary == {"create": 1, "same": 2}


@pytest.mark.parametrize(
    ("first", "second"),
    [(signal.SIGINT, signal.SIGINT), (signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGTERM)],
)
def test_a_second_signal_ends_the_waiting(project: Project, first: signal.Signals, second: signal.Signals) -> None:
    """The first says at once what is waited for; after the second what is known is saved, and the next run goes on."""
    project.program(thing("a"), thing("b", {"depends_on": ["a"]}), thing("c", {"depends_on": ["b"]}))
    project.faults(create_b="stuck")
    engine = up(project)
    wait_for((project.service / "stuck").exists)

    engine.send_signal(first)
    assert engine.stderr is not None
    assert "waiting up to 600 seconds for creating b" in engine.stderr.readline()
    engine.send_signal(second)
    stdout, _ = engine.communicate(timeout=PATIENCE_SECONDS)

    assert engine.returncode == 1
    assert "test:Thing b: Interrupted" in stdout
    assert "Traceback" not in stdout
    assert nothing_is_left(project)
    assert project.names() == ["a"]
    assert [(item.kind, item.resource.urn) for item in project.state().pending] == [("creating", urn("b"))]
    project.faults()
    assert project.run().ok
    assert project.state().pending == ()


def test_waiting_has_an_end_without_a_second_signal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped container is killed ten seconds after the one signal that it gets."""
    assert interruption.WAIT_SECONDS < 8
    monkeypatch.setattr(interruption, "WAIT_SECONDS", 0.2)
    project.program(thing("a"))
    project.faults(create_a="stuck")

    def interrupt() -> None:
        wait_for((project.service / "stuck").exists)
        os.kill(os.getpid(), signal.SIGTERM)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    result = project.run()
    interrupting.join()

    assert not result.ok
    assert nothing_is_left(project)


def test_reads_are_not_waited_for(project: Project) -> None:
    """Where nothing is being changed an interrupt ends the run at once, and says nothing of waiting."""
    project.program(thing("a"))
    project.run()
    project.faults(read_a="stuck")
    engine = up(project, "--refresh")
    wait_for((project.service / "stuck").exists)
    engine.send_signal(signal.SIGINT)
    _, stderr = engine.communicate(timeout=PATIENCE_SECONDS)

    assert stderr == "Interrupted: nothing new is started\n"
    assert project.names() == ["a"]


def test_what_ignores_interrupts_goes_on_ignoring_them(project: Project) -> None:
    """A run in a shell's background is not for the terminal's Ctrl-C; the handler of before comes back."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        project.program(code="os.kill(os.getppid(), 2)")
        assert project.run().ok
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert not project.run(dry_run=True).ok
    assert signal.getsignal(signal.SIGINT) is before


def test_a_closed_journal_stays_closed(tmp_path: Path) -> None:
    """What comes back after the end of its run does not begin a journal anew, which would block the stack."""
    journal = Journal(tmp_path / "x.journal", b"")
    journal.append([["end", 1]])
    journal.close(remove=True)
    with pytest.raises(EngineError, match="has ended"):
        journal.append([["end", 2]])
    assert list(tmp_path.iterdir()) == []
