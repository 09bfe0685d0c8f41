"""Every key of the project configuration has an effect: on what is decided, or on what is declared."""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pydantic import BaseModel

from pulumi_ibm_quantum import FairShare
from pulumi_ibm_quantum.cloud import Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import ConfigurationError, ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import PlanningError
from pulumi_ibm_quantum.planning.slurm_sites import known_crns, site_files
from pulumi_ibm_quantum.report.report import Report
from pulumi_ibm_quantum.review import Conditions, Guarded, LastRun, decide_under, demand_no_freeze
from pulumi_ibm_quantum.review.last_run import LeftAs
from tests.support.decisions import decision_of
from tests.support.desk import NEW, UNCONFIGURED, three_teams

ABSENT = object()
"""The value of a key that is left out."""


def decided(document: dict[str, Any]) -> object:
    """What the account of three teams is given, and what is told of it; the sentences where it is refused."""
    configuration = parse_configuration(document).configuration
    try:
        decision = decision_of(configuration, connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud()))
    except PlanningError as refusal:
        return str(refusal)
    instances = {one.name: (one.allocation, one.limit, one.reason) for one in Report.of(decision).instances}
    return instances, decision.errors, decision.warnings, len(decision.unconfigured)


def guarded(document: dict[str, Any]) -> object:
    """Why a run that nobody watches stops, the last one having left everything as it was on another day."""
    configuration = parse_configuration(document).configuration
    cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())
    left = {"busy": LeftAs(1), "idle": LeftAs(60)}
    last = LastRun(datetime(2026, 11, 17, tzinfo=UTC), 100_000, 28_000, left)
    try:
        decision = decide_under(Conditions(unattended=True), configuration, cloud, lambda: last).decision
        demand_no_freeze(decision)
    except Guarded as stopped:
        return str(stopped).splitlines()
    return [one.outcome.new_allocation_seconds for one in decision.instances]


def declared(document: dict[str, Any]) -> object:
    """The resources that ``FairShare`` declares, with their properties and whether they are protected."""
    resources: dict[str, object] = {}

    def record(args: pulumi.ResourceTransformationArgs) -> None:
        properties = {key: value for key, value in args.props.items() if isinstance(value, str | list | tuple)}
        resources[f"{args.type_} {args.name}"] = properties, args.opts.protect

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def program() -> None:
        FairShare("all", configuration=document, opts=pulumi.ResourceOptions(transformations=[record]))

    set_mocks(_Engine(), preview=True)
    program()
    return resources


def at_sites(document: dict[str, Any]) -> object:
    """The files of the Slurm sites; the sentences where they are refused."""
    try:
        configuration = parse_configuration(document).configuration
    except ConfigurationError as refusal:
        return str(refusal)
    crns = known_crns(configuration)
    return {site.name: site_files(configuration, site, crns) for site in configuration.slurm_sites}


class _Engine(Mocks):
    """Pulumi's engine, which takes whatever is declared."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return args.name, args.inputs

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, []  # The state of a stack that has none.


@dataclass(frozen=True)
class Case:
    """Two values of a key that lead to two results, all else being equal.

    Attributes:
        one: A value, or a function of the account that gives it.
        other: Another value.
        among: What else the configuration says, by key.
        created: Whether the first entry is one that is created as code, in place of a team that there is.
        account: What is done to the account before.
        result: What comes of a configuration.
    """

    one: object
    other: object
    among: Mapping[str, object] = field(default_factory=dict)
    created: bool = False
    account: Callable[[Fake], object] = lambda _fake: None
    result: Callable[[dict[str, Any]], object] = decided


def satisfied(fake: Fake) -> None:
    """Give each team more than it uses, so that all may stay as it is."""
    for name in ("busy", "idle"):
        fake.change_instance(name, allocation_seconds=30_000)


def nearly(fake: Fake) -> None:
    """Give each team nearly what it is to have, which no guard minds."""
    for name, seconds in (("busy", 20_000), ("calm", 60_000), ("idle", 70)):
        fake.change_instance(name, allocation_seconds=seconds, updated_by="IBMid-1000")


def grouped(fake: Fake) -> None:
    """Give the account more resource groups."""
    fake.account.resource_groups |= {name: name.capitalize() for name in ("one", "other", "another")}


FOR_PEOPLE = {"instances.description"}
"""Keys that nothing reads but people."""

ELSEWHERE = {"target": "us-east", "resource_group": "another"}
GRANT = {"start_date": "2026-11-10", "net_grant_seconds": "10h"}
GRANTED: dict[str, object] = {"instances.limit_seconds": "8h", "instances.net_grants": [GRANT]}
RUNNING = {"start_date": "2026-11-01", "end_date": "2026-12-31"}
OVER = {"start_date": "2026-10-01", "end_date": "2026-11-10"}
TARGETED: dict[str, object] = {"instances.limit_seconds": "20h", "instances.target_usage_seconds": "1h"}
SITE = {"name": "a", "backends": ["ibm_fez"], "projects": [{"instance": "busy", "accounts": ["chem"]}]}
TWO_BACKENDS = {
    "name": "a",
    "projects": [*SITE["projects"], {"instance": "idle", "accounts": ["all"]}],
    "backends": ["ibm_fez", "ibm_torino"],
}
AT_SITE: dict[str, object] = {"slurm_sites": [SITE]}
PRIORITY = {"weight": 5, "from": "2026-11-10", "until": "2026-11-30", "reason": "deadline"}

CASES = {
    "account_id": Case(DEFAULT_ACCOUNT_ID, "another", {"instances": [NEW]}),
    "plan": Case("premium", "paygo"),
    "minimum_allocation_seconds": Case("1m", "1h"),
    "allocation_reserve_percent": Case(ABSENT, 10),
    "change_threshold_percent": Case(ABSENT, 1000, account=satisfied),
    "max_change_percent": Case(ABSENT, 1000, result=guarded),
    "on_drift": Case("revert", "stop", {"max_change_percent": 1000}, result=guarded),
    "freeze": Case(False, True, {"instances.hold": True}, account=nearly, result=guarded),
    "weighting": Case(ABSENT, "fairness"),
    "subscription_id": Case(ABSENT, "another"),
    "balance_period": Case(RUNNING, OVER, TARGETED),
    "balance_period.start_date": Case("2026-11-01", "2026-11-18", {**TARGETED, "balance_period": RUNNING}),
    "balance_period.end_date": Case("2026-12-31", "2026-11-10", {**TARGETED, "balance_period": RUNNING}),
    "contract": Case(ABSENT, {"budget_seconds": "1h"}),
    "contract.budget_seconds": Case(100_000, "1h"),
    "contract.ends": Case("2026-12-31", "2026-11-01", {"contract": {"budget_seconds": 100_000}}),
    "reopen_exhausted": Case(False, True, account=lambda fake: fake.change_instance("busy", limit_seconds=1)),
    "instances": Case([], [NEW]),
    "instances.name": Case("busy", "renamed"),
    "instances.crn": Case(lambda fake: fake.instance("busy").crn, lambda fake: fake.instance(UNCONFIGURED).crn),
    "instances.create": Case(NEW["create"], ELSEWHERE, created=True, account=grouped, result=declared),
    "instances.create.target": Case("eu-de", "us-east", created=True, result=declared),
    "instances.create.resource_group": Case("one", "Other", created=True, account=grouped, result=declared),
    "instances.limit_seconds": Case(ABSENT, "8h"),
    "instances.net_grants": Case(ABSENT, [GRANT], {"instances.limit_seconds": "8h"}),
    "instances.net_grants.start_date": Case("2026-11-10", "2026-12-10", GRANTED),
    "instances.net_grants.end_date": Case(ABSENT, "2026-11-12", GRANTED),
    "instances.net_grants.net_grant_seconds": Case("10h", "1h", GRANTED),
    "instances.target_usage_seconds": Case("1h", "9h", {**TARGETED, "balance_period": RUNNING}),
    "instances.balance_period": Case(ABSENT, OVER, {**TARGETED, "balance_period": RUNNING}),
    "instances.balance_period.start_date": Case(
        "2026-11-01", "2026-11-18", {**TARGETED, "instances.balance_period": RUNNING}
    ),
    "instances.balance_period.end_date": Case(
        "2026-12-31", "2026-11-10", {**TARGETED, "instances.balance_period": RUNNING}
    ),
    "instances.weight": Case(ABSENT, 0.1),
    "instances.minimum_allocation_seconds": Case(ABSENT, "27h"),
    "instances.priority": Case(ABSENT, PRIORITY),
    "instances.priority.weight": Case(5, 50, {"instances.priority": PRIORITY}),
    "instances.priority.from": Case("2026-11-10", "2026-11-20", {"instances.priority": PRIORITY}),
    "instances.priority.until": Case("2026-11-30", "2026-11-12", {"instances.priority": PRIORITY}),
    "instances.priority.reason": Case("deadline", "review", {"instances.priority": PRIORITY}),
    "instances.hold": Case(ABSENT, True),
    "instances.state": Case(ABSENT, "ended"),
    "instances.backends": Case(ABSENT, ["ibm_alpha"], result=declared),
    "instances.protect": Case(ABSENT, False, created=True, result=declared),
    "instances.tags": Case(ABSENT, ["teaching"], created=True, result=declared),
    "slurm_sites": Case(ABSENT, [SITE], result=at_sites),
    "slurm_sites.name": Case("a", "b", AT_SITE, result=at_sites),
    "slurm_sites.backends": Case(["ibm_fez"], ["ibm_torino"], AT_SITE, result=at_sites),
    "slurm_sites.session_mode": Case(ABSENT, "dedicated", AT_SITE, result=at_sites),
    "slurm_sites.session_max_ttl_seconds": Case("1h", "2h", AT_SITE, result=at_sites),
    "slurm_sites.names": Case(ABSENT, "legacy", AT_SITE, result=at_sites),
    "slurm_sites.plugin": Case(ABSENT, "/opt/spank_qrmi.so", AT_SITE, result=at_sites),
    "slurm_sites.qrmi_config": Case(ABSENT, "/opt/qrmi_config.json", AT_SITE, result=at_sites),
    "slurm_sites.projects": Case(ABSENT, SITE["projects"], AT_SITE, result=at_sites),
    "slurm_sites.projects.instance": Case("busy", "idle", AT_SITE, result=at_sites),
    "slurm_sites.projects.accounts": Case(["chem"], ["bio"], AT_SITE, result=at_sites),
    "slurm_sites.projects.backends": Case(ABSENT, ["ibm_fez"], {"slurm_sites": [TWO_BACKENDS]}, result=at_sites),
    "slurm_sites.projects.key_file": Case(ABSENT, "/etc/slurm/qpu-keys/busy", AT_SITE, result=at_sites),
    "slurm_sites.projects.licenses": Case(1, 2, AT_SITE, result=at_sites),
}


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield every key of a model and of the models below it, as it is written in a file."""
    for name, about in model.model_fields.items():
        key = f"{prefix}{about.alias or name}"
        yield key
        for below in models_in(about.annotation):
            yield from keys(below, f"{key}.")


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a field may hold."""
    if get_origin(annotation) in (tuple, list, dict, Union, UnionType):
        for part in get_args(annotation):
            yield from models_in(part)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation


def written(document: dict[str, Any], key: str, value: object) -> None:
    """Write a value at a key, in the first entry of each list on the way."""
    *way, last = key.split(".")
    at: Any = document
    for step in way:
        at = at.setdefault(step, {})
        at = at[0] if isinstance(at, list) else at
    if value is ABSENT:
        at.pop(last, None)
    else:
        at[last] = deepcopy(value)


def result_of(key: str, case: Case, value: object) -> object:
    """Return what comes of a value, on an account of its own."""
    fake = three_teams()
    case.account(fake)
    teams = [{"name": each.name, "crn": each.crn} for each in fake.account.instances if each.name != UNCONFIGURED]
    entries = [deepcopy(NEW), *teams] if case.created else teams
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": entries}
    for other_key, other_value in case.among.items():
        written(document, other_key, other_value)
    written(document, key, value(fake) if callable(value) else value)
    with mock_ibm_quantum(fake):
        return case.result(document)


@pytest.mark.parametrize("key", list(keys(ProjectConfiguration)))
def test_a_key_has_an_effect(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two values of it give two results; a key that nothing maps is one that people rely on in vain."""
    if key in FOR_PEOPLE:
        return
    assert key in CASES, f"no case shows what {key} changes"
    monkeypatch.setenv("IBMCLOUD_API_KEY", DEFAULT_API_KEY)
    case = CASES[key]
    first, again, second = (result_of(key, case, value) for value in (case.one, case.one, case.other))

    assert first == again
    assert first != second
    assert not (isinstance(first, str) and isinstance(second, str)), "both are refused"


def test_there_are_cases_for_keys_only() -> None:
    """A key that is gone takes its case along."""
    assert set(CASES) | FOR_PEOPLE == set(keys(ProjectConfiguration))
