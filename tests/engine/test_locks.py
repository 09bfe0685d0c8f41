"""Locks: who holds a stack, and what is left of them when a process is gone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.engine import EngineError, cancel, open_stack
from tests.support.engine_process import start_engine, wait_for
from tests.support.engine_projects import NAME, STACK, Project, thing

ELSEWHERE = {"pid": 1, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}


def locks(project: Project) -> Path:
    return project.backend / ".pulumi" / "locks" / "organization" / NAME / STACK


def leave(project: Project, content: object) -> Path:
    """Leave a lock."""
    locks(project).mkdir(parents=True, exist_ok=True)
    path = locks(project) / "x.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def gone_pid() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def cancelled(project: Project, *, force: bool = False) -> tuple[str, ...]:
    return cancel(open_stack(project.root, STACK, project.env), force=force)


@pytest.mark.parametrize("holder", [ELSEWHERE, {**ELSEWHERE, "hostname": socket.gethostname(), "pid": os.getpid()}])
def test_a_lock_that_may_be_held_is_respected(project: Project, holder: dict[str, Any]) -> None:
    """It stops what would change something and no preview, names its holder, and goes only where a person knows."""
    project.program(thing("a"))
    lock = leave(project, holder)

    assert project.preview().ok
    with pytest.raises(EngineError, match=rf"locked by ann@{holder['hostname']} \(pid \d+\) since .*`cancel --yes`"):
        project.run()
    with pytest.raises(EngineError, match="locked by ann"):
        cancelled(project)
    assert lock.exists()
    assert project.calls() == []
    assert cancelled(project, force=True) == (
        f"ann@{holder['hostname']} (pid {holder['pid']}) since 2026-01-01T00:00:00Z",
    )
    assert project.run().ok
    assert list(locks(project).iterdir()) == []


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "of-the-CLI"])
def test_a_lock_of_a_process_that_is_gone_is_taken_over(project: Project, ours: bool) -> None:
    """The next run removes it and says so; one of ours is known even where its process id is in use again."""
    project.program(thing("a"))
    here = {**ELSEWHERE, "hostname": socket.gethostname()}
    leave(project, {**here, "pid": os.getpid(), "heldByKernel": True} if ours else {**here, "pid": gone_pid()})

    result = project.run()

    assert result.ok
    assert any("The lock of ann@" in item.message for item in result.diagnostics if item.severity == "warning")
    assert list(locks(project).iterdir()) == []
    leave(project, {**here, "pid": gone_pid()})
    assert len(cancelled(project)) == 1
    assert cancelled(project) == ()


@pytest.mark.parametrize("content", ["[]", "5", '"x"', "{}", "", "{", '{"pid": "x", "hostname": "y"}', "null"])
def test_a_damaged_lock_is_one_sentence(project: Project, content: str) -> None:
    """Whatever is in it, the message names the file, and a cancel on one's own knowledge removes it."""
    project.program(thing("a"))
    lock = leave(project, content)

    with pytest.raises(EngineError, match=f"locked by an unknown process: .*{lock}"):
        project.run()
    assert cancelled(project, force=True) == ("an unknown process",)
    assert project.run().ok


def test_a_run_that_goes_on_is_never_cancelled(project: Project) -> None:
    """Nobody's word takes the stack from a process that holds it; when it is killed the next run goes on by itself."""
    project.program(thing("a"))
    project.faults(create_a="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)

    with pytest.raises(EngineError, match=rf"\(pid {engine.pid}\).*: wait for it$"):
        cancelled(project, force=True)
    with pytest.raises(EngineError, match=rf"\(pid {engine.pid}\).*: wait for it$"):
        project.run()
    engine.kill()
    engine.wait()
    project.faults()
    assert project.run().ok
    assert project.names() == ["a"]
