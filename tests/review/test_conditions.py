"""Decisions from a snapshot, held to an approved report, or guarded because nobody watches."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.fake import PLAN_IDS, Fake
from pulumi_ibm_quantum.planning import Decision, Scope, decide, observe
from pulumi_ibm_quantum.report.change import Basis, ChangeReport
from pulumi_ibm_quantum.report.change_json import change_document
from pulumi_ibm_quantum.review import (
    Conditions,
    Guarded,
    HeldDecision,
    LastRun,
    NotApproved,
    Snapshot,
    SnapshotError,
    Tolerance,
    decide_under,
    demand_no_freeze,
    effect_of,
)
from tests.support.changes import teams
from tests.support.desk import NEW

OURS = "IBMid-1000"


class Site:
    """An account, and a folder with what runs are held to."""

    def __init__(self, fake: Fake, cloud: Cloud, folder: Path) -> None:
        self.fake, self.cloud, self.folder = fake, cloud, folder
        self.configuration = teams(fake)
        self.last: LastRun | None = None

    def configure(self, account: dict[str, Any] | None = None, **entries: dict[str, Any]) -> None:
        """Give other keys to the account and to entries."""
        self.configuration = teams(self.fake, account, **entries)

    def snapshot(self) -> Path:
        """Take one."""
        path = self.folder / "snapshot.json"
        path.write_text(Snapshot(observe(self.cloud, Scope(self.configuration, whole=True))).to_json(), "utf-8")
        return path

    def approve(self, head: ProjectConfiguration) -> Path:
        """Approve what a change does now, and make it."""
        observation = Snapshot.read(self.snapshot()).observation
        effect = effect_of(decide(self.configuration, observation), decide(head, observation))
        basis = Basis(observation.moment, 0.0, observation.digest, None, None)
        path = self.folder / "approved.json"
        path.write_text(json.dumps(change_document(ChangeReport(basis, effect, Tolerance()))), "utf-8")
        self.configuration = head
        return path

    def decide(self, **conditions: Any) -> HeldDecision:
        """Decide under conditions; nothing is written by that."""
        self.fake.forget_calls()
        held = decide_under(Conditions(**conditions), self.configuration, self.cloud, lambda: self.last)
        assert self.fake.changes == ()
        return held

    def apply(self, held: HeldDecision) -> None:
        """Do what a run does with a decision that is let pass."""
        self.last = LastRun.parse(_without_nulls(held.last_run.document()))
        for one in held.decision.instances:
            outcome = one.outcome
            self.fake.change_instance(one.name, allocation_seconds=outcome.new_allocation_seconds, updated_by=OURS)


def _without_nulls(value: Any) -> Any:
    """Return a value as it comes back from a state."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return float(value) if isinstance(value, int) else value


@pytest.fixture
def site(fake: Fake, cloud: Cloud, tmp_path: Path) -> Site:
    """The three teams."""
    return Site(fake, cloud, tmp_path)


@pytest.fixture
def settled(site: Site) -> Site:
    """The same after a run, so that what moves next is little."""
    site.apply(site.decide())
    return site


def given(decision: Decision) -> dict[str, int]:
    return {one.name: one.outcome.new_allocation_seconds for one in decision.instances}


def test_the_file_decides_whatever_usage_does(site: Site) -> None:
    """An hour later it comes to the same, and says how old it is."""
    path = site.snapshot()
    before = given(decide(site.configuration, Snapshot.read(path).observation))
    site.fake.advance(timedelta(hours=1))
    site.fake.add_usage("idle", 40)
    held = site.decide(snapshot=path)

    assert given(held.decision) == before
    assert held.notes == (f"Decided from {path}, which is 1h old.",)


def test_an_old_snapshot_decides_nothing(site: Site) -> None:
    """How old it may be is for whoever runs it to say."""
    path = site.snapshot()
    site.fake.advance(timedelta(hours=3))

    with pytest.raises(SnapshotError, match="is 3h old, more than 2h; take it again"):
        site.decide(snapshot=path)
    assert site.decide(snapshot=path, snapshot_age=timedelta(hours=4))


def test_what_was_used_since_is_a_floor(site: Site) -> None:
    """An instance that has used a little more than it is to have keeps that; within the budget, as always."""
    path = site.snapshot()
    site.fake.add_usage("idle", 500)
    held = site.decide(snapshot=path)

    assert "idle has used 8m 20s since, and keeps that." in held.notes
    assert given(held.decision)["idle"] == 500
    assert sum(given(held.decision).values()) <= 90_000


@pytest.mark.parametrize(
    ("configured", "who", "seconds", "sentence"),
    [
        ({}, "idle", 5_000, "idle has used 1h 23m 20s by now, more than the 1m that it would have"),
        (
            {"busy": {"limit_seconds": 26_000}},
            "busy",
            1_000,
            "busy has used 7h 16m 40s by now, more than the limit that it would have",
        ),
    ],
    ids=["beyond the tolerance", "past its limit"],
)
def test_what_was_used_since_may_be_too_much(
    site: Site, configured: dict[str, Any], who: str, seconds: int, sentence: str
) -> None:
    """A limit that usage has passed would shut a project that nobody meant to shut."""
    site.configure(**configured)
    path = site.snapshot()
    site.fake.add_usage(who, seconds)

    with pytest.raises(SnapshotError, match=f"{sentence}; take the snapshot again"):
        site.decide(snapshot=path)


def test_what_was_created_since_the_snapshot_has_used_nothing(site: Site) -> None:
    """A run that was cut short can be repeated on the same file."""
    site.configuration = site.configuration.model_copy(
        update={"instances": (*site.configuration.instances, type(site.configuration.instances[0])(**NEW))}
    )
    path = site.snapshot()
    first = given(site.decide(snapshot=path).decision)
    site.fake.add_instance("new", region="eu-de", allocation_seconds=first["new"], limit_seconds=3600)

    assert given(site.decide(snapshot=path).decision) == first


@pytest.mark.parametrize("content", [None, "", "{}"], ids=["missing", "empty", "something else"])
def test_a_snapshot_that_is_none_is_named(site: Site, content: str | None) -> None:
    """One sentence and no traceback."""
    path = site.folder / "snapshot.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(SnapshotError, match=r"snapshot\.json: [^\n]*$"):
        site.decide(snapshot=path)


def test_an_approved_effect_is_let_pass_though_values_moved(site: Site) -> None:
    """Two hours of usage later, on live usage, it is still about the same; both are told."""
    path = site.approve(teams(site.fake, calm={"weight": 3}))
    site.fake.advance(timedelta(hours=2))
    site.fake.add_usage("busy", 60)
    named, share = site.decide(approved=path).notes

    assert named.startswith("calm: +2h 3")
    assert ", approved +2h 3" in named
    assert share == "Largest share given: 11%, approved 11%"


def test_an_effect_that_is_another_is_refused(site: Site) -> None:
    """Which instance, what was approved, what it is now, and what to do."""
    path = site.approve(teams(site.fake, calm={"weight": 3}))
    site.fake.add_usage("idle", 30_000)

    with pytest.raises(NotApproved, match="no longer does what was approved; look at a new report") as refusal:
        site.decide(approved=path)
    assert "calm: approved was +2h 34m 51s, now it is +" in str(refusal.value)


def test_a_change_that_nobody_approved_is_refused(site: Site) -> None:
    """Somebody merged something else along with it."""
    path = site.approve(teams(site.fake, calm={"weight": 3}))
    site.configure(calm={"weight": 3}, busy={"weight": 9})

    with pytest.raises(NotApproved, match="busy is changed, which was not approved"):
        site.decide(approved=path)


def test_what_is_approved_by_name_is_no_large_change(settled: Site) -> None:
    """A guard is about what nobody looked at: the team that ends loses nearly all, as was approved."""
    head = teams(settled.fake, calm={"state": "ended"})
    path = settled.approve(head)

    assert settled.decide(approved=path, unattended=True).decision.changes
    with pytest.raises(Guarded, match="calm would lose "):
        settled.decide(unattended=True)


def reported_more(settled: Site) -> None:
    """Let the last run have seen twice the usage, as where analytics have lost some."""
    assert settled.last is not None
    settled.last = replace(settled.last, consumed_seconds=60_000)


GUARDS: dict[str, tuple[Callable[[Site], object], str]] = {
    "a large cut": (
        lambda site: site.fake.change_instance("idle", allocation_seconds=20_000, updated_by=OURS),
        "idle would lose 100% of its allocation, more than 25%",
    ),
    "much of the budget": (
        lambda site: site.fake.add_usage("calm", 8_000),
        "of the budget would be moved, more than 10%",
    ),
    "a changed budget": (
        lambda site: site.fake.change_subscription(PLAN_IDS["premium"], budget_seconds=101_000),
        "the budget was 27h 46m 40s at the last run and is 28h 3m 20s",
    ),
    "usage that falls": (
        reported_more,
        "usage in 28 days fell from 16h 40m to 7h 46m 40s since the last run, which is not plausible",
    ),
    "somebody else's write": (
        lambda site: site.fake.change_instance("idle", allocation_seconds=70),
        "idle was changed by someone-else at ",
    ),
}


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_stops_a_run_that_nobody_watches(settled: Site, name: str) -> None:
    """One that somebody watches goes on, and after it there is nothing to stop."""
    happens, sentence = GUARDS[name]
    happens(settled)
    with pytest.raises(Guarded) as stopped:
        settled.decide(unattended=True)

    assert sentence in str(stopped.value)
    assert all(line.startswith("stopped by a guard: ") for line in str(stopped.value).splitlines())
    settled.apply(settled.decide())
    assert not settled.decide(unattended=True).decision.changes


def test_a_run_that_nobody_watches_decides_what_is_small(settled: Site) -> None:
    """That is its job."""
    settled.fake.add_usage("calm", 300)

    assert {one.name for one in settled.decide(unattended=True).decision.changes} == {"busy", "calm"}


def test_a_first_run_has_nothing_to_compare_with(site: Site) -> None:
    """But may not take much all the same."""
    with pytest.raises(Guarded, match="idle would lose 100% of its allocation") as stopped:
        site.decide(unattended=True)
    assert "last run" not in str(stopped.value)


def test_a_run_that_was_cut_short_is_no_drift(settled: Site) -> None:
    """What it did not write is as it found it: the next one finishes the job by itself."""
    settled.fake.add_usage("calm", 300)
    found = {one.name: one.allocation_seconds for one in settled.fake.account.instances}
    settled.apply(settled.decide(unattended=True))
    settled.fake.change_instance("busy", allocation_seconds=found["busy"])

    assert settled.decide(unattended=True).decision.changes


def test_the_largest_change_is_a_key(settled: Site) -> None:
    """Whoever wants less to move says so."""
    settled.configure({"max_change_percent": 1, "change_threshold_percent": 0})
    settled.fake.add_usage("calm", 300)

    with pytest.raises(Guarded, match=r"busy would lose .* of its allocation, more than 1%"):
        settled.decide(unattended=True)


def test_a_freeze_lets_nothing_change(settled: Site) -> None:
    """Whoever runs it; with nothing to change there is nothing to stop."""
    settled.configure({"freeze": True})
    demand_no_freeze(settled.decide().decision)
    settled.fake.add_usage("calm", 300)

    with pytest.raises(Guarded, match="the configuration says freeze, and 2 instances would change"):
        demand_no_freeze(settled.decide().decision)


@pytest.mark.parametrize(("on_drift", "decided"), [("revert", 60), ("keep", 70), ("stop", None)])
def test_what_becomes_of_a_change_by_hand_is_a_key(settled: Site, on_drift: str, decided: int | None) -> None:
    """It is brought back, kept, or stops the run, watched or not; what is kept is no drift afterwards."""
    settled.configure({"on_drift": on_drift})
    settled.fake.change_instance("idle", allocation_seconds=70)
    for unattended in (False, True):
        if decided is None:
            with pytest.raises(Guarded, match="idle: not as the last run left it"):
                settled.decide(unattended=unattended)
        else:
            held = settled.decide(unattended=unattended)
            assert given(held.decision)["idle"] == decided
    for _ in range(2 if decided else 0):
        settled.apply(held)
        held = settled.decide(unattended=True)
        assert not held.decision.changes


def test_many_drifts_stop_even_where_they_would_be_brought_back(site: Site) -> None:
    """More than three: that is another writer, or a plan of somebody's."""
    names = [f"more-{number}" for number in range(3)]
    for name in names:
        site.fake.add_instance(name, allocation_seconds=1)
    site.configure({"on_drift": "revert", "max_change_percent": 100})
    site.apply(site.decide())
    for name in ("idle", *names):
        site.fake.change_instance(name, allocation_seconds=61)

    with pytest.raises(Guarded, match="4 instances are not as the last run left them, more than 3: idle, more-0"):
        site.decide(unattended=True)
