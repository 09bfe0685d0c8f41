"""Configurations to read: text for tables, models at random for properties."""

from datetime import UTC, datetime, timedelta
from typing import Any

import yaml
from hypothesis import strategies as st

from pulumi_ibm_quantum.config import (
    BalancePeriod,
    ConfigurationError,
    Contract,
    CreateBlock,
    InstanceEntry,
    NetGrant,
    Priority,
    ProjectConfiguration,
    parse_configuration,
)
from pulumi_ibm_quantum.vocabulary import BALANCED_PLANS, REGIONS

ACCOUNT = "0123456789abcdef0123456789abcdef"
OTHER_ACCOUNT = "ffffffffffffffffffffffffffffffff"


def crn(number: int, *, account: str = ACCOUNT, region: str = "us-east") -> str:
    guid = f"11111111-2222-4333-8444-{number:012x}"
    return f"crn:v1:bluemix:public:quantum-computing:{region}:a/{account}:{guid}::"


HEAD = f"""\
version: 3
account_id: "{ACCOUNT}"
plan: premium
"""

ENTRY = f"""\
instances:
  - name: alpha
    crn: "{crn(1)}"
"""

OLD = f"""\
account_id: "{ACCOUNT}"
plan: premium
minimum_allocation_seconds: 60
"""


def problems(text: object) -> list[str]:
    """What is wrong with a text or mapping, a line each, named ``p.yaml``; empty if nothing is."""
    try:
        parse_configuration(text, source="p.yaml")  # type: ignore[arg-type]
    except ConfigurationError as error:
        return str(error).splitlines()
    return []


def read(text: object) -> ProjectConfiguration:
    return parse_configuration(text).configuration  # type: ignore[arg-type]


labels = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
created_names = st.text("abcXYZ019-._:", min_size=1, max_size=12)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
seconds = st.integers(0, 10**9)


weights = st.floats(0, 1e6, exclude_min=True)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(moments)
    return start, start + timedelta(seconds=draw(st.integers(1, 10**8)))


@st.composite
def periods(draw: st.DrawFn) -> BalancePeriod:
    start, end = draw(spans())
    return BalancePeriod(start_date=start, end_date=end)


@st.composite
def priorities(draw: st.DrawFn) -> Priority:
    start, end = draw(spans())
    return Priority(weight=draw(weights), starts=start, ends=end, reason=draw(labels))


@st.composite
def grants(draw: st.DrawFn) -> NetGrant:
    start, end = draw(spans())
    return NetGrant(start_date=start, end_date=end, net_grant_seconds=draw(st.integers(1, 10**9)))


@st.composite
def entries(draw: st.DrawFn, number: int) -> InstanceEntry:
    fields: dict[str, Any] = {"limit_seconds": draw(st.none() | st.just("none") | seconds)}
    if draw(st.booleans()):
        fields["create"] = CreateBlock(target=draw(st.sampled_from(REGIONS)), resource_group=draw(labels))
        fields["tags"] = tuple(draw(st.lists(labels, max_size=2, unique=True)))
        fields["name"] = f"{draw(created_names)}{number}"
    else:
        fields["crn"] = crn(number, region=draw(st.sampled_from(REGIONS)))
        fields["name"] = f"{draw(labels)}{number}"
    if isinstance(fields["limit_seconds"], int):
        fields["net_grants"] = tuple(draw(st.lists(grants(), max_size=2)))
        fields["target_usage_seconds"] = draw(st.none() | st.integers(1, 10**9))
    will = draw(st.sampled_from(["none", "hold", "ended", "priority"]))
    fields["hold"] = will == "hold" and "crn" in fields
    fields["state"] = "ended" if will == "ended" else "active"
    fields["priority"] = draw(priorities()) if will == "priority" else None
    fields["weight"] = draw(weights)
    fields["minimum_allocation_seconds"] = draw(st.none() | seconds)
    fields["balance_period"] = draw(st.none() | periods())
    fields["description"] = draw(st.none() | texts)
    fields["backends"] = draw(st.none() | st.lists(labels, max_size=2, unique=True).map(tuple))
    fields["protect"] = draw(st.booleans())
    return InstanceEntry(**fields)


@st.composite
def models(draw: st.DrawFn) -> ProjectConfiguration:
    instances = [draw(entries(number)) for number in range(draw(st.integers(0, 4)))]
    names = {entry.name for entry in instances}
    contract = Contract(budget_seconds=draw(seconds), ends=draw(st.none() | moments))
    return ProjectConfiguration(
        account_id=ACCOUNT,
        plan=draw(st.sampled_from(BALANCED_PLANS)),
        minimum_allocation_seconds=draw(seconds),
        allocation_reserve_percent=draw(st.floats(0, 99.9)),
        change_threshold_percent=draw(st.floats(0, 1000)),
        weighting=draw(st.sampled_from(["activity", "fairness"])),
        subscription_id=draw(st.none() | labels),
        balance_period=draw(periods()),
        contract=draw(st.none() | st.just(contract)),
        reopen_exhausted=draw(st.booleans()),
        instances=tuple(instances) if len(names) == len(instances) else (),
    )


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key of some data, outermost first."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    return [(value, key) for key, _ in pairs] + [place for _, item in pairs for place in places(item)]


def configuration_mapping(configuration: ProjectConfiguration) -> dict[str, Any]:
    """A configuration as data of version 3 that JSON and YAML can hold; what is a default is left out."""
    return {
        "version": 3,
        "instances": [],
        **configuration.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }


def configuration_yaml(configuration: ProjectConfiguration) -> str:
    """A configuration as YAML text of version 3, in the order of the model."""
    mapping = configuration_mapping(configuration)
    ordered = {key: mapping[key] for key in ("version", *type(configuration).model_fields) if key in mapping}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=1000)
