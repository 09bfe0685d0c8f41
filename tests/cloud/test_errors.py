"""What a failure says, and what it holds for whoever wants to act on it."""

import pytest
import requests

from pulumi_ibm_quantum.cloud import (
    Cloud,
    Credentials,
    Endpoints,
    Forbidden,
    NotFound,
    Refused,
    Settings,
    Unreachable,
    connect,
)
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, ApiKey, Fake, Fault, Role
from pulumi_ibm_quantum.vocabulary import Limit, find_plan

PREMIUM = find_plan("premium").plan_id
ACCOUNT_PERMISSION = "quantum-computing.account-configuration.read"


def without_rights(fake: Fake) -> Cloud:
    """Connect with a key that may not read the account."""
    fake.account.api_keys["manager-key"] = ApiKey("manager-key", Role.MANAGER)
    return connect(Credentials("manager-key"), Endpoints.of_ibm_cloud())


def test_a_missing_permission_is_named_once(fake: Fake) -> None:
    """The service names it, so the hint says only what to do about it and who can."""
    with pytest.raises(Forbidden) as caught:
        without_rights(fake).quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
    error = caught.value

    assert str(error) == (
        f"could not read the budget of account {DEFAULT_ACCOUNT_ID}: 403 You are not authorized to perform "
        f"{ACCOUNT_PERMISSION}. (transaction {error.transaction_id}); the API key needs this permission (an "
        "administrator of the account has it)"
    )


def test_a_missing_permission_that_the_service_does_not_name_is_named(fake: Fake) -> None:
    """Where the service only says no, the sentence says which permission the call needs."""
    fake.inject(Fault("account.get", status=403, body={"message": "Forbidden"}))
    with pytest.raises(Forbidden, match=rf"403 Forbidden .*; the API key needs the permission {ACCOUNT_PERMISSION} \("):
        without_rights(fake).quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)


def test_a_refusal_holds_what_it_says(fake: Fake) -> None:
    """Status, permission, transaction, text and address can be had without taking the sentence apart."""
    with pytest.raises(Forbidden) as caught:
        without_rights(fake).quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
    error = caught.value

    assert (error.status, error.permission) == (403, ACCOUNT_PERMISSION)
    assert error.purpose == f"read the budget of account {DEFAULT_ACCOUNT_ID}"
    assert error.text == f"You are not authorized to perform {ACCOUNT_PERMISSION}."
    assert error.url == f"https://quantum.cloud.ibm.com/api/v1/accounts/{DEFAULT_ACCOUNT_ID}"
    assert len(error.transaction_id) == 36


def test_a_refusal_that_passes_says_when_to_come_back(fake: Fake, cloud: Cloud) -> None:
    """A create is not repeated by the client; whoever repeats it knows how long to wait."""
    fake.inject(Fault("instances.create", status=429, retry_after="7"))
    with pytest.raises(Refused) as caught:
        cloud.resource_controller.create(
            name="a", target="us-east", resource_group="g", plan_id=PREMIUM, settings=Settings(100, Limit.NONE)
        )

    assert caught.value.retry_after_seconds == 7


def test_no_answer_keeps_its_cause(fake: Fake, cloud: Cloud) -> None:
    """What the HTTP client met is there for whoever looks into it; the sentence stays short."""
    fake.inject(Fault("account.get", reset=True, count=None))
    with pytest.raises(Unreachable) as caught:
        cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
    error = caught.value

    assert isinstance(error.cause, requests.ConnectionError)
    assert error.url.startswith("https://quantum.cloud.ibm.com/api/v1/accounts/")
    assert str(error) == (
        f"could not read the budget of account {DEFAULT_ACCOUNT_ID}: no connection to https://quantum.cloud.ibm.com, "
        "or it broke off"
    )


def test_an_instance_whose_name_is_known_is_named_by_it(fake: Fake, cloud: Cloud) -> None:
    """In our words and in the service's: nobody knows an instance by its CRN."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("usage.get", status=404, body={"message": f"The instance {crn} was not found."}))
    with pytest.raises(NotFound, match=crn) as caught:
        cloud.quantum_platform.instance_usage(crn)
    told = str(caught.value.about("optics"))

    assert told.startswith("could not read the usage of instance optics: 404 The instance optics was not found. (trans")
    assert "crn:" not in told
