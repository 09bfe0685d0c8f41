"""The options of resources that the engine honours, and those that it refuses by name."""

from __future__ import annotations

import pytest

from pulumi_ibm_quantum.engine.state.values import Secret
from tests.support.engine_projects import Project, ops, ref, thing, urn


def test_a_protected_resource_is_not_deleted(project: Project) -> None:
    """Neither an update nor destroy deletes it; the message says both steps, and after the first the second works."""
    project.program(thing("a", {"protect": True}), thing("b"))
    project.run()
    project.calls()
    project.program(thing("b"))
    for result in (project.preview(), project.run(), project.run("destroy")):
        assert not result.ok
        assert "first set `protect` to false" in result.errors[0]
        assert "then take it out of the program" in result.errors[0]
    assert "delete a" not in project.calls()
    project.program(thing("a"), thing("b"))
    assert project.run().ok
    project.program(thing("b"))
    assert project.run().ok
    assert "delete a" in project.calls()


def test_a_protected_resource_is_not_replaced(project: Project) -> None:
    """A change that would replace it is refused before anything is created."""
    project.program(thing("a", {"protect": True}))
    project.run()
    project.calls()
    project.program(thing("a", {"protect": True}, key="n"))
    preview = project.preview()
    assert not preview.ok
    assert ("replace", "a") in ops(preview)
    assert not project.run().ok
    assert project.calls() == []


def test_ignored_changes_keep_the_old_value(project: Project) -> None:
    """An ignored input, also one deep inside, keeps its value; the others change."""
    project.program(thing("a", {"ignore_changes": ["size", "deep.list[0]"]}, size=1, deep={"list": [1, 2]}, other=1))
    project.run()
    project.program(thing("a", {"ignore_changes": ["size", "deep.list[0]"]}, size=2, deep={"list": [5, 2]}, other=1))
    assert project.preview().summary == {"same": 2}
    project.program(thing("a", {"ignore_changes": ["size", "deep.list[0]"]}, size=2, deep={"list": [5, 6]}, other=2))
    project.run()
    inputs = project.state().live()[urn("a")].inputs
    assert (inputs["size"], inputs["deep"], inputs["other"]) == (1, {"list": [1, 6]}, 2)


def test_what_is_retained_leaves_only_the_state(project: Project) -> None:
    """`retain_on_delete` takes a resource out of the state and leaves it where it is."""
    project.program(thing("a", {"retain_on_delete": True}))
    project.run()
    project.calls()
    project.program()
    assert project.run().summary == {"delete": 1, "same": 1}
    assert project.calls() == []
    assert project.objects() == ["id-a"]


def test_deleted_with_saves_the_call(project: Project) -> None:
    """What is deleted with another needs no call of its own, if the other really goes."""
    project.program(thing("a"), thing("b", {"deleted_with": "a"}))
    project.run()
    project.calls()
    project.program()
    project.run()
    assert project.calls() == ["delete a"]


def test_replace_on_changes_replaces_what_the_engine_compared(project: Project) -> None:
    """A change of a named input replaces, where the comparison is the engine's."""
    opts = {"replace_on_changes": ["size"]}
    project.program(thing("a", opts, mode="engine", size=1))
    project.run()
    project.program(thing("a", opts, mode="engine", size=2))
    result = project.preview()
    assert ("replace", "a") in ops(result)
    assert next(step for step in result.steps if step.op == "replace").replace_reasons == ("size",)


def test_replace_with_follows_a_replacement(project: Project) -> None:
    """A resource that is to be replaced with another is, although nothing of its own changed."""
    project.program(thing("a"), thing("b", {"replace_with": ["a"]}))
    project.run()
    project.program(thing("a", key="n"), thing("b", {"replace_with": ["a"]}))
    assert [step.urn for step in project.preview().steps if step.op == "replace"] == [urn("a"), urn("b")]


def test_additional_secret_outputs_are_secret(project: Project) -> None:
    """An output that is declared secret is secret in the state and for what uses it."""
    project.program(thing("a", {"additional_secret_outputs": ["computed"]}), exports={"computed": ref("a.computed")})
    result = project.run()
    assert result.outputs == {"computed": Secret("computed by a")}
    assert "computed by a" not in project.checkpoint.read_text()


def test_custom_timeouts_are_kept_in_seconds(project: Project) -> None:
    """Durations are read as Go writes them; what is none is refused before anything runs."""
    project.program(thing("a", {"timeouts": {"create": "5m", "delete": "1h30m"}}))
    assert project.run().ok
    assert project.state().live()[urn("a")].timeouts == {"create": 300.0, "delete": 5400.0}
    project.program(thing("a", {"timeouts": {"create": "soon"}}))
    assert "custom time-out 'soon'" in project.run().errors[0]


UNSUPPORTED = {
    "pulumi.StackReference('other')": "a stack reference",
    "pulumi.CustomResource('aws:s3:Bucket', 'x', {})": "package 'aws', which a dynamic resource does without",
    "pulumi.CustomResource('a:b:C', 'x', {}, pulumi.ResourceOptions(id='i'))": "`.get`",
    "pulumi.ProviderResource('aws', 'x', {})": "a provider of its own",
    "service_provider.Thing('x', {}, pulumi.ResourceOptions(import_='id-x'))": "`import_`",
    "pulumi.runtime.invoke('aws:f', {})": "function aws:f",
    "pulumi.ComponentResource('x:y:Z', 'x', {}, None, True)": "component of a plugin, and not of the program",
    "pulumi.runtime.register_stack_transform(lambda args: None)": "transforms",
    "service_provider.Thing('x', {'a': pulumi.StringAsset('x')}, None)": "an asset",
    "service_provider.Thing('x', {}, pulumi.ResourceOptions(replacement_trigger=1))": "replacement_trigger",
    "service_provider.Thing('x', {}, pulumi.ResourceOptions(hooks=pulumi.ResourceHookBinding("
    "after_create=[lambda args: None])))": "resource hooks",
    "pulumi.require_pulumi_version('>=3.0.0')": "version of the Pulumi CLI",
}


@pytest.mark.parametrize("code", UNSUPPORTED)
def test_what_is_not_supported_is_refused_by_name(project: Project, code: str) -> None:
    """The error names what is not supported and says to use the CLI, in one line."""
    project.program(code=code)
    result = project.run()
    assert not result.ok
    errors = [error for error in result.errors if "embedded engine does not support" in error]
    assert len(errors) == 1, result.errors
    assert UNSUPPORTED[code] in errors[0]
    assert "\n" not in errors[0]
