"""When something goes wrong: what is said, what is saved, what still runs."""

from __future__ import annotations

import pytest

from pulumi_ibm_quantum.engine import Style, render
from tests.support.engine_projects import Project, group, ops, ref, thing


def test_a_failed_step_stops_what_has_not_started(project: Project) -> None:
    """The provider's own sentence is the error; what was finished is saved, what depends on it never starts."""
    project.program(thing("a"), thing("b", of=ref("a.id")), thing("c", of=ref("b.id")))
    project.faults(create_b="the budget is used up")
    result = project.run()
    assert not result.ok
    assert result.errors == ("the budget is used up",)
    assert project.calls() == ["create a", "create b"]
    assert project.names() == ["a"]
    project.faults()
    assert project.run().ok
    assert project.calls() == ["create b", "create c"]


def test_a_run_in_parallel_saves_what_was_in_flight(project: Project) -> None:
    """A step that runs when another fails is finished and saved; nothing is created twice afterwards."""
    project.program(thing("slow"), thing("bad"), *(thing(f"n{index}", {"depends_on": ["slow"]}) for index in range(3)))
    project.faults(create_slow="slow", create_bad="late no")
    assert not project.run(parallel=4).ok
    assert project.names() == ["slow"]
    project.faults()
    assert project.run().ok
    calls = project.calls()
    assert calls.count("create slow") == 1
    assert project.names().count("slow") == 1


def test_going_on_after_an_error_skips_only_dependents(project: Project) -> None:
    """With continue_on_error all else is done; what depends on the failure, and what it depends on, stays as it was."""
    project.program(thing("a", size=1), thing("b", of=ref("a.id"), size=1), thing("c", of=ref("b.id")), thing("old"))
    project.run()
    project.calls()
    project.program(
        thing("a", size=2), thing("b", of=ref("a.id"), size=2), thing("c", of=ref("b.id"), size=3), thing("d")
    )
    project.faults(update_b="not now")
    result = project.run(continue_on_error=True)
    assert not result.ok
    assert sorted(project.calls()) == ["create d", "delete old", "update a", "update b"]
    project.faults()
    assert project.run().ok
    assert project.calls() == ["update b", "update c"]


def test_what_a_failed_resource_still_needs_is_not_deleted(project: Project) -> None:
    """With continue_on_error, what leaves the program stays as long as the state of a failed one depends on it."""
    project.program(thing("a"), thing("b", of=ref("a.id")), thing("c"))
    project.run()
    project.calls()
    project.program(thing("b"))
    project.faults(update_b="not now")
    assert not project.run(continue_on_error=True).ok
    assert sorted(project.calls()) == ["delete c", "update b"]
    project.faults()
    assert project.run().ok
    assert project.calls() == ["update b", "delete a"]


def test_a_failed_deletion_keeps_the_resource_and_what_it_needs(project: Project) -> None:
    """With continue_on_error the deletion of one does not take away what it stands on."""
    project.program(thing("a"), thing("b", of=ref("a.id")), thing("c"))
    project.run()
    project.calls()
    project.faults(delete_b="still in use")
    result = project.run("destroy", continue_on_error=True)
    assert not result.ok
    assert project.names() == ["a", "b"]
    project.faults()
    assert project.run("destroy").ok
    assert project.state().resources == ()


def test_a_replaced_resource_that_cannot_be_deleted_is_tried_again(project: Project) -> None:
    """The old one stays in the state, marked, until its deletion succeeds; the new one is not made twice."""
    project.program(thing("a"))
    project.run()
    project.program(thing("a", key="n"))
    project.faults(delete_a="locked")
    assert not project.run().ok
    assert [item.delete for item in project.state().resources if item.managed] == [False, True]
    project.calls()
    project.faults()
    assert project.run().ok
    assert project.calls() == ["delete a"]
    assert project.names() == ["a"]


def test_a_replacement_that_fails_half_way_is_completed(project: Project) -> None:
    """Deleted first and not created: the state says so, and the next update creates without deleting again."""
    project.program(thing("a", mode="before"))
    project.run()
    project.program(thing("a", mode="before", key="n"))
    project.faults(create_n="no room")
    assert not project.run().ok
    assert [item.pending_replacement for item in project.state().resources if item.managed] == [True]
    project.calls()
    project.faults()
    assert project.run().ok
    assert project.calls() == ["create n"]
    assert [item.pending_replacement for item in project.state().resources if item.managed] == [False]


def test_a_replacement_that_is_taken_back_is_created_again(project: Project) -> None:
    """What was deleted for a replacement is created even if the program is again what it was before."""
    project.program(thing("a", mode="before"))
    project.run()
    project.program(thing("a", mode="before", key="n"))
    project.faults(create_n="no room")
    project.run()
    project.faults()
    project.calls()
    project.program(thing("a", mode="before"))
    assert project.run().ok
    assert project.calls() == ["create a"]
    assert project.preview().summary == {"same": 2}


def test_a_replacement_that_is_no_longer_wanted_is_forgotten(project: Project) -> None:
    """What was deleted for a replacement and then left out of the program leaves the state without a call."""
    project.program(thing("a", mode="before"))
    project.run()
    project.program(thing("a", mode="before", key="n"))
    project.faults(create_n="no room")
    project.run()
    project.faults()
    project.calls()
    project.program()
    assert project.run().ok
    assert project.calls() == []
    assert project.names() == []


def test_every_rejected_input_is_named(project: Project) -> None:
    """A check that fails says so for each property, and nothing is created."""
    project.program(thing("a", bad_size=1, bad_name=2))
    for result in (project.preview(), project.run()):
        assert result.errors == ("bad_name: bad_name is not valid", "bad_size: bad_size is not valid")
    assert project.calls() == []


def test_an_exception_of_the_program_shows_where_in_the_program(project: Project) -> None:
    """The traceback begins in the program, and nothing that it has not registered yet is deleted."""
    project.program(thing("a"), thing("b"))
    project.run()
    project.calls()
    project.program(thing("a"), code="1 / 0")
    result = project.run()
    assert not result.ok
    assert "ZeroDivisionError: division by zero" in result.errors[0]
    assert "run_in_stack" not in result.errors[0]
    assert "runpy" not in result.errors[0]
    assert project.calls() == []
    assert sorted(project.names()) == ["a", "b"]


def test_a_run_error_is_one_line(project: Project) -> None:
    """`pulumi.RunError` is for people: its message alone is shown, and nothing is deleted."""
    project.program(thing("a"))
    project.run()
    project.program(code="raise pulumi.RunError('the budget cannot hold the floors')")
    result = project.run()
    assert not result.ok
    assert result.errors == ("the budget cannot hold the floors",)
    assert project.names() == ["a"]


def test_an_error_that_the_program_logs_fails_the_run(project: Project) -> None:
    """A logged error lets the program go on, but the run fails and deletes nothing."""
    project.program(thing("a"))
    project.run()
    project.program(thing("b"), code="pulumi.log.error('this is wrong')")
    result = project.run()
    assert not result.ok
    assert result.errors == ("this is wrong",)
    assert sorted(project.names()) == ["a", "b"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import sys; sys.exit(3)", "exit status 3"),
        ("os._exit(4)", "exit status 4"),
        ("import sys; sys.exit('no')", "exit status 1"),
    ],
)
def test_a_program_that_just_ends_fails_the_run(project: Project, code: str, message: str) -> None:
    """A program that exits with a status of its own is an error that names it."""
    project.program(code=code)
    result = project.run()
    assert not result.ok
    assert message in result.errors[-1]


def test_a_failed_run_adds_outputs_but_takes_none_away(project: Project) -> None:
    """After a failure the outputs that are known are stored, and those of before stay."""
    project.program(thing("a"), exports={"old": "1", "both": "1"})
    project.run()
    project.program(thing("a"), exports={"both": "2"}, code="pulumi.log.error('no')")
    project.run()
    stack = next(item for item in project.state().resources if item.type == "pulumi:pulumi:Stack")
    assert stack.outputs == {"old": "1", "both": "2"}


@pytest.mark.parametrize("dry_run", [True, False], ids=["preview", "up"])
@pytest.mark.parametrize(
    ("fault", "code"), [("403 forbidden", ""), ("", "raise pulumi.RunError('no')"), ("", "os._exit(3)")]
)
def test_an_output_that_was_not_computed_is_not_shown_as_deleted(
    project: Project, fault: str, code: str, dry_run: bool
) -> None:
    """A run that fails before its program is through, or before it starts, leaves the outputs as they were."""
    project.program(thing("a"), exports={"id": ref("a.id")})
    project.run()
    project.faults(read_a=fault)
    project.program(thing("a"), code=code)
    result = project.run(dry_run=dry_run, refresh=True)
    assert not result.ok
    assert result.outputs == {"id": "id-a"}
    assert "Outputs:" not in render(result, Style())


def test_the_outputs_of_a_run_without_a_program_are_those_of_the_state(project: Project) -> None:
    """A refresh leaves the outputs there, and a destroy none."""
    project.program(thing("a"), exports={"id": ref("a.id")})
    project.run()
    assert project.run("refresh").outputs == {"id": "id-a"}
    assert project.run("destroy").outputs == {}


def test_two_resources_of_one_name_are_refused(project: Project) -> None:
    """The second of two resources with one URN is an error that names it."""
    project.program(thing("a"), code="service_provider.Thing('a', {}, None)")
    errors = project.run().errors
    assert len(errors) == 1
    assert "with the name 'a'" in errors[0]


def test_a_failed_parent_rename_keeps_the_state_together(project: Project) -> None:
    """A run that ends between a renamed component and its children leaves children that know their parent."""
    project.program(group("g"), thing("a", {"parent": "g"}))
    project.run()
    project.program(group("h", {"aliases": [{"name": "g"}]}), code="raise pulumi.RunError('stop')")
    assert not project.run().ok
    project.program(group("h", {"aliases": [{"name": "g"}]}), thing("a", {"parent": "h"}))
    project.calls()
    assert project.run().ok
    assert project.calls() == []
    assert ops(project.preview()) == []
