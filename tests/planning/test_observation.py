"""An observed account as a value: written, read again, compared and decided on."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import Observation, PlanningError, Scope, decide, observe
from tests.support.random_accounts import random_account

pytestmark = pytest.mark.usefixtures("hurry")


def observed(fake: Fake, cloud: Cloud) -> Observation:
    """Everything of an account with a net grant and a balance period."""
    crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=500).crn
    fake.add_usage("a", 40, when=fake.now - timedelta(days=2))
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "balance_period": {"start_date": fake.now - timedelta(days=9), "end_date": fake.now + timedelta(days=9)},
        "instances": [
            {
                "name": "a",
                "crn": crn,
                "limit_seconds": 500,
                "target_usage_seconds": 400,
                "net_grants": [{"start_date": fake.now - timedelta(days=3), "net_grant_seconds": 10}],
            }
        ],
    }
    return observe(cloud, Scope(parse_configuration(document).configuration))


def test_an_observation_reads_back_as_it_was_written(fake: Fake, cloud: Cloud) -> None:
    """Windows, days, periods and limits included; the digest is the same."""
    observation = observed(fake, cloud)
    again = Observation.from_json(observation.to_json())

    usage = observation.usage[fake.instance("a").crn]
    assert sum(usage.by_day.values()) == 40
    assert list(usage.since.values()) == [40]
    assert again == observation
    assert again.digest == observation.digest


def test_the_canonical_form_is_one_line_with_keys_in_order(fake: Fake, cloud: Cloud) -> None:
    """So that equal accounts have equal digests, whoever wrote them."""
    text = observed(fake, cloud).to_json()
    document = json.loads(text)

    assert "\n" not in text
    assert json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")) == text
    assert document["schema"] == "ibm-quantum-observation-1"


def test_an_observation_holds_no_secret(fake: Fake, cloud: Cloud) -> None:
    """Neither the key nor a token is in what is saved."""
    text = observed(fake, cloud).to_json()

    assert DEFAULT_API_KEY not in text
    assert "Bearer" not in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "is not an observed account of the form ibm-quantum-observation-1"),
        ('{"schema": "ibm-quantum-observation-2"}', "is not an observed account of the form"),
        ('{"schema": "ibm-quantum-observation-1"}', "account_id: Field required"),
    ],
)
def test_what_is_no_observation_is_refused(text: str, sentence: str) -> None:
    """A later form, another file, a truncated one."""
    with pytest.raises(ValueError, match=r"observed account|required") as refused:
        Observation.from_json(text)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("seed", range(5))
def test_a_saved_observation_gives_the_same_decision(seed: int) -> None:
    """Nothing that is decided on stays behind when an account is saved."""
    fake, document = random_account(seed)
    configuration = parse_configuration(document).configuration
    with mock_ibm_quantum(fake):
        observation = observe(connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud()), Scope(configuration))

    again = Observation.from_json(observation.to_json())
    assert decide(configuration, again) == decide(configuration, observation)


def test_what_was_observed_for_another_configuration_may_not_be_enough(fake: Fake, cloud: Cloud) -> None:
    """A net grant, a balance period or an entry that came later is named, and nothing is balanced on a guess."""
    crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=500).crn
    other = fake.add_instance("b", allocation_seconds=100).crn
    document: dict[str, Any] = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": "a", "crn": crn, "limit_seconds": 500}],
    }
    observation = observe(cloud, Scope(parse_configuration(document).configuration))
    start, end = fake.now - timedelta(days=3), fake.now + timedelta(days=3)
    period = {"balance_period": {"start_date": start, "end_date": end}}
    [entry] = document["instances"]
    later: dict[str, dict[str, Any]] = {
        "a": {"instances": [{**entry, "net_grants": [{"start_date": start, "net_grant_seconds": 10}]}]},
        "a ": {"instances": [{**entry, "target_usage_seconds": 400}], **period},
        "b": {"instances": [entry, {"name": "b", "crn": other}]},
    }
    for name, changes in later.items():
        with pytest.raises(PlanningError, match=f"^instance {name.strip()}: what was observed lacks usage"):
            decide(parse_configuration({**document, **changes}).configuration, observation)


def test_another_account_is_not_decided_on(fake: Fake, cloud: Cloud) -> None:
    """Nor is another plan of the same account."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": "a", "crn": crn}],
    }
    configuration = parse_configuration(document).configuration
    observation = observe(cloud, Scope(configuration))
    for other in (replace(observation, account_id="other"), replace(observation, plan="internal")):
        with pytest.raises(PlanningError, match=r"^what was observed is plan \S+ of account"):
            decide(configuration, other)
