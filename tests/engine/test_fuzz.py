"""Random programs with random failures: the state always holds together, and a run without failures converges."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.engine_projects import Project, group, ref, thing

NAMES = ["a", "b", "c", "d", "e", "f"]


@st.composite
def programs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A program: some of six things, some in a component, each using some of those before it."""
    resources = [group("g")]
    before: list[str] = []
    for name in NAMES:
        if not draw(st.booleans() | st.just(True)):
            continue
        opts: dict[str, Any] = {}
        props: dict[str, Any] = {"size": draw(st.integers(1, 3)), "key": name + draw(st.sampled_from(["", "", "2"]))}
        if draw(st.booleans()):
            opts["parent"] = "g"
        props["mode"] = draw(st.sampled_from(["plain", "before", "engine", "numbered"]))
        if bool(before) and draw(st.booleans()):
            props[draw(st.sampled_from(["of", "key"]))] = ref(f"{draw(st.sampled_from(before))}.id")
        if bool(before) and draw(st.booleans()):
            opts["depends_on"] = [draw(st.sampled_from(before))]
        if before and draw(st.integers(0, 5)) == 0:
            opts["replace_with"] = [draw(st.sampled_from(before))]
        if before and draw(st.integers(0, 5)) == 0:
            opts["deleted_with"] = draw(st.sampled_from(before))
        resources.append(thing(name, opts, **props))
        before.append(name)
    return resources


FAULTS = st.dictionaries(
    st.tuples(st.sampled_from(["create", "update", "delete", "read"]), st.sampled_from(NAMES)).map("_".join),
    st.just("fault"),
    max_size=3,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=programs(), second=programs(), faults=FAULTS, going_on=st.booleans(), refresh=st.booleans())
def test_the_state_holds_and_the_next_run_converges(
    first: list[dict[str, Any]], second: list[dict[str, Any]], faults: dict[str, str], going_on: bool, refresh: bool
) -> None:
    """Whatever fails on the way from one program to another, the state is whole and the way can be gone to its end."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project.make(Path(folder))
        project.program(*first)
        assert project.run().ok
        project.faults(**faults)
        project.program(*second)
        project.run(continue_on_error=going_on, refresh=refresh)
        project.faults()
        result = project.run(refresh=refresh)
        assert result.ok, result.errors
        wanted = [item["name"] for item in second if not item.get("component")]
        assert sorted(project.names()) == sorted(wanted)
        last = project.run()
        assert set(last.summary) == {"same"}, last.summary
        assert project.run("destroy").ok
        assert project.state().resources == ()
