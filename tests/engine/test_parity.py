"""The same programs under the embedded engine and under the real Pulumi CLI: the same steps, the same state."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.engine_comparison import differences, resources, steps
from tests.support.engine_projects import CRYPTER, Cli, Embedded, Project, group, ref, secret, thing

pytestmark = [
    pytest.mark.pulumi_cli,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH"),
]

Change = Callable[[Project], None]
Scenario = list[tuple[Change, tuple[str, ...]]]


def family(**sizes: Any) -> list[dict[str, Any]]:
    """A component with three things, one of which uses the others, and holds a secret."""
    return [
        group("g", outputs={"ida": ref("a.id")}),
        thing("a", {"parent": "g"}, size=sizes.get("a", 1), nested={"list": [1, 2.5, {"x": None}], "none": None}),
        thing("b", {"parent": "g"}, size=sizes.get("b", 1), from_a=ref("a.id"), computed_by=ref("a.computed")),
        thing("c", {"parent": "g", "depends_on": ["b"]}, size=sizes.get("c", 1), token=secret("hush")),
    ]


def program(*items: dict[str, Any], **fields: Any) -> Change:
    """Change the program."""
    return lambda project: project.program(*items, **fields)


def both(*changes: Change) -> Change:
    """Several changes at once."""

    def change(project: Project) -> None:
        for one in changes:
            one(project)

    return change


def drift(id_: str, **props: Any) -> Change:
    """Change an object behind Pulumi's back."""
    return lambda project: project.change_live(id_, **props)


def vanish(id_: str) -> Change:
    """Delete an object behind Pulumi's back."""
    return lambda project: project.remove_live(id_)


def faults(**named: str) -> Change:
    """Let calls fail."""
    return lambda project: project.faults(**named)


def nothing(_: Project) -> None:
    """Change nothing."""


EXPORTS: dict[str, Any] = {"ida": ref("a.id"), "hidden": secret("quiet")}
CONFIG = {"proj:size": 3, "proj:object": {"a": [1, "two"], "b": {"c": True}}, "other:key": "x", "proj:ratio": 1.5}

SCENARIOS: dict[str, Scenario] = {
    "create, keep, update, remove, destroy": [
        (program(*family(), exports=EXPORTS), ("preview", "up")),
        (nothing, ("preview", "up")),
        (program(*family(b=2, c=3), exports={"ida": ref("a.id")}), ("preview", "up")),
        (program(*family()[:2]), ("preview", "up")),
        (nothing, ("destroy",)),
    ],
    "replace": [
        (program(*family()), ("up",)),
        (program(family()[0], thing("a", {"parent": "g"}, key="other"), *family()[2:]), ("preview", "up", "preview")),
    ],
    "replace, the old one first": [
        (
            program(thing("a", mode="before"), thing("b", of=ref("a.id")), thing("k", key=ref("a.id"), mode="before")),
            ("up",),
        ),
        (
            program(
                thing("a", mode="before", key="a2"),
                thing("b", of=ref("a.id")),
                thing("k", key=ref("a.id"), mode="before"),
            ),
            ("preview", "up", "preview"),
        ),
    ],
    "replace, the old one first by option": [
        (program(thing("a", {"delete_before_replace": True})), ("up",)),
        (program(thing("a", {"delete_before_replace": True}, key="a2")), ("preview", "up")),
    ],
    "refresh before": [
        (program(*family()), ("up",)),
        (drift("id-a", size=9), ("preview --refresh", "up --refresh")),
        (vanish("id-b"), ("preview --refresh", "up --refresh")),
    ],
    "refresh alone": [
        (program(*family()), ("up",)),
        (drift("id-a", size=9), ("preview-refresh", "refresh", "preview", "preview-destroy")),
        (vanish("id-b"), ("refresh", "preview", "up")),
        (both(vanish("id-a"), vanish("id-b"), vanish("id-c")), ("refresh", "destroy")),
    ],
    "refresh alone, the engine compares": [
        (program(thing("a", mode="engine", size=1), thing("b", of=ref("a.id"))), ("up",)),
        (both(drift("id-a", size=9, new=1), vanish("id-b")), ("preview-refresh", "refresh", "up --refresh")),
    ],
    "the engine compares": [
        (program(thing("a", mode="engine", size=1, nested={"x": [1, 2], "y": 3}, gone=1)), ("up",)),
        (nothing, ("preview",)),
        (program(thing("a", mode="engine", size=2, nested={"x": [1, 3, 4], "z.z": 3}, new=1)), ("preview", "up")),
        (
            program(
                thing("a", {"replace_on_changes": ["size"]}, mode="engine", size=3, nested={"x": [1, 3, 4]}, new=1)
            ),
            ("preview", "up"),
        ),
        (
            program(
                thing("a", {"replace_on_changes": ["nested.x[*]"]}, mode="engine", size=3, nested={"x": [1]}, new=1)
            ),
            ("preview", "up"),
        ),
    ],
    "options": [
        (
            program(
                thing("a", {"protect": True}, size=1),
                thing("b", {"retain_on_delete": True, "timeouts": {"create": "5m", "update": "1h30m"}}),
                thing("c", {"additional_secret_outputs": ["computed"]}),
                thing("d", {"deleted_with": "c"}),
                thing("e", {"ignore_changes": ["size", "nested.x"]}, size=1, nested={"x": 1, "y": 1}),
            ),
            ("preview", "up"),
        ),
        (
            program(
                thing("a", size=1),
                thing("c", {"additional_secret_outputs": ["computed"]}),
                thing("e", {"ignore_changes": ["size", "nested.x"]}, size=2, nested={"x": 2, "y": 2}),
            ),
            ("preview", "up"),
        ),
        (program(), ("preview", "up")),
    ],
    "replace with": [
        (program(thing("a"), thing("b", {"replace_with": ["a"]}), thing("c", {"deleted_with": "a"})), ("up",)),
        (
            program(thing("a", key="n"), thing("b", {"replace_with": ["a"]}), thing("c", {"deleted_with": "a"})),
            ("preview", "up"),
        ),
    ],
    "aliases": [
        (program(*family()), ("up",)),
        (
            program(
                group("h", {"aliases": [{"name": "g"}]}, outputs={"ida": ref("a2.id")}),
                thing(
                    "a2",
                    {"parent": "h", "aliases": [{"name": "a"}]},
                    key="a",
                    size=1,
                    nested={"list": [1, 2.5, {"x": None}]},
                ),
                thing("b", {"parent": "h"}, size=1, from_a=ref("a2.id"), computed_by=ref("a2.computed")),
                thing(
                    "c",
                    {"depends_on": ["b"], "aliases": [{"parent": "urn:pulumi:dev::proj::test:Group::g"}]},
                    token=secret("hush"),
                ),
            ),
            ("preview", "up", "preview"),
        ),
    ],
    "protected": [
        (program(thing("a", {"protect": True}), thing("b")), ("up",)),
        (program(thing("b")), ("up",)),
        (nothing, ("destroy",)),
    ],
    "failure": [
        (both(program(*family(), thing("z")), faults(create_b="no room")), ("up",)),
        (faults(), ("preview", "up")),
        (
            both(program(*family(b=5, a=4)[:3]), faults(update_b="not now", delete_c="not that")),
            ("up --continue-on-error",),
        ),
        (faults(), ("preview", "up")),
    ],
    "secret providers": [
        (program(thing("a", secret_provider=True, token=secret({"x": 1}), list=[1])), ("preview", "up")),
        (program(thing("a", secret_provider=True, token=secret({"x": 2}), list=[1])), ("preview", "up", "preview")),
    ],
    "configuration changes": [
        (program(thing("a", size={"$config": "size"})), ("up",)),
        (lambda project: project.configure({**CONFIG, "proj:size": 4}), ("preview", "up", "preview")),
    ],
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_engines_do_the_same(name: str, tmp_path: Path) -> None:
    """Each step of a scenario comes to the same steps, status and state under both engines."""
    projects = []
    for engine in ("embedded", "cli"):
        (tmp_path / engine).mkdir()
        projects.append(Project.make(tmp_path / engine, config=CONFIG))
    ours, theirs = Embedded(projects[0]), Cli(projects[1], tmp_path / "home")
    for number, (change, commands) in enumerate(SCENARIOS[name]):
        for project in projects:
            change(project)
        for command in commands:
            where = f"{command} after change {number}"
            verb, *arguments = command.split()
            if verb == "preview":
                assert differences(steps(ours.preview(*arguments)), steps(theirs.preview(*arguments))) == [], where
            elif verb.startswith("preview-"):
                of = verb.removeprefix("preview-")
                assert differences(steps(ours.preview(of=of)), steps(theirs.preview(of=of))) == [], where
            else:
                assert ours.run(verb, *arguments) == theirs.run(verb, *arguments), where
                assert differences(resources(ours.export()), resources(theirs.export())) == [], where
                assert sorted(projects[0].calls()) == sorted(projects[1].calls()), where


def test_both_engines_take_turns_on_one_state(tmp_path: Path) -> None:
    """Each engine finds nothing to do after the other, changes the state in its turn, and opens the other's secrets."""
    project = Project.make(tmp_path, config={**CONFIG, "proj:token": {"secure": CRYPTER.encrypt("s3cret")}})
    project.program(*family(), exports=EXPORTS)
    engines: list[Embedded | Cli] = [Embedded(project), Cli(project, tmp_path / "home")]
    for turn in range(4):
        mine, other = engines[turn % 2], engines[(turn + 1) % 2]
        project.program(*family(a=turn + 1, c=turn + 1), exports=EXPORTS)
        assert mine.run("up") == 0
        assert project.calls("create", "update", "delete")
        document = other.preview()
        assert set(document["changeSummary"]) == {"same"}, turn
        assert other.run("up") == 0
        assert project.calls("create", "update", "delete") == []
    assert engines[1].run("destroy") == 0
    assert engines[0].export().get("resources") in (None, [])
