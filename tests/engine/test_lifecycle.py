"""What a run does with resources: create, keep, update, replace, delete, and what it hands from one to the next."""

from __future__ import annotations

from pathlib import Path

from pulumi_ibm_quantum.engine.state.values import UNKNOWN, Secret
from tests.support.engine_projects import CRYPTER, Project, group, ops, ref, secret, thing, urn


def test_a_first_preview_shows_everything_and_calls_nothing(project: Project) -> None:
    """A preview of a new program plans all creations, leaves unknown what only creation tells, and touches nothing."""
    project.program(group("g"), thing("a", {"parent": "g"}), thing("b", of=ref("a.id")), exports={"id": ref("a.id")})
    result = project.preview()
    assert ops(result) == [("create", "g"), ("create", "a"), ("create", "b")]
    assert result.summary == {"create": 4}
    assert result.outputs == {"id": UNKNOWN}
    assert project.calls() == []
    assert not project.checkpoint.exists()


def test_an_update_creates_in_order_and_hands_outputs_on(project: Project) -> None:
    """What depends on another is created after it, with its real id and outputs; the component knows its outputs."""
    project.program(
        group("g", outputs={"of": ref("a.computed")}),
        thing("a", {"parent": "g"}),
        thing("b", of=ref("a.id"), by=ref("a.computed")),
        exports={"id": ref("b.id"), "hidden": secret("x")},
    )
    result = project.run()
    assert result.ok
    assert project.calls() == ["create a", "create b"]
    made = {item.urn.rpartition("::")[2]: item for item in project.state().resources}
    assert made["b"].inputs["of"] == "id-a"
    assert made["b"].inputs["by"] == "computed by a"
    assert made["b"].dependencies == (urn("a", "test:Group"),)
    assert made["g"].outputs == {"of": "computed by a"}
    assert result.outputs == {"id": "id-b", "hidden": Secret("x")}


def test_an_unchanged_program_changes_nothing(project: Project) -> None:
    """The second preview and the second update plan nothing, call nothing, and leave the same state."""
    project.program(group("g"), thing("a", {"parent": "g"}, list=[1, {"x": 2.5}], token=secret("s")))
    project.run()
    before = project.written()["resources"]
    project.calls()
    for result in (project.preview(), project.run()):
        assert result.summary == {"same": 3}
        assert not result.changes
    assert project.calls() == []
    assert project.written()["resources"] == before


def test_a_changed_input_is_one_update(project: Project) -> None:
    """Only the resource whose input changed is updated; its id and creation time stay."""
    project.program(thing("a", size=1), thing("b", size=1))
    project.run()
    before = project.state().live()[urn("a")]
    project.calls()
    project.program(thing("a", size=2), thing("b", size=1))
    assert ops(project.preview()) == [("update", "a")]
    project.run()
    assert project.calls() == ["update a"]
    after = project.state().live()[urn("a")]
    assert (after.id, after.created, after.inputs["size"]) == (before.id, before.created, 2)
    assert after.modified > before.modified


def test_defaults_of_the_provider_are_part_of_the_inputs(project: Project) -> None:
    """What a provider's check adds is shown, stored and not taken for a change."""
    project.program(thing("a"))
    project.run()
    assert project.state().live()[urn("a")].inputs["size"] == 1
    assert project.preview().summary == {"same": 2}


def test_a_replacement_does_not_inherit_what_the_provider_remembered(project: Project) -> None:
    """The provider checks the inputs of a replacement as those of something new."""
    project.program(thing("a", mode="remembers"))
    project.run()
    project.program(thing("a", mode="remembers", size=2))
    project.run()
    assert project.state().live()[urn("a")].inputs["since"] == "a"
    project.program(thing("a", mode="remembers", key="n"))
    project.run()
    assert project.state().live()[urn("a")].inputs["since"] == "n"


def test_a_replacement_creates_first_and_deletes_last(project: Project) -> None:
    """By default the new one comes first, dependents follow, and the old one goes when all is done."""
    project.program(thing("a"), thing("b", of=ref("a.id")))
    project.run()
    project.calls()
    project.program(thing("a", key="n"), thing("b", of=ref("a.id")))
    preview = project.preview()
    assert ops(preview) == [("replace", "a"), ("update", "b"), ("delete-replaced", "a")]
    assert preview.summary == {"replace": 1, "same": 1, "update": 1}
    assert project.run().ok
    assert project.calls() == ["create n", "update b", "delete a"]
    assert project.state().live()[urn("b")].inputs["of"] == "id-n"


def test_delete_before_replace_takes_dependents_along(project: Project) -> None:
    """When the old one has to go first, what would be replaced with it goes before it, and comes back after it."""
    project.program(thing("a", mode="before"), thing("k", key=ref("a.id")), thing("u", of=ref("a.id")))
    project.run()
    project.calls()
    project.program(thing("a", mode="before", key="n"), thing("k", key=ref("a.id")), thing("u", of=ref("a.id")))
    result = project.run()
    assert result.ok
    calls = project.calls()
    assert calls[:3] == ["delete id-a", "delete a", "create n"]
    assert sorted(calls[3:]) == ["create id-n", "update u"]
    assert result.summary == {"replace": 2, "same": 1, "update": 1}
    assert sorted(project.names()) == ["a", "k", "u"]
    assert not any(item.delete or item.pending_replacement for item in project.state().resources)


def test_what_the_program_no_longer_has_is_deleted_dependents_first(project: Project) -> None:
    """Deletions go against the direction of dependencies."""
    project.program(
        group("g"), thing("a", {"parent": "g"}), thing("b", of=ref("a.id")), thing("c", {"depends_on": ["b"]})
    )
    project.run()
    project.calls()
    project.program(thing("z"))
    assert project.run().summary == {"create": 1, "delete": 4, "same": 1}
    assert project.calls() == ["create z", "delete c", "delete b", "delete a"]
    assert project.names() == ["z"]


def test_destroy_deletes_everything_without_running_the_program(project: Project) -> None:
    """Destroy needs only the state; nothing is left of it, and a second one does nothing."""
    project.program(thing("a"), thing("b", of=ref("a.id")))
    project.run()
    project.calls()
    project.program(code="raise Exception('the program must not run')")
    assert project.run("destroy", dry_run=True).summary == {"delete": 3}
    assert project.calls() == []
    assert project.run("destroy").summary == {"delete": 3}
    assert project.calls() == ["delete b", "delete a"]
    assert project.state().resources == ()
    assert project.run("destroy").summary == {}


def test_a_renamed_resource_with_an_alias_is_kept(project: Project) -> None:
    """An alias of the name, and one of the parent's name, find the old resources; nothing is created or deleted."""
    project.program(group("g"), thing("a", {"parent": "g"}, key="k"))
    project.run()
    project.calls()
    project.program(
        group("h", {"aliases": [{"name": "g"}]}), thing("b", {"parent": "h", "aliases": [{"name": "a"}]}, key="k")
    )
    assert project.run().summary == {"same": 3}
    assert project.calls() == []
    assert set(project.state().live()) >= {urn("b", "test:Group"), urn("h", type_="test:Group")}


def test_configuration_reaches_program_and_provider(tmp_path: Path) -> None:
    """Values, defaults of the project, objects and secrets arrive as the CLI gives them."""
    config = {
        "proj:number": 3,
        "flag": True,
        "proj:object": {"a": [1, {"b": {"secure": CRYPTER.encrypt("deep")}}]},
        "proj:token": {"secure": CRYPTER.encrypt("s3cret")},
    }
    project = Project.make(
        tmp_path, config=config, options="config:\n  fallback:\n    type: string\n    default: yes it is\n"
    )
    code = (
        "c = pulumi.Config()\n"
        "pulumi.export('seen', [c.require_int('number'), c.require_bool('flag'), c.require('fallback')])\n"
        "pulumi.export('object', c.require_secret_object('object'))\n"
        "pulumi.export('where', [os.getcwd(), pulumi.get_root_directory(), pulumi.get_stack(), pulumi.get_project()])\n"
    )
    project.program(thing("a", token={"$secret_config": "token"}), code=code)
    result = project.run()
    assert result.ok, result.errors
    assert result.outputs["seen"] == [3, True, "yes it is"]
    assert result.outputs["object"] == Secret({"a": [1, {"b": "deep"}]})
    assert result.outputs["where"] == [str(project.root / "app"), str(project.root), "dev", "proj"]
    assert project.calls("configure") == ["configure s3cret"]
    assert result.config["proj:token"] == "[secret]"


def test_three_hundred_resources(project: Project) -> None:
    """A large stack is created, kept and destroyed, and its state holds together."""
    count = 300
    project.program(*(thing(f"r{index}", size=index) for index in range(count)))
    assert project.run().summary == {"create": count + 1}
    assert project.preview().summary == {"same": count + 1}
    assert project.run("destroy").summary == {"delete": count + 1}
