"""Files of 0.2.x, read as they are."""

from datetime import UTC, datetime

import pytest

from pulumi_ibm_quantum.config import (
    BalancePeriod,
    InstanceEntry,
    NetGrant,
    ProjectConfiguration,
    parse_configuration,
)
from pulumi_ibm_quantum.vocabulary import BALANCED_PLANS, PLANS, Limit
from tests.support.configurations import ACCOUNT, HEAD, crn, problems, read

PREMIUM = "7f666d17-7893-47d8-bf9d-2b2389fc4dfc"
TOP = f"""\
account_id: "{ACCOUNT}"
plan_id: "{PREMIUM}"
balance_period:
  start_date: "2026-01-01T00:00:00"
  end_date: "2026-12-31T23:59:59"
"""
PROJECT = f"""\
projects:
  - name: alpha
    crn: "{crn(1)}"
"""
YEAR = BalancePeriod(
    start_date=datetime(2026, 1, 1, tzinfo=UTC), end_date=datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
)

FULL = f"""\
{TOP}minimum_allocation_seconds: 600
allocation_reserve_percent: 20
api:
  base_url: https://example.com
{PROJECT}    description: ground states
    target_usage_seconds: 108000
    project_limit_seconds: 216000
    start_date: "2026-03-01T00:00:00"
    net_grants:
      - start_date: 2026-05-01T00:00:00
        net_grant_seconds: 360000
      - start_date: "2026-06-15"
        end_date: "2026-07-31T00:00:00+02:00"
        net_grant_seconds: 180000
  - name: beta
    crn: "{crn(2)}"
    target_usage_seconds: 5
    project_limit_seconds:
    start_date: 2026-02-01
    end_date: "2026-03-01T00:00:00"
"""


def test_every_key_of_the_first_dialect() -> None:
    """Each key arrives in the one model; naive dates are UTC, a project's own dates are its own balance period."""
    assert read(FULL) == ProjectConfiguration(
        account_id=ACCOUNT,
        plan="premium",
        minimum_allocation_seconds=600,
        allocation_reserve_percent=20.0,
        change_threshold_percent=0.0,
        balance_period=YEAR,
        reopen_exhausted=True,
        instances=(
            InstanceEntry(
                name="alpha",
                crn=crn(1),
                description="ground states",
                target_usage_seconds=108_000,
                limit_seconds=Limit.of(216_000),
                balance_period=BalancePeriod(start_date=datetime(2026, 3, 1, tzinfo=UTC), end_date=YEAR.end_date),
                net_grants=(
                    NetGrant(
                        start_date=datetime(2026, 5, 1, tzinfo=UTC),
                        end_date=datetime(2026, 5, 29, tzinfo=UTC),
                        net_grant_seconds=360_000,
                    ),
                    NetGrant(
                        start_date=datetime(2026, 6, 15, tzinfo=UTC),
                        end_date=datetime(2026, 7, 30, 22, tzinfo=UTC),
                        net_grant_seconds=180_000,
                    ),
                ),
            ),
            InstanceEntry(
                name="beta",
                crn=crn(2),
                target_usage_seconds=5,
                balance_period=BalancePeriod(
                    start_date=datetime(2026, 2, 1, tzinfo=UTC), end_date=datetime(2026, 3, 1, tzinfo=UTC)
                ),
            ),
        ),
    )


def test_what_the_first_dialect_means_without_saying_it() -> None:
    """Its defaults are 60 seconds and no reserve, it is not damped, and a target needs no limit to fall back to."""
    loaded = parse_configuration(f"{TOP}{PROJECT}    target_usage_seconds: 5\n")
    configuration = loaded.configuration
    assert loaded.dialect == 1
    assert (configuration.minimum_allocation_seconds, configuration.allocation_reserve_percent) == (60, 0)
    assert (configuration.change_threshold_percent, configuration.reopen_exhausted) == (0, True)
    assert configuration.instances[0].limit_seconds == Limit.KEEP
    assert configuration.period_of(configuration.instances[0]) == YEAR


@pytest.mark.parametrize(
    ("plan_id", "plan"),
    [
        ("91b2c828-2952-4f05-aed8-bedf92c6c480", "internal"),
        (PREMIUM.upper(), "premium"),
        ("5304b575-3cff-4455-90dc-ae4367762093", "paygo"),
        ("premium", "premium"),
    ],
)
def test_ids_of_plans(plan_id: str, plan: str) -> None:
    """A plan is given by its id, whatever its case; its name does as well."""
    assert read(TOP.replace(PREMIUM, plan_id) + PROJECT).plan == plan


def test_ids_of_plans_are_those_that_the_account_has() -> None:
    """Every plan that the service knows is known here by the same id; those that cannot be balanced say so."""
    for plan, plan_id in ((one.name, one.plan_id) for one in PLANS):
        if plan in BALANCED_PLANS:
            assert read(TOP.replace(PREMIUM, plan_id) + PROJECT).plan == plan
        else:
            assert f"plan_id: {plan} cannot be balanced" in problems(TOP.replace(PREMIUM, plan_id) + PROJECT)[0]


def test_unknown_keys_are_warnings() -> None:
    """What 0.2.x carries without reading it is ignored, and said with its place in the file."""
    text = f"{TOP}api: {{}}\nplan: premium\n{PROJECT}    limit_seconds: 5\n    weight: 2\n"
    assert [str(warning) for warning in parse_configuration(text, source="p.yaml").warnings] == [
        "p.yaml:6:1: api: is not a known key and is ignored",
        "p.yaml:7:1: plan: is not a known key and is ignored; it needs version: 3",
        "p.yaml:11:5: projects[0].limit_seconds: is not a known key and is ignored; it needs version: 3",
        "p.yaml:12:5: projects[0].weight: is not a known key and is ignored; it needs version: 3",
    ]


BAD_TOP = {
    TOP.replace(PREMIUM, "53bde9d3-cdbb-46f5-a98f-60ebcadf7260") + PROJECT: [
        (
            "2:1: plan_id: flex cannot be balanced: it has no rolling window: its time counts over the whole contract; "
            "use one of internal, premium, paygo"
        )
    ],
    TOP.replace(PREMIUM, PREMIUM.replace("f", "0")) + PROJECT: [
        (
            '2:1: plan_id: is not the id of a known plan, found "70666d17-7893-47d8-b09d-2b23890c4d0c"; use one of '
            "91b2c828-2952-4f05-aed8-bedf92c6c480 (internal), 7f666d17-7893-47d8-bf9d-2b2389fc4dfc (premium), "
            "5304b575-3cff-4455-90dc-ae4367762093 (paygo)"
        )
    ],
    "projects: []\n": [
        "1:1: balance_period: is missing",
        "1:1: account_id: is missing",
        "1:1: plan_id: is missing",
    ],
    TOP.replace("end_date", "until") + PROJECT: ["3:1: balance_period.end_date: is missing"],
    TOP.replace("2026-01-01T", "2026-13-01T") + PROJECT: [
        (
            '4:3: balance_period.start_date: wants a date such as 2026-03-01 or "2026-03-01T09:00:00+00:00", '
            'found "2026-13-01T00:00:00"'
        )
    ],
    TOP + "projects: {}\n": ["6:1: projects: wants a list, found a mapping"],
}
BAD_PROJECT = {
    "target_usage_seconds: 0": "target_usage_seconds: must be more than 0 seconds",
    "target_usage_seconds: 10h": 'target_usage_seconds: wants a whole number of seconds, found "10h"; '
    'durations such as "10h" need version: 3',
    "project_limit_seconds: none": 'project_limit_seconds: wants a whole number of seconds, found "none"; '
    'durations such as "10h" need version: 3',
    "project_limit_seconds: 5\n    target_usage_seconds: 6": "project_limit_seconds: "
    "must not be below target_usage_seconds, 6, found 5",
    'net_grants: [{start_date: "2026-03-01", net_grant_seconds: 5}]': "net_grants: "
    "needs project_limit_seconds as a number of seconds: a grant is time above a limit",
    "start_date: soon": 'start_date: wants a date such as 2026-03-01 or "2026-03-01T09:00:00+00:00", found "soon"',
    "end_date: 2026-01-01": "end_date: must be after start_date, 2026-01-01T00:00:00+00:00, "
    "found 2026-01-01T00:00:00+00:00",
    "start_date:": "start_date: is empty: give a value or leave the key out",
}


@pytest.mark.parametrize(("text", "lines"), BAD_TOP.items())
def test_a_wrong_file_of_the_first_dialect(text: str, lines: list[str]) -> None:
    """What is wrong is named as the file calls it, once each."""
    assert problems(text) == [f"p.yaml:{line}" for line in lines]


@pytest.mark.parametrize(("field", "message"), BAD_PROJECT.items())
def test_a_wrong_field_of_a_project(field: str, message: str) -> None:
    """A wrong field is named with the keys that the file has, at its own line."""
    assert problems(f"{TOP}{PROJECT}    {field}\n") == [f"p.yaml:9:5: projects[0].{message}"]


def test_a_wrong_shared_date_is_said_once() -> None:
    """A project that takes half of its period from a wrong date of the account's is not complained of too."""
    text = TOP.replace("2026-12-31T23:59:59", "never") + PROJECT + "    start_date: 2026-03-01\n"
    assert [line.split(": ")[:2] for line in problems(text)] == [["p.yaml:5:3", "balance_period.end_date"]]


def test_the_same_project_twice_names_both_lines() -> None:
    """Names and CRNs are unique in this dialect too, and the message speaks of projects."""
    text = f'{TOP}{PROJECT}  - name: alpha\n    crn: "{crn(2)}"\n'
    assert problems(text) == ["p.yaml:9:5: projects[1].name: is the same name as projects[0].name (line 7)"]


def test_a_later_finding_is_said_in_the_words_of_the_file() -> None:
    """What is found out later of an instance is reported at its project."""
    loaded = parse_configuration(TOP + PROJECT, source="p.yaml")
    found = loaded.problem(("instances", 0, "crn"), "is archived")
    assert str(found) == "p.yaml:8:5: projects[0].crn: is archived"


def test_version_3_can_say_what_the_first_dialect_means() -> None:
    """A target without a limit is refused in version 3 unless the file says how such an instance opens again."""
    period = "balance_period: {start_date: 2026-01-01, end_date: 2026-12-31T23:59:59Z}\n"
    entry = PROJECT.replace("projects", "instances") + "    target_usage_seconds: 5\n"
    assert len(problems(HEAD + period + entry)) == 1
    new = f"{HEAD}change_threshold_percent: 0\nreopen_exhausted: true\n{period}{entry}"
    assert read(new) == read(f"{TOP}{PROJECT}    target_usage_seconds: 5\n")
