"""The state: what it holds, what a kill leaves of it, who may open it, and who holds it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_ibm_quantum.engine import (
    EngineError,
    UsageError,
    export_state,
    import_state,
    open_stack,
    operate,
    read_outputs,
)
from pulumi_ibm_quantum.engine.state.journal import read_lines
from pulumi_ibm_quantum.engine.state.passphrase import new_crypter
from pulumi_ibm_quantum.engine.state.values import Secret
from tests.support.engine_process import start_engine, wait_for
from tests.support.engine_projects import CRYPTER, PASSPHRASE, STACK, Project, ref, secret, thing, urn


def test_a_secret_is_nowhere_in_clear(tmp_path: Path) -> None:
    """State, journal, history, backup and what is printed never hold a secret; the provider gets it in clear."""
    project = Project.make(tmp_path, config={"proj:token": {"secure": CRYPTER.encrypt("s3cret-config")}})
    project.program(
        thing("a", token={"$secret_config": "token"}, list=[1, secret("s3cret-value")], secret_provider=True),
        exports={"hidden": secret("s3cret-output"), "from": ref("a.id")},
    )
    project.faults(create_a="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    contents = [path.read_bytes() for path in project.backend.rglob("*") if path.is_file()]
    assert any(b'"begin"' in content for content in contents)
    engine.kill()
    engine.wait()
    project.faults()
    result = project.run()
    contents += [path.read_bytes() for path in project.backend.rglob("*") if path.is_file()]
    printed = repr(result.events) + repr(result.config) + "".join(item.message for item in result.diagnostics)
    assert not any(b"s3cret" in content for content in contents)
    assert "s3cret" not in printed
    assert "s3cret-config" in (project.service / "calls.jsonl").read_text()
    assert project.state().live()[urn("a")].inputs["token"] == Secret("s3cret-config")


def test_an_unchanged_secret_keeps_its_ciphertext(project: Project) -> None:
    """A run that changes something else does not encrypt a secret anew."""
    project.program(thing("a", token=secret("t")), thing("b", size=1))
    project.run()
    before = next(item for item in project.written()["resources"] if item["urn"] == urn("a"))
    project.program(thing("a", token=secret("t")), thing("b", size=2))
    project.run()
    assert "ciphertext" in json.dumps(before)
    assert [item for item in project.written()["resources"] if item["urn"] == before["urn"]] == [before]


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"PULUMI_CONFIG_PASSPHRASE": "wrong"}, "Wrong passphrase"),
        ({"PULUMI_CONFIG_PASSPHRASE": None}, "passphrase of the stack is not set"),
        ({"PULUMI_CONFIG_PASSPHRASE": None, "PULUMI_CONFIG_PASSPHRASE_FILE": "/no/such/file"}, "cannot be read"),
        ({"PULUMI_BACKEND_URL": "s3://bucket"}, "s3:// is not supported"),
        ({"PULUMI_BACKEND_URL": None, "PULUMI_HOME": "/no/such/folder"}, "set PULUMI_BACKEND_URL"),
    ],
)
def test_what_is_set_wrongly_is_one_line(project: Project, env: dict[str, str | None], message: str) -> None:
    """A wrong or missing variable is named before anything runs, and nothing is written."""
    project.program(thing("a"))
    project.env = {key: item for key, item in {**project.env, **env}.items() if item is not None}
    with pytest.raises(EngineError, match=message) as raised:
        project.run()
    assert "\n" not in str(raised.value)
    assert list(project.backend.rglob("*.json")) == []
    assert project.calls("create", "configure") == []


def test_an_empty_passphrase_and_a_file_are_valid(project: Project, tmp_path: Path) -> None:
    """An empty passphrase is one; a file may hold it; a new stack gets a salt, which its settings keep."""
    settings = project.root / "app" / f"Pulumi.{STACK}.yaml"
    settings.write_text("config:\n  proj:a: 1  # a comment\n")
    project.env["PULUMI_CONFIG_PASSPHRASE"] = ""
    project.program(thing("a", token=secret("t")))
    stack = open_stack(project.root, STACK, project.env)
    assert operate(stack, "update").ok
    assert settings.read_text().startswith("config:\n  proj:a: 1  # a comment\nencryptionsalt: v1:")
    del project.env["PULUMI_CONFIG_PASSPHRASE"]
    (tmp_path / "phrase").write_text("\n")
    project.env["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(tmp_path / "phrase")
    assert operate(open_stack(project.root, STACK, project.env), "update").summary == {"same": 2}


def test_a_relative_backend_is_relative_to_where_the_command_runs(project: Project) -> None:
    """`file://./x` is below the folder of the command, as for the CLI."""
    project.env["PULUMI_BACKEND_URL"] = "file://./state"
    assert open_stack(project.root, STACK, project.env).backend.folder == project.root / "state"
    project.env["PULUMI_BACKEND_URL"] = "file://~/x"
    assert open_stack(project.root, STACK, project.env).backend.folder == Path.home() / "x"


def test_which_stack_is_asked_when_there_are_several(project: Project) -> None:
    """With one settings file the stack is clear; with two it is not, unless the variable says so."""
    assert open_stack(project.root / "app", None, project.env).name == STACK
    (project.root / "app" / "Pulumi.prod.yaml").write_text("{}")
    with pytest.raises(UsageError, match="dev, prod"):
        open_stack(project.root, None, project.env)
    assert open_stack(project.root, None, {**project.env, "PULUMI_STACK": "prod"}).name == "prod"


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_kill_loses_no_finished_step(project: Project) -> None:
    """After kill -9 finished steps are known, the interrupted call is named, no process is left, nothing done twice."""
    project.program(thing("old", size=1))
    project.run()
    project.program(
        *(thing(f"n{index}") for index in range(5)), thing("x", {"depends_on": [f"n{index}" for index in range(5)]})
    )
    project.faults(create_x="stuck")
    project.calls()
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    started = children(engine.pid)
    engine.send_signal(signal.SIGKILL)
    engine.wait()
    assert len(started) == 2
    wait_for(
        lambda: (
            not any(
                Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() for pid in started
            )
        )
    )
    assert len(read_lines(project.checkpoint.with_suffix(".journal"))) > 5
    assert project.names() == ["old"]

    preview = project.preview()
    warning = next(item.message for item in preview.diagnostics if item.severity == "warning")
    assert f"{urn('x')} was interrupted while creating" in warning
    assert preview.summary == {"create": 1, "delete": 1, "same": 6}
    exported = export_state(open_stack(project.root, STACK, project.env))["deployment"]
    assert [item["type"] for item in exported["pending_operations"]] == ["creating"]
    project.faults()
    project.calls()
    assert project.run().ok
    assert project.calls() == ["create x", "delete old"]
    assert not project.checkpoint.with_suffix(".journal").exists()
    assert project.state().pending == ()


def test_an_interrupted_update_is_named_until_it_is_read_again(project: Project) -> None:
    """A run that gets nowhere does not forget it; one that reads the resource settles it, and no person is needed."""
    project.program(thing("a", size=1))
    project.run()
    project.program(thing("a", size=2))
    project.faults(update_a="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    engine.kill()
    engine.wait()
    project.faults()
    project.program(code="raise pulumi.RunError('no')")
    assert not project.run().ok
    assert [item.kind for item in project.state().pending] == ["updating"]
    project.program(thing("a", size=2))
    assert any("was interrupted while updating" in item.message for item in project.preview().diagnostics)
    assert project.run("refresh").ok
    assert project.state().pending == ()
    assert not any("interrupted" in item.message for item in project.preview().diagnostics)


def test_a_journal_cut_short_is_replayed_up_to_the_cut(project: Project) -> None:
    """Whatever byte a kill stops at, the state of the whole lines before it is what the next command sees."""
    project.program(thing("a"))
    project.run()
    before = project.checkpoint.read_bytes()
    project.program(thing("a"), thing("b"), thing("c", {"depends_on": ["b"]}))
    project.faults(create_c="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    engine.kill()
    engine.wait()
    assert project.checkpoint.read_bytes() == before
    journal = project.checkpoint.with_suffix(".journal")
    whole = journal.read_bytes()
    seen = set()
    for length in range(0, len(whole) + 1, 97):
        journal.write_bytes(whole[:length])
        exported = export_state(open_stack(project.root, STACK, project.env))["deployment"]
        seen.add(tuple(item["urn"].rpartition("::")[2] for item in exported["resources"]))
    assert {"a" in names for names in seen} == {True}
    assert {"b" in names for names in seen} == {True, False}
    journal.write_bytes(whole[:-5])
    project.faults()
    project.calls()
    assert project.run().ok
    assert "create a" not in project.calls()


def test_a_journal_in_which_nothing_was_done_is_none(project: Project) -> None:
    """Older versions began a journal anew when their run was over, to say that calls had come back; that is no step."""
    project.program(thing("a"))
    project.run()
    journal = project.checkpoint.with_suffix(".journal")
    journal.write_text('{"journal":1,"base":"0"}\n[["end",3]]\n[["end",10]]\n')
    assert project.run().summary == {"same": 2}
    assert not journal.exists()


def test_a_journal_over_another_state_is_refused_where_it_knows_more(project: Project) -> None:
    """What another program has not made its own after a kill is named; nothing is merged by guess."""
    project.program(thing("a"))
    project.run()
    another = project.checkpoint.read_bytes()
    project.program(thing("a"), thing("b"), thing("c", {"depends_on": ["b"]}))
    project.faults(create_c="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    engine.kill()
    engine.wait()
    project.checkpoint.write_bytes(another + b" ")
    with pytest.raises(EngineError, match=f"made what the state does not know, .*: id-b, {urn('c')}. Take it over"):
        project.run()

    journal = project.checkpoint.with_suffix(".journal")
    killed = journal.read_bytes()
    journal.unlink()
    project.faults()
    assert project.run().ok
    journal.write_bytes(killed)
    assert project.run().summary == {"same": 4}
    assert not journal.exists()


def test_export_and_import_give_the_same_state_back(project: Project, tmp_path: Path) -> None:
    """What was exported can be imported elsewhere; there is then nothing to do, and its outputs are there."""
    project.program(thing("a", token=secret("t")), exports={"id": ref("a.id"), "hidden": secret("x")})
    project.run()
    stack = open_stack(project.root, STACK, project.env)
    exported = export_state(stack)
    project.env["PULUMI_BACKEND_URL"] = f"file://{tmp_path / 'elsewhere'}"
    other = open_stack(project.root, STACK, project.env)
    with pytest.raises(EngineError, match="has no state"):
        export_state(other)
    assert import_state(other, exported) == 3
    assert export_state(other)["deployment"]["resources"] == exported["deployment"]["resources"]
    assert read_outputs(other) == {"id": "id-a", "hidden": "[secret]"}
    assert read_outputs(other, show_secrets=True) == {"id": "id-a", "hidden": "x"}
    project.calls()
    assert operate(other, "update").summary == {"same": 2}
    assert project.calls() == []


def test_an_import_takes_the_place_of_what_a_kill_left(project: Project) -> None:
    """The journal of a killed run goes with the state that it was about."""
    project.program(thing("a"))
    project.run()
    stack = open_stack(project.root, STACK, project.env)
    exported = export_state(stack)
    project.program(thing("a"), thing("b", {"depends_on": ["a"]}))
    project.faults(create_b="stuck")
    engine = start_engine(project)
    wait_for((project.service / "stuck").exists)
    engine.kill()
    engine.wait()
    assert import_state(stack, exported) == 3
    assert not project.checkpoint.with_suffix(".journal").exists()
    assert export_state(stack)["deployment"]["resources"] == exported["deployment"]["resources"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.pop("deployment"), "no `deployment`"),
        (lambda document: document.update(version=9), "version 9 is not supported"),
        (lambda document: document["deployment"]["resources"].reverse(), "does not come before it"),
        (
            lambda document: document["deployment"]["resources"].append(document["deployment"]["resources"][0]),
            "is there twice",
        ),
        (
            lambda document: document["deployment"]["resources"][0].update(urn="urn:pulumi:x::y::z::n"),
            "of another stack",
        ),
    ],
)
def test_what_is_no_state_is_not_imported(project: Project, change: Callable[[object], object], message: str) -> None:
    """An import that would break the state is refused and leaves it as it was."""
    project.program(thing("a"))
    project.run()
    before = project.checkpoint.read_bytes()
    stack = open_stack(project.root, STACK, project.env)
    document = export_state(stack)
    change(document)
    with pytest.raises(EngineError, match=message):
        import_state(stack, document)
    assert project.checkpoint.read_bytes() == before


def test_the_state_of_another_passphrase_is_refused(project: Project) -> None:
    """Settings whose salt does not belong to the state's secrets are an error, not lost secrets."""
    project.program(thing("a", token=secret("t")))
    project.run()
    before = project.checkpoint.read_bytes()
    settings = project.root / "app" / f"Pulumi.{STACK}.yaml"
    settings.write_text(json.dumps({"encryptionsalt": new_crypter(PASSPHRASE).salt}))
    with pytest.raises(EngineError, match="Wrong passphrase"):
        project.preview()
    assert project.checkpoint.read_bytes() == before


def test_each_run_leaves_its_history(project: Project) -> None:
    """Each update adds what it did and the state after it, where the CLI looks for them."""
    project.program(thing("a"))
    project.run(message="first")
    folder = project.backend / ".pulumi" / "history" / "proj" / STACK
    entry = json.loads(next(folder.glob("*.history.json")).read_text())
    assert (entry["kind"], entry["message"], entry["result"], entry["resourceChanges"]) == (
        "update",
        "first",
        "succeeded",
        {"create": 2},
    )
    assert next(folder.glob("*.checkpoint.json")).read_bytes() == project.checkpoint.read_bytes()


def test_messages_hide_the_secrets_of_the_configuration(tmp_path: Path) -> None:
    """Neither what the program prints nor what a provider's error says shows a configured secret."""
    project = Project.make(tmp_path, config={"proj:token": {"secure": CRYPTER.encrypt("s3cret-config")}})
    project.program(thing("a"), say=["key is s3cret-config"], code="pulumi.log.warn('s3cret-config')")
    project.faults(create_a="401 for s3cret-config")
    result = project.run()
    messages = {item.message for item in result.diagnostics if "No state yet" not in item.message}
    assert messages == {"key is [secret]", "[secret]", "401 for [secret]"}
