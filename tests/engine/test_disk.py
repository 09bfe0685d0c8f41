"""The disk: who may read a state, and what is said and left where the disk is full or a file is damaged."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.engine import EngineError, export_state, open_stack, operate
from tests.support.engine_process import start_engine, wait_for
from tests.support.engine_projects import STACK, Project, thing


@pytest.fixture
def umask() -> Iterator[None]:
    """A machine where files are for everybody."""
    before = os.umask(0o000)
    yield
    os.umask(before)


def modes(project: Project) -> dict[str, str]:
    """The permissions of all that is in the state folder but is not for its owner alone."""
    return {
        str(path): stat.filemode(path.stat().st_mode)
        for path in [project.backend / ".pulumi", *(project.backend / ".pulumi").rglob("*")]
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }


@pytest.mark.usefixtures("umask")
def test_a_state_is_for_its_owner_alone(project: Project) -> None:
    """Folders, checkpoint, backup, history, journal and lock, whatever the umask; the settings file stays as it is."""
    settings = project.root / "app" / f"Pulumi.{STACK}.yaml"
    settings.write_text("config: {}\n")
    settings.chmod(0o664)
    project.env["PULUMI_CONFIG_PASSPHRASE"] = ""
    project.program(thing("a"))
    project.faults(create_a="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    held = sorted(path.suffix for path in (project.backend / ".pulumi").rglob("*") if path.is_file())

    assert held == [".flock", ".journal", ".json", ".yaml"]
    assert modes(project) == {}
    engine.kill()
    engine.wait()
    project.faults()
    for _ in range(2):
        assert operate(open_stack(project.root, STACK, project.env), "update").ok
    assert modes(project) == {}
    assert stat.S_IMODE(settings.stat().st_mode) == 0o664
    assert "encryptionsalt" in settings.read_text()


def test_what_was_open_to_others_is_tightened_when_it_is_next_written(project: Project) -> None:
    """States of before, and those that the CLI writes, are as open as the umask allowed."""
    project.program(thing("a", size=1))
    project.run()
    for path in [project.backend / ".pulumi", *(project.backend / ".pulumi").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    project.program(thing("a", size=2))
    project.run()

    open_files = {Path(path).name for path in modes(project) if Path(path).is_file()}
    assert stat.S_IMODE((project.backend / ".pulumi").stat().st_mode) == 0o700
    assert not open_files & {f"{STACK}.json", f"{STACK}.json.bak"}


def fill(monkeypatch: pytest.MonkeyPatch, is_full: Callable[[Path], bool]) -> None:
    """Let the disk be full for some files: what is written does not get there."""
    fsync = os.fsync

    def fail(descriptor: int) -> None:
        if is_full(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fail)


def leftovers(project: Project) -> list[str]:
    """The files of the state folder that nobody asked for."""
    return [path.name for path in (project.backend / ".pulumi").rglob(".*") if path.is_file()]


def test_a_full_disk_changes_nothing_where_it_is_full_from_the_start(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be recorded is not begun."""
    project.program(thing("a"))
    with monkeypatch.context() as patch:
        fill(patch, lambda path: "locks" in path.parts)
        with pytest.raises(EngineError, match=r"locks/.*\.json could not be written: No space left on device"):
            project.run()
    with monkeypatch.context() as patch:
        fill(patch, lambda path: path.suffix == ".journal")
        result = project.run()
    assert f"{STACK}.journal could not be written: No space left on device" in result.errors[0]
    assert project.calls() == []
    assert leftovers(project) == []
    assert project.run().ok


def test_a_checkpoint_that_does_not_fit_is_in_the_journal(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the file and what is different at the service; the next run has lost nothing."""
    project.program(thing("a"))
    project.run()
    project.program(thing("a", size=2), thing("b"))
    with monkeypatch.context() as patch:
        fill(patch, lambda path: path.name.startswith(f".{STACK}.json"))
        result = project.run()

    assert not result.ok
    assert f"{project.checkpoint}.bak could not be written: No space left on device" in result.errors[-1]
    assert "has all of this run" in result.errors[-1]
    assert sorted(result.errors[-1].rpartition("Changed at the service: ")[2].split(", ")) == ["create b", "update a"]
    assert leftovers(project) == []
    project.calls()
    assert project.run().summary == {"same": 3}
    assert project.calls() == []


def test_a_disk_that_fills_up_in_a_run_stops_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came back is kept in memory, nothing further is begun, and if there is room in the end all is saved."""
    project.program(thing("a"), thing("b", {"depends_on": ["a"]}))
    log = project.service / "calls.jsonl"

    def is_full(path: Path) -> bool:
        return log.exists() and "create" in log.read_text() and path.name in full

    full = [f"{STACK}.journal"]
    with monkeypatch.context() as patch:
        fill(patch, is_full)
        result = project.run()
    assert not result.ok
    assert project.calls() == ["create a"]
    assert project.names() == ["a"]
    project.remove_live("id-a")
    project.run("refresh")
    with monkeypatch.context() as patch:
        fill(patch, lambda path: is_full(path) or (is_full(Path(full[0])) and path.name.startswith(".")))
        result = project.run()
    assert "has only the beginning of this run" in result.errors[-1]
    assert result.errors[-1].endswith("Changed at the service: create a")
    assert leftovers(project) == []
    assert project.run().ok
    assert project.objects() == ["id-a", "id-b"]


def test_a_history_that_does_not_fit_is_a_warning(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state is what counts."""
    project.program(thing("a"))
    with monkeypatch.context() as patch:
        fill(patch, lambda path: "history" in path.parts)
        result = project.run()
    assert result.ok
    assert any("history lacks this run" in item.message for item in result.diagnostics if item.severity == "warning")
    assert leftovers(project) == []


def damaged(document: dict[str, Any]) -> Iterator[object]:
    """Checkpoints that are none: of another kind, or with a part of another kind, or without one that must be there."""
    yield from (
        [],
        5,
        "x",
        None,
        {},
        {"version": 3},
        {"version": 3, "checkpoint": []},
        {"version": [], "checkpoint": {}},
    )
    for part in ("resources", "pending_operations", "metadata", "secrets_providers"):
        for other in (5, "x", [5], {"x": 5}):
            latest = {**document["checkpoint"]["latest"], part: other}
            yield {**document, "checkpoint": {"latest": latest}}
    for index, resource in enumerate(document["checkpoint"]["latest"]["resources"]):
        for key in {*resource, "dependencies", "propertyDependencies", "aliases"}:
            wrongs: tuple[object, ...] = (None, 5, "x", [5], {"x": 5}, {"4dabf18193072939515e22adb298388d": []})
            for wrong in wrongs:
                latest = json.loads(json.dumps(document["checkpoint"]["latest"]))
                latest["resources"][index][key] = wrong
                yield {**document, "checkpoint": {"latest": latest}}


@contextmanager
def suppress_engine_errors(sentences: list[str]) -> Iterator[None]:
    """Collect what the engine says is wrong; anything else is a failure of the engine."""
    try:
        yield
    except EngineError as error:
        sentences.append(str(error))


def test_a_damaged_checkpoint_is_one_sentence(project: Project) -> None:
    """With the file's name, whatever is wrong in it; never a traceback."""
    project.program(thing("a"))
    project.run()
    whole = project.checkpoint.read_bytes()
    stack = open_stack(project.root, STACK, project.env)
    sentences: list[str] = []
    for document in damaged(json.loads(whole)):
        project.checkpoint.write_text(json.dumps(document))
        with suppress_engine_errors(sentences):
            export_state(stack)
    assert len(sentences) > 100
    for sentence in sentences:
        assert "\n" not in sentence
        assert str(project.checkpoint) in sentence or "not support" in sentence
    project.checkpoint.write_bytes(whole)
    assert project.run().summary == {"same": 2}


@pytest.mark.parametrize("line", ["5", "[5]", "[[]]", '[["new"]]', '[["keep","n1","b99"]]', '[["set","b0",{}]]'])
def test_a_damaged_journal_is_one_sentence(project: Project, line: str) -> None:
    """It names the file, and what removing it means."""
    project.program(thing("a"))
    project.run()
    journal = project.checkpoint.with_suffix(".journal")
    journal.write_text(f'{{"journal":1,"base":"{sha256(project.checkpoint.read_bytes()).hexdigest()}"}}\n{line}\n')
    with pytest.raises(EngineError, match="last checkpoint") as raised:
        project.run()
    assert str(journal) in str(raised.value)
