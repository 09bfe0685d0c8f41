"""The repository's program under the real Pulumi CLI and under the embedded engine: the same steps, the same state."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import PLAN_IDS
from tests.support.desk import NEW, Desk, desk, three_teams
from tests.support.either_engine import WITH_THE_CLI, attempt, run
from tests.support.engine_comparison import differences, resources, steps

pytestmark = WITH_THE_CLI


def shift_usage(at: Desk) -> None:
    at.fake.add_usage("calm", 9_000)


def drift(at: Desk) -> None:
    at.fake.change_instance("calm", allocation_seconds=1_000)


def rename(at: Desk) -> None:
    at.fake.change_instance("new", name="renamed-by-hand")


def remove_a_project(at: Desk) -> None:
    at.configure(instances=[one for one in at.configuration["instances"] if one["name"] != "idle"])


def unprotect(at: Desk) -> None:
    entries = [{**one, "protect": False} if one["name"] == "new" else one for one in at.configuration["instances"]]
    at.configure(instances=entries)


def shrink_the_contract(at: Desk) -> None:
    at.fake.change_subscription(PLAN_IDS["premium"], budget_seconds=80_000)


def nothing(_: Desk) -> None:
    pass


SCRIPT: tuple[Callable[[Desk], None], ...] = (
    nothing,
    nothing,
    shift_usage,
    drift,
    remove_a_project,
    unprotect,
    shrink_the_contract,
)


def preview(command: str, at: Desk, *arguments: str) -> dict[str, Any]:
    extra = ["--non-interactive"] if command == "pulumi" else []
    document: dict[str, Any] = json.loads(run(command, at, "preview", "--json", *arguments, *extra).stdout)
    return steps(document)


def state(command: str, at: Desk) -> dict[str, Any]:
    return resources(json.loads(run(command, at, "stack", "export").stdout)["deployment"])


def up(command: str, at: Desk) -> None:
    run(command, at, "up", "--yes", "--skip-preview")


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Two desks with equal accounts, one for each engine."""
    with ExitStack() as stack:
        found = {}
        for command in ("ibm-quantum", "pulumi"):
            (tmp_path / command).mkdir()
            found[command] = stack.enter_context(desk(tmp_path / command, three_teams()))
            add_new(found[command])
            found[command] = found[command].with_environment(
                PULUMI_HOME=str(tmp_path / "home"), PULUMI_SKIP_UPDATE_CHECK="true"
            )
        run("pulumi", found["pulumi"], "stack", "init")
        yield found


def add_new(at: Desk) -> None:
    at.configure(instances=[*at.configuration["instances"], NEW])


def test_both_engines_take_the_same_steps(desks: dict[str, Desk]) -> None:
    """First preview, update, no-op, changed usage, drift, a removed project, unprotecting, destroy."""
    ours, theirs = desks["ibm-quantum"], desks["pulumi"]
    for happen in SCRIPT:
        for at in (ours, theirs):
            happen(at)
        assert differences(preview("ibm-quantum", ours), preview("pulumi", theirs)) == [], happen.__name__
        up("ibm-quantum", ours)
        up("pulumi", theirs)
        assert differences(state("ibm-quantum", ours), state("pulumi", theirs)) == [], happen.__name__
        assert {i.name: i.allocation_seconds for i in ours.fake.account.instances} == {
            i.name: i.allocation_seconds for i in theirs.fake.account.instances
        }
    run("ibm-quantum", ours, "destroy", "--yes")
    run("pulumi", theirs, "destroy", "--yes")
    assert state("ibm-quantum", ours) == state("pulumi", theirs) == {}
    assert sorted(c.route for c in ours.fake.writes) == sorted(c.route for c in theirs.fake.writes)


def raise_by_hand(at: Desk) -> None:
    """Give the idle team what the busy one has, and let the calm one become busy; the service trusts us."""
    at.fake.behaviour.refuse_over_budget = False
    at.fake.change_instance("busy", allocation_seconds=40_000)
    at.fake.change_instance("idle", allocation_seconds=20_600)
    at.fake.add_usage("calm", 9_000)


def test_both_engines_undo_without_a_refresh_what_was_raised_by_hand(desks: dict[str, Desk]) -> None:
    """The state has what was decided and the service has not: both lower it before anything is raised."""
    for command, at in desks.items():
        up(command, at)
        raise_by_hand(at)
    ours, theirs = desks["ibm-quantum"], desks["pulumi"]
    previewed = preview("ibm-quantum", ours, "--refresh=false")
    assert differences(previewed, preview("pulumi", theirs, "--refresh=false")) == []
    assert previewed["summary"]["update"] == 3
    for command, at in desks.items():
        run(command, at, "up", "--yes", "--skip-preview", "--refresh=false")
        assert at.fake.instance("idle").allocation_seconds == 60
        assert at.fake.highest_total() <= 100_000
    assert differences(state("ibm-quantum", ours), state("pulumi", theirs)) == []


def test_a_part_of_the_resources_never_takes_the_whole_over_the_budget(desks: dict[str, Desk]) -> None:
    """``--target`` leaves decreases out: the raise that rests on them is refused, with the reason."""
    at = desks["pulumi"]
    up("pulumi", at)
    raise_by_hand(at)
    calm = at.fake.instance("calm").allocation_seconds
    failed = attempt("pulumi", at, "up", "--yes", "--skip-preview", "--refresh=false", "--target", "**::calm")

    assert failed.returncode != 0
    assert "nothing is raised, because the budget would be passed by" in failed.stdout
    assert at.fake.instance("calm").allocation_seconds == calm


def test_both_engines_show_the_forecast(desks: dict[str, Desk]) -> None:
    """A setting of the stack asks for it; the table is among the messages, and whole."""
    tables = {}
    for command, at in desks.items():
        settings = at.folder / "stacks" / "Pulumi.test.yaml"
        written = settings.read_text(encoding="utf-8") if settings.exists() else ""
        settings.write_text(f"{written}\nconfig:\n  ibm-quantum:forecast: true\n", encoding="utf-8")
        extra = ["--non-interactive"] if command == "pulumi" else []
        said = [line.strip() for line in run(command, at, "preview", *extra).stdout.splitlines()]
        start = next(number for number, line in enumerate(said) if line.startswith("WAITS "))
        tables[command] = [line for line in said[start : start + 3] if "It took" not in line]
    assert tables["ibm-quantum"] == tables["pulumi"]
    assert any(line.startswith("busy ") for line in tables["pulumi"])


def test_both_engines_take_turns_on_one_state(desks: dict[str, Desk]) -> None:
    """Each finds what the other left, and neither sees anything to do after the other."""
    at = desks["pulumi"]
    engines = ["ibm-quantum", "pulumi"]
    for turn, happen in enumerate(SCRIPT):
        happen(at)
        up(engines[turn % 2], at)
        for command in engines:
            found = preview(command, at)
            assert set(found["summary"]) <= {"same"}, (command, happen.__name__, found["summary"])
    run("pulumi", at, "destroy", "--yes")
    assert state("ibm-quantum", at) == {}


def test_the_cli_looks_for_no_plugin_of_this_name(desks: dict[str, Desk]) -> None:
    """It would announce the package on the network, and install whatever somebody publishes under the name."""
    at = desks["pulumi"]
    log = run("pulumi", at, "preview", "--non-interactive", "-v=7", "--logtostderr").stderr

    assert "pulumi-language-python" in log
    assert [line for line in log.splitlines() if "pulumi-resource-ibm-quantum" in line] == []


def test_a_key_in_clear_is_refused_under_the_cli_as_well(desks: dict[str, Desk]) -> None:
    """By the program, which knows what is a secret; the account is not asked for anything."""
    at = desks["pulumi"]
    key = at.environment["IBMCLOUD_API_KEY"]
    run("pulumi", at, "config", "set", "--plaintext", "ibm-quantum:apiKey", key)
    at.fake.forget_calls()
    refused = attempt("pulumi", at, "preview", "--non-interactive")

    assert refused.returncode != 0
    assert "ibm-quantum:apiKey is not encrypted in the stack's settings" in refused.stdout + refused.stderr
    assert at.fake.calls == ()
    run("pulumi", at, "config", "set", "--secret", "ibm-quantum:apiKey", key)
    assert differences(preview("ibm-quantum", at), preview("pulumi", at)) == []


def test_a_guard_knows_the_last_run_whichever_engine_made_it(desks: dict[str, Desk]) -> None:
    """What it left is in the state that both read; nothing is written where somebody else has written."""
    at = desks["pulumi"]
    unattended = {
        "ibm-quantum": ["up", "--yes", "--skip-preview", "--unattended"],
        "pulumi": ["up", "--yes", "--skip-preview", "--config", "ibm-quantum:unattended=true"],
    }
    engines = ["ibm-quantum", "pulumi"]
    for last, guarded in (engines, reversed(engines)):
        up(last, at)
        run(guarded, at, *unattended[guarded])
        at.fake.change_instance("idle", allocation_seconds=70)
        at.fake.forget_calls()
        stopped = attempt(guarded, at, *unattended[guarded])
        assert stopped.returncode != 0
        assert "stopped by a guard: idle was changed by someone-else at " in stopped.stdout + stopped.stderr
        assert at.fake.changes == ()
        settings = at.folder / "stacks" / "Pulumi.test.yaml"
        settings.write_text(settings.read_text(encoding="utf-8").replace("ibm-quantum:unattended", "x:y"), "utf-8")
