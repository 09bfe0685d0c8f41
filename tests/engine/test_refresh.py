"""Refresh: what changed behind Pulumi's back is seen, shown and mended."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.engine import EngineError, Style, render
from tests.support.engine_projects import Project, ops, ref, thing, urn


def test_a_refreshed_preview_shows_drift_as_live_and_planned(project: Project) -> None:
    """A changed object is read first, and the update is shown from the live value to the planned one."""
    project.program(thing("a", size=1), thing("b", size=1))
    project.run()
    project.change_live("id-a", size=9)
    assert project.preview().summary == {"same": 3}
    result = project.preview(refresh=True)
    assert result.summary == {"same": 2, "update": 1}
    assert "~ size: 9 => 1" in render(result, Style())
    assert "drifted" in render(result, Style())


def test_drift_is_shown_when_a_provider_reads_outputs_only(project: Project) -> None:
    """A provider that does not give its inputs back still shows the live value."""
    project.program(thing("a", size=1, mode="outputs-only"))
    project.run()
    project.change_live("id-a", size=9)
    result = project.preview(refresh=True)
    assert ops(result)[-1] == ("update", "a")
    assert "~ size: 9 => 1" in render(result, Style())


def test_an_update_with_refresh_mends_drift_once(project: Project) -> None:
    """Only what drifted is written again; then nothing is left to do."""
    project.program(thing("a", size=1), thing("b", size=1))
    project.run()
    project.change_live("id-a", size=9)
    project.calls()
    assert project.run(refresh=True).summary == {"same": 2, "update": 1}
    assert project.calls() == ["update a"]
    assert project.preview(refresh=True).summary == {"same": 3}


def test_a_vanished_resource_is_created_again(project: Project) -> None:
    """What is gone leaves the state, with the references to it, and comes back with the next update."""
    project.program(thing("a"), thing("b", of=ref("a.id"), size=2))
    project.run()
    project.remove_live("id-a")
    assert project.run("refresh").summary == {"delete": 1, "same": 2}
    assert project.names() == ["b"]
    assert project.state().live()[urn("b")].dependencies == ()
    project.calls()
    assert project.run().ok
    assert project.calls() == ["create a"]


def test_refresh_saves_what_is_there_and_changes_nothing(project: Project) -> None:
    """A refresh of its own brings the state up to the service, not the other way round."""
    project.program(thing("a", size=1))
    project.run()
    project.change_live("id-a", size=9)
    project.calls()
    assert project.run("refresh", dry_run=True).summary == {"same": 1, "update": 1}
    assert project.state().live()[urn("a")].outputs["size"] == 1
    assert project.run("refresh").summary == {"same": 1, "update": 1}
    assert project.state().live()[urn("a")].outputs["size"] == 9
    assert project.calls() == []


def test_the_project_may_ask_for_a_refresh_each_time(tmp_path: Path) -> None:
    """`options.refresh: always` reads before every preview, unless the command says otherwise."""
    project = Project.make(tmp_path, options="options:\n  refresh: always\n")
    project.program(thing("a", size=1))
    project.run()
    project.change_live("id-a", size=9)
    assert project.preview().summary == {"same": 1, "update": 1}
    assert project.preview(refresh=False).summary == {"same": 2}


def test_a_read_that_fails_stops_before_the_program(project: Project) -> None:
    """All resources are read, every failure is named, and nothing is changed."""
    project.program(thing("a"), thing("b"))
    project.run()
    project.calls()
    project.program(thing("a", size=5), thing("b"), say=["the program ran"])
    project.faults(read_a="unreachable", read_b="forbidden")
    result = project.run(refresh=True)
    assert not result.ok
    assert sorted(result.errors) == ["forbidden", "unreachable"]
    assert "the program ran" not in render(result, Style())
    assert project.calls() == []
    assert sorted(project.names()) == ["a", "b"]


class TestCheckBeforeReading:
    """What a caller wants to know before anything is read: whether reading can work at all."""

    def test_it_gets_the_configuration_and_the_types_and_may_end_the_run(self, project: Project) -> None:
        """Nothing is read or recorded then, and where nothing is going to be read nobody is asked."""
        project.configure({"app:token": "t"})
        project.program(thing("a"))
        project.run()
        project.calls()
        before = project.written()["resources"]
        asked: list[tuple[Any, Any]] = []

        def refuse(settings: Mapping[str, Any], types: Collection[str]) -> None:
            asked.append((settings["app:token"], set(types)))
            raise EngineError("no key")

        for kind, options in (("refresh", {}), ("update", {"refresh": True}), ("destroy", {"refresh": True})):
            with pytest.raises(EngineError, match="no key"):
                project.run(kind, before_reading=refuse, **options)
        assert project.calls("read", "create", "update", "delete") == []
        assert project.written()["resources"] == before
        assert asked == [("t", {"pulumi-python:dynamic/test:Thing"})] * 3
        assert project.run("update", before_reading=refuse).ok

    def test_an_interrupt_does_not_wait_for_it(self, project: Project) -> None:
        """A service that is silent is given up at once when somebody presses Ctrl-C."""
        project.program(thing("a"))
        project.run()
        over, read = threading.Event(), threading.Event()

        def hang(_settings: Mapping[str, Any], _types: Collection[str]) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            over.wait(60)
            read.set()

        try:
            result = project.run("refresh", before_reading=hang)
            assert not read.is_set()
        finally:
            over.set()

        assert not result.ok
        assert "Interrupted" in result.errors[0]
