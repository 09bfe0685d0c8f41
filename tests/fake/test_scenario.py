"""Scenario files."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pulumi_ibm_quantum.cli.package_data import ACCOUNT
from pulumi_ibm_quantum.fake import Fake, PatchMode, Role, ScenarioError, load_scenario, parse_scenario
from pulumi_ibm_quantum.fake.usage import Window, microseconds
from tests.support.queue_files import SCRAPS

SMALL: dict[str, Any] = {
    "now": datetime(2026, 11, 2, 8, tzinfo=UTC),
    "account_id": "0" * 32,
    "api_keys": [{"key": "k"}],
    "plans": {"premium": {"budget_seconds": 1000}},
    "instances": [{"name": "a", "allocation_seconds": 10}],
}


WHOLE = b"""\
now: 2026-11-02
account_id: "00000000000000000000000000000000"
api_keys: [{key: k}]
plans: {premium: {budget_seconds: 1000}}
instances:
- {name: a, allocation_seconds: 10}
"""


def small(**changes: Any) -> dict[str, Any]:
    """Make a scenario with one instance, changed as told."""
    return {**deepcopy(SMALL), **changes}


def problems(path: Path) -> list[str]:
    """Say what is wrong with a file, a line each."""
    try:
        load_scenario(path)
    except ScenarioError as error:
        return str(error).splitlines()
    return []


def daily(fake: Fake, name: str) -> dict[str, float]:
    """Read all usage that was booked, the future too, as seconds by date."""
    days: dict[str, float] = {}
    for event in fake.account.series(fake.instance(name).crn) or ():
        day = event.when.date().isoformat()
        days[day] = days.get(day, 0) + event.seconds
    return days


def test_a_phase_fills_its_days_and_no_others() -> None:
    """``to_day`` is not included, weekends are left out if told so, and the amount is exact without variation."""
    phase = {"from_day": -4, "to_day": 2, "seconds_per_day": 90, "variation": 0, "weekdays_only": True}
    fake = parse_scenario(small(instances=[{"name": "a", "usage": [phase]}]))
    days = daily(fake, "a")
    assert list(days) == ["2026-10-29", "2026-10-30", "2026-11-02", "2026-11-03"]
    assert list(days.values()) == pytest.approx([90] * 4, abs=0.01)


def test_a_variation_stays_within_its_bounds_and_repeats_with_the_seed() -> None:
    """The same file gives the same account, another seed gives another."""
    phase = {"from_day": -90, "to_day": 0, "seconds_per_day": 100, "variation": 0.3}
    instances = [{"name": "a", "usage": [phase]}]
    one, two, other = (daily(parse_scenario(small(instances=instances, seed=seed)), "a") for seed in (1, 1, 2))
    assert one == two != other
    assert all(69.9 <= seconds <= 130.1 for seconds in one.values())
    assert parse_scenario(small()).instance("a").crn == parse_scenario(small()).instance("a").crn


@pytest.mark.parametrize(("at", "hour"), [("09:30", 9.5), (870, 14.5), ("23:59", 24 - 1 / 60)])
def test_single_events_take_a_time_of_day_as_people_write_it(at: object, hour: float) -> None:
    """YAML 1.1 reads 14:30 as the number 870: both mean half past two."""
    usage = [{"day": -1, "at": at, "seconds": 60, "jobs": 2}]
    fake = parse_scenario(small(instances=[{"name": "a", "usage": usage}]))
    (event,) = list(fake.account.series(fake.instance("a").crn) or ())
    assert event.when - datetime(2026, 11, 1, tzinfo=UTC) == timedelta(hours=hour)
    assert (event.seconds, event.jobs) == (60, 2)


def test_everything_else_in_a_file_reaches_the_account() -> None:
    """Keys, groups, subscriptions, switches and the less usual fields of an instance."""
    fake = parse_scenario(
        small(
            staging=True,
            api_keys=[{"key": "m", "role": "manager", "user": "IBMid-9"}],
            resource_groups=[{"id": "g", "name": "Default"}],
            plans={
                "premium": {
                    "backends": ["x"],
                    "subscriptions": [
                        {"id": "one", "name": "One", "budget_seconds": 100},
                        {"id": "two", "name": "Two", "limit_seconds": 5, "backends": ["y"]},
                    ],
                },
                "internal": {"budget_seconds": 7},
            },
            behaviour={"patch_mode": "merge", "read_lag": 1},
            instances=[
                {"name": "a", "plan": "premium", "subscription": "two", "created": "2026-05-01", "tags": ["t"]},
                {"name": "b", "plan": "internal", "archived": True, "state": "removed", "locked": True},
            ],
        )
    )
    a, b = fake.account.instances
    assert a.crn.startswith("crn:v1:staging:public:quantum-computing:us-east:a/000")
    assert (a.subscription_id, a.created_at, a.tags) == ("two", datetime(2026, 5, 1, tzinfo=UTC), frozenset({"t"}))
    assert (b.plan, b.archived, b.state.gone, b.locked, b.resource_group_id) == ("internal", True, True, True, "g")
    assert [each.backends for each in fake.account.subscriptions.values()][:2] == [("x",), ("y",)]
    assert fake.account.api_keys["m"].role is Role.MANAGER
    assert (fake.behaviour.patch_mode, fake.behaviour.read_lag) == (PatchMode.MERGE, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"moon": 1}, "moon: is not a known key"),
        ({"account_id": "x"}, "account_id: wants 32 hexadecimal digits"),
        ({"now": "2026-11-02T08:00:00"}, "now: needs an offset from UTC"),
        ({"plans": {"gold": {}}}, "plans.gold: wants open, paygo, flex, premium, internal or dedicated"),
        ({"instances": [{}]}, "instances[0].name: is missing"),
        ({"instances": [{"name": "a", "region": "moon"}]}, "instances[0].region: wants us-east or eu-de"),
        (
            {"instances": [{"name": "a", "allocation_seconds": -1}]},
            "allocation_seconds: must be at least 0",
        ),
        ({"instances": [{"name": "a", "allocation_seconds": "10h"}]}, 'wants a whole number, found "10h"'),
        (
            {"instances": [{"name": "a", "plan": "flex"}]},
            'instances[0].plan: is not known to the account, found "flex"; it has premium',
        ),
        ({"instances": [{"name": "a", "resource_group": "x"}]}, "instances[0].resource_group: is not known"),
        (
            {"instances": [{"name": "a", "archived": True, "allocation_seconds": 5}]},
            "must be left out",
        ),
        (
            {"instances": [{"name": "a", "usage": [{"from_day": 0, "to_day": 1, "seconds_per_day": "x"}]}]},
            'instances[0].usage[0].seconds_per_day: wants a number, found "x"',
        ),
        (
            {"instances": [{"name": "a", "usage": [{"from_day": 5, "to_day": 5, "seconds_per_day": 1}]}]},
            "instances[0].usage[0].to_day: must be after from_day, 5, found 5",
        ),
        (
            {"instances": [{"name": "a", "usage": [{"day": 1, "at": "25:00", "seconds": 1}]}]},
            'instances[0].usage[0].at: wants a time of day such as 14:30, found "25:00"',
        ),
        ({"behaviour": {"patch_mod": "merge"}}, "behaviour.patch_mod: is not a known key (did you mean patch_mode?)"),
        ({"behaviour": {"patch_mode": "mix"}}, "behaviour.patch_mode: wants replace, merge or split"),
        ({"behaviour": {"read_lag": "x"}}, "behaviour.read_lag: wants a whole number"),
    ],
)
def test_a_mistake_is_one_line_with_the_path_in_the_file(changes: dict[str, Any], message: str) -> None:
    """Whoever writes a scenario is told where the mistake is."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(small(**changes))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_everything_that_is_wrong_in_a_file_is_said_at_once(tmp_path: Path) -> None:
    """File, line, column, path and message of each, with the known key that was most likely meant."""
    path = tmp_path / "account.yaml"
    path.write_bytes(WHOLE.replace(b"{key: k}", b"{kei: k}").replace(b"{name: a,", b"{name: 7, plan: flex,"))
    assert problems(path) == [
        f"{path}:3:12: api_keys[0].key: is missing",
        f"{path}:3:13: api_keys[0].kei: is not a known key (did you mean key?)",
        f"{path}:6:4: instances[0].name: wants text, found the number 7: put it in quotes",
        f'{path}:6:13: instances[0].plan: is not known to the account, found "flex"; it has premium',
    ]


def test_whatever_a_file_says_the_answer_is_an_account_or_sentences(tmp_path: Path) -> None:
    """Any value in any place: no other exception than the one that is worded for people, a line for each problem."""
    text = """\
now: 2026-11-02
seed: 3
staging: false
account_id: "00000000000000000000000000000000"
api_keys: [{key: k, role: manager, user: u}]
resource_groups: [{id: g, name: Default}]
plans: {premium: {budget_seconds: 1000, backends: [x]}, internal: {subscriptions: [{id: i, name: I}]}}
instances:
- {name: a, plan: premium, allocation_seconds: 10, resource_group: g, usage: [{day: -1, at: "14:30", seconds: 60}]}
- {name: b, plan: internal, subscription: i, archived: true, tags: [t], created: 2026-05-01, state: removed}
- {name: c, plan: premium, usage: [{from_day: -4, to_day: 2, seconds_per_day: 90, users: [u], variation: 0.5}]}
behaviour: {patch_mode: merge, read_lag: 1, over_budget_body: {a: b}}
"""
    path = tmp_path / "account.yaml"
    places = list(re.finditer(r"(?<=: )[^\s,{}\[\]][^,}\n]*", text))
    random = Random(5)
    for _ in range(200):
        spoiled = text
        for place in sorted(random.sample(places, random.choice([1, 1, 3])), key=lambda one: -one.start()):
            spoiled = spoiled[: place.start()] + random.choice(SCRAPS) + spoiled[place.end() :]
        path.write_text(spoiled, encoding="utf-8")
        assert all(line.startswith(f"{path}:") for line in problems(path)), spoiled


def test_two_instances_cannot_have_one_guid() -> None:
    """The second would hide the first."""
    guid = "0b6f3c52-7e41-4f0a-9d1c-2a5e8b7f6c10"
    with pytest.raises(ScenarioError, match=r"instances\[1\].guid: is taken by another instance, instances\[0\]"):
        parse_scenario(small(instances=[{"name": "a", "guid": guid}, {"name": "b", "guid": guid}]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [", ":1:5: not valid YAML"),
        (b"- 1\n", "wants a mapping, found a list"),
        (b"", "is empty"),
        (b"a: \xff", "not UTF-8"),
        (WHOLE.replace(b"2026-11-02", b"2026-13-45"), ":1:1: now: wants a date such as 2026-03-01 or"),
    ],
)
def test_a_file_that_is_no_scenario_is_one_line_with_its_name(tmp_path: Path, content: bytes, message: str) -> None:
    """Broken YAML, an empty file and the wrong encoding are told apart."""
    path = tmp_path / "account.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert str(caught.value).startswith(f"{path}:")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_directory_is_no_scenario(tmp_path: Path) -> None:
    """The operating system's reason is passed on in one line."""
    with pytest.raises(ScenarioError, match="Is a directory"):
        load_scenario(tmp_path)


def test_the_demo_account_is_what_its_comments_say() -> None:
    """An archived, an idle, a tightly limited and a granted instance in two regions, with room for one more."""
    fake = load_scenario(ACCOUNT)
    account = fake.account
    window = account.rolling_window()
    used = {instance.name: account.consumed_ms(instance, window) / 1000 for instance in account.instances}
    assert fake.total() == 374000
    assert {instance.region for instance in account.instances} == {"us-east", "eu-de"}
    assert [instance.name for instance in account.instances if instance.archived] == ["summer-school-2026"]
    assert used["sensing-prototype"] == 0
    assert 0.95 * 36000 < used["finance-portfolio"] < 36000
    assert 12000 < used["logistics-optimisation"] < 42000
    assert not any(account.limit_reached(instance) for instance in account.instances)
    assert sum(used.values()) < 480000


def test_a_week_of_the_demo_shifts_activity_between_projects() -> None:
    """Chemistry fades, materials more than doubles: seven days later their order of the last week is reversed."""
    fake = load_scenario(ACCOUNT)

    def last_week(name: str) -> int:
        end = microseconds(fake.now) + 1
        return fake.account.consumed_ms(fake.instance(name), Window(end - 7 * 86_400_000_000, end))

    names = ("chemistry-ground-states", "materials-simulation", "machine-learning-kernels", "teaching-quantum-101")
    before = [last_week(name) for name in names]
    fake.advance(timedelta(days=7))
    after = [last_week(name) for name in names]
    assert after[0] < before[0] / 4
    assert all(later > 2 * earlier for earlier, later in zip(before[1:], after[1:], strict=True))
