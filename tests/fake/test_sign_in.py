"""Signing in, tokens and what a key may do."""

from __future__ import annotations

import time

import jwt
import pytest

from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY
from tests.support.fake_cloud import MANAGER_KEY, READER_KEY, Cloud


def test_a_token_is_a_jwt_with_the_claims_that_clients_read(cloud: Cloud) -> None:
    """IBM's clients decode ``iat`` and ``exp``, the serverless gateway ``iam_id`` and ``account.bss``."""
    answer = cloud.sign_in().json()
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert claims["account"]["bss"] == DEFAULT_ACCOUNT_ID
    assert claims["iam_id"].startswith("IBMid-")
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 3600
    assert abs(claims["iat"] - time.time()) < 10
    assert answer["expiration"] == claims["exp"]


def test_the_key_may_be_in_the_query_string(cloud: Cloud) -> None:
    """IBM's own acceptance suite signs in that way."""
    params = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": DEFAULT_API_KEY}
    url = f"{cloud.endpoints['IBMCLOUD_IAM_API_ENDPOINT']}/identity/token"
    assert cloud.session.post(url, params=params, timeout=10).status_code == 200


def test_a_wrong_key_is_400_with_ibms_code(cloud: Cloud) -> None:
    """The token service answers a wrong key with 400, not 401."""
    answer = cloud.sign_in("no-such-key")
    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "BXNIM0415E"
    assert answer.json()["errorMessage"] == "Provided API key could not be found."


def test_expired_tokens_are_refused_until_signing_in_again(cloud: Cloud) -> None:
    """After ``expire_tokens`` every service answers 401 to the old token and takes a new one."""
    cloud.fake.expire_tokens()
    assert cloud.controller("GET").status_code == 401
    assert cloud.quantum("/accounts/" + DEFAULT_ACCOUNT_ID).status_code == 401
    cloud.sign_in()
    assert cloud.controller("GET").status_code == 200


def test_a_token_lives_as_long_as_it_is_told_to(cloud: Cloud) -> None:
    """A lifetime of 0 seconds makes a token that is over at once, by the machine's clock."""
    cloud.fake.behaviour.token_lifetime_seconds = 0
    cloud.sign_in()
    assert cloud.controller("GET").status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer a.b.c", "Bearer nonsense", "Basic abc"])
def test_a_call_without_a_good_token_is_401(cloud: Cloud, authorization: str) -> None:
    """A missing, forged or foreign credential is 401."""
    cloud.session.headers["Authorization"] = authorization
    assert cloud.controller("GET").status_code == 401


def test_the_bare_key_signs_quantum_calls_only(cloud: Cloud) -> None:
    """``Authorization: apikey`` works on the quantum API and is 401 on the Resource Controller."""
    cloud.session.headers["Authorization"] = f"apikey {DEFAULT_API_KEY}"
    assert cloud.quantum("/accounts/" + DEFAULT_ACCOUNT_ID).status_code == 200
    assert cloud.controller("GET").status_code == 401
    cloud.session.headers["Authorization"] = "apikey wrong"
    assert cloud.quantum("/accounts/" + DEFAULT_ACCOUNT_ID).status_code == 401


def test_a_manager_writes_instances_but_sees_no_account(cloud: Cloud) -> None:
    """Without account rights, account and analytics are 403 and the message names the permission."""
    crn = cloud.fake.add_instance("a", allocation_seconds=100).crn
    cloud.sign_in(MANAGER_KEY)
    assert cloud.patch(crn, usage_allocation_seconds="200").status_code == 200
    assert cloud.quantum("/instances/usage", crn=crn).status_code == 200
    account = cloud.quantum("/accounts/" + DEFAULT_ACCOUNT_ID)
    analytics = cloud.quantum("/analytics/usage")
    assert [account.status_code, analytics.status_code] == [403, 403]
    assert "quantum-computing.account-configuration.read" in account.json()["errors"][0]["message"]
    assert "quantum-computing.account-analytics-usage.read" in analytics.json()["errors"][0]["message"]


def test_a_reader_reads_everything_and_writes_nothing(cloud: Cloud) -> None:
    """A reader's PATCH, POST and DELETE are 403 and leave everything as it was."""
    crn = cloud.fake.add_instance("a", allocation_seconds=100).crn
    cloud.sign_in(READER_KEY)
    assert cloud.quantum("/accounts/" + DEFAULT_ACCOUNT_ID).status_code == 200
    answers = [cloud.patch(crn, usage_allocation_seconds="200"), cloud.create(), cloud.controller("DELETE", crn)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert cloud.fake.changes == ()
    assert len(cloud.fake.writes) == 3
