"""What a configuration means, in each dialect."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.config import (
    BalancePeriod,
    ConfigurationError,
    Contract,
    CreateBlock,
    InstanceEntry,
    NetGrant,
    Priority,
    ProjectConfiguration,
    load_configuration,
    parse_configuration,
)
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.configurations import ACCOUNT, ENTRY, HEAD, OLD, crn, read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FULL = f"""\
{HEAD}minimum_allocation_seconds: 10m
allocation_reserve_percent: 5
change_threshold_percent: 2.5
weighting: fairness
subscription_id: contract-1
instances:
  - name: alpha
    crn: "{crn(1)}"
    limit_seconds: 1qau
    backends: [ibm_alpha]
    protect: false
    net_grants:
      - start_date: 2026-03-01
        net_grant_seconds: 2.5d
      - start_date: "2026-03-01T13:00:00+01:00"
        end_date: 2026-03-02 00:00:00 +00:00
        net_grant_seconds: 90m
  - name: beta
    create: {{target: eu-de, resource_group: group-1}}
    limit_seconds: none
    tags: [team:beta]
"""


def test_every_key_of_version_3() -> None:
    """Each key of version 3 arrives in the model, durations in seconds and dates in UTC."""
    assert read(FULL) == ProjectConfiguration(
        account_id=ACCOUNT,
        plan="premium",
        minimum_allocation_seconds=600,
        allocation_reserve_percent=5.0,
        change_threshold_percent=2.5,
        weighting="fairness",
        subscription_id="contract-1",
        instances=(
            InstanceEntry(
                name="alpha",
                crn=crn(1),
                limit_seconds=Limit.of(96_000),
                backends=("ibm_alpha",),
                protect=False,
                net_grants=(
                    NetGrant(
                        start_date=datetime(2026, 3, 1, tzinfo=UTC),
                        end_date=datetime(2026, 3, 29, tzinfo=UTC),
                        net_grant_seconds=216_000,
                    ),
                    NetGrant(start_date=NOON, end_date=datetime(2026, 3, 2, tzinfo=UTC), net_grant_seconds=5_400),
                ),
            ),
            InstanceEntry(
                name="beta",
                create=CreateBlock(target="eu-de", resource_group="group-1"),
                limit_seconds=Limit.NONE,
                tags=("team:beta",),
            ),
        ),
    )


def test_shares_that_express_a_will() -> None:
    """Weights, priorities, minimums, targets and holds arrive in the model, plain dates as midnight UTC."""
    will = f"""\
{HEAD}balance_period: {{start_date: 2026-01-01, end_date: 2026-07-01T00:00:00+02:00}}
contract: {{budget_seconds: 2qau, ends: 2027-01-01}}
{ENTRY}    weight: 2
    minimum_allocation_seconds: 1h
    priority: {{weight: 1.5, from: 2026-03-01, until: "2026-03-01T12:00:00Z", reason: the paper's deadline}}
    target_usage_seconds: 10h
    limit_seconds: 5h
  - name: beta
    crn: "{crn(2)}"
    hold: true
    balance_period: {{start_date: 2026-02-01, end_date: 2026-03-01}}
  - {{name: gamma, crn: "{crn(3)}", state: ended, description: "over\\nsince June"}}
"""
    configuration = read(will)
    alpha, beta, gamma = configuration.instances
    year = BalancePeriod(start_date=datetime(2026, 1, 1, tzinfo=UTC), end_date=datetime(2026, 6, 30, 22, tzinfo=UTC))
    february = BalancePeriod(start_date=datetime(2026, 2, 1, tzinfo=UTC), end_date=datetime(2026, 3, 1, tzinfo=UTC))
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    assert configuration.contract == Contract(budget_seconds=192_000, ends=datetime(2027, 1, 1, tzinfo=UTC))
    assert (alpha.weight, alpha.minimum_allocation_seconds, alpha.target_usage_seconds) == (2.0, 3_600, 36_000)
    assert alpha.priority == Priority(weight=1.5, starts=midnight, ends=NOON, reason="the paper's deadline")
    assert (beta.hold, gamma.state, gamma.description) == (True, "ended", "over\nsince June")
    assert [configuration.period_of(entry) for entry in configuration.instances] == [year, february, year]


def test_the_defaults_of_version_3() -> None:
    """What version 3 leaves out has the documented defaults; a limit left out is not `none`."""
    configuration = read(HEAD + ENTRY)
    assert configuration.minimum_allocation_seconds == 60
    assert configuration.allocation_reserve_percent == 0
    assert configuration.change_threshold_percent == 1
    assert configuration.weighting == "activity"
    entry = configuration.instances[0]
    assert (entry.limit_seconds, entry.backends, entry.protect, entry.net_grants) == (Limit.KEEP, None, True, ())
    assert (entry.weight, entry.minimum_allocation_seconds, entry.priority) == (1, None, None)
    assert (entry.hold, entry.state, entry.target_usage_seconds) == (False, "active", None)
    assert (configuration.balance_period, configuration.contract) == (None, None)
    assert configuration.reopen_exhausted is False
    assert configuration.period_of(entry) is None


def test_an_older_file_means_the_same_as_one_of_version_3() -> None:
    """A file of the second dialect, written as version 3 without damping, is the same configuration."""
    shared = f"""\
minimum_allocation_seconds: 60
allocation_reserve_percent: 12.5
instances:
  - name: alpha
    crn: "{crn(1)}"
    limit_seconds: 1000
    net_grants:
      - start_date: "2026-03-01T12:00:00+00:00"
        net_grant_seconds: 50
      - start_date: 2026-03-01T14:00:00+02:00
        end_date: 2026-03-05T00:00:00Z
        net_grant_seconds: 50
"""
    head = f'account_id: "{ACCOUNT}"\nplan: premium\n'
    old, new = (parse_configuration(text) for text in (head + shared, HEAD + "change_threshold_percent: 0\n" + shared))
    assert (old.dialect, new.dialect) == (2, 3)
    assert old.configuration == new.configuration
    assert [grant.start_date for grant in old.configuration.instances[0].net_grants] == [NOON, NOON]


def test_an_older_file_is_not_damped() -> None:
    """The second dialect has no damping, and an empty limit there is one that is not given."""
    configuration = read(f'{OLD}instances:\n- name: a\n  crn: "{crn(1)}"\n  limit_seconds: null\n')
    assert configuration.change_threshold_percent == 0
    assert configuration.instances[0].limit_seconds == Limit.KEEP


def test_unknown_keys_of_an_older_file_are_warnings() -> None:
    """An older file may hold more: what is ignored is said with its place, and what was probably meant."""
    text = f'{OLD}api: {{}}\ninstances:\n  - name: a\n    crn: "{crn(1)}"\n    limit_secnds: 5\n    protect: false\n'
    loaded = parse_configuration(text, source="old.yaml")
    assert [str(warning) for warning in loaded.warnings] == [
        "old.yaml:4:1: api: is not a known key and is ignored",
        "old.yaml:8:5: instances[0].limit_secnds: is not a known key and is ignored (did you mean limit_seconds?)",
        "old.yaml:9:5: instances[0].protect: is not a known key and is ignored; it needs version: 3",
    ]
    assert loaded.configuration.instances[0].protect


@pytest.mark.parametrize(
    ("written", "plan"),
    [("Premium", "premium"), ("INTERNAL", "internal"), ("pay-as-you-go", "paygo"), ("standard", "paygo")],
)
def test_names_of_plans(written: str, plan: str) -> None:
    """A plan may be written in any case, and paygo by its other names."""
    assert read(HEAD.replace("premium", written) + ENTRY).plan == plan


def test_a_crn_is_put_into_the_form_of_the_service() -> None:
    """Capitals in the guid and a missing end are mended, so that the CRN matches the live list."""
    configuration = read(HEAD + ENTRY.replace(crn(1), crn(0xABC).replace("000abc", "000ABC").rstrip(":")))
    assert configuration.instances[0].crn == crn(0xABC)


def test_a_mapping_with_numbers_as_doubles() -> None:
    """A mapping means what the text does, also with the doubles and tuples of a deployment engine."""
    entry: dict[str, Any] = {"name": "alpha", "crn": crn(1), "limit_seconds": 36_000.0}
    mapping = {"version": 3.0, "account_id": ACCOUNT, "plan": "premium", "instances": (entry,)}
    limit = read(mapping).instances[0].limit_seconds
    assert read(mapping) == read(HEAD + ENTRY + "    limit_seconds: 10h\n")
    assert type(limit.seconds) is int


def test_the_model_holds_its_rules_without_a_file() -> None:
    """A model that is made in Python is held to the same rules as a file."""
    with pytest.raises(ValueError, match="excludes crn"):
        InstanceEntry(name="a", crn=crn(1), create=CreateBlock(target="us-east", resource_group="r"))
    with pytest.raises(ValueError, match="must be after start_date"):
        NetGrant(start_date=NOON, end_date=NOON, net_grant_seconds=1)
    twice = (InstanceEntry(name="a", crn=crn(1)), InstanceEntry(name="b", crn=crn(1)))
    with pytest.raises(ValueError, match=r"same crn as instances\[0\].crn"):
        ProjectConfiguration(account_id=ACCOUNT, plan="premium", instances=twice)


def test_a_later_finding_is_said_at_its_place() -> None:
    """What is found out later, such as an archived instance, can be reported at its line in the file."""
    loaded = parse_configuration(HEAD + ENTRY, source="p.yaml")
    assert str(loaded.problem(("instances", 0, "crn"), "is archived")) == "p.yaml:6:5: instances[0].crn: is archived"


def test_a_file(tmp_path: Path) -> None:
    """A file is read as its text is, and named in what is wrong with it."""
    file = tmp_path / "project.yaml"
    file.write_text(FULL, encoding="utf-8")
    assert load_configuration(file).configuration == read(FULL)
    file.write_text(FULL.replace("10m", "10x"), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refusal:
        load_configuration(file)
    assert str(refusal.value).startswith(f"{file}:4:1: minimum_allocation_seconds: wants")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, an empty directory and a file that is not text are refused in one line each."""
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nname: caf\xe9\n")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "empty" / "inner.yaml").mkdir(parents=True)
    reasons = {
        "missing.yaml": "there is no such file",
        "empty": "is a directory without a .yaml or .yml file: name the configuration file, or the folder of files",
        "latin.yaml": "is not UTF-8 (byte 0xe9): save the file as UTF-8",
        "loop": "cannot be read: Too many levels of symbolic links",
        "nul\0": "cannot be read: embedded null byte",
    }
    for name, reason in reasons.items():
        with pytest.raises(ConfigurationError) as refusal:
            load_configuration(tmp_path / name)
        assert str(refusal.value).endswith(reason)
        assert len(refusal.value.problems) == 1
