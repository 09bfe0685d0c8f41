"""The account of three teams, in place of the real IBM Cloud; and how much is compared with the peer."""

import time
from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.cloud import Credentials, Endpoints, connect
from pulumi_ibm_quantum.cloud.serverless import Serverless, Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, mock_ibm_quantum
from tests.support.desk import three_teams
from tests.support.serverless import HIDDEN, SPACE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--accounts", type=int, help="So many random accounts are compared with qauvern's figures.")


@pytest.fixture
def fake() -> Iterator[Fake]:
    """The account: 100 000 s of budget, all of it allocated."""
    with mock_ibm_quantum(three_teams()) as fake:
        yield fake


@pytest.fixture
def gateway(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Serverless:
    """The gateway with a function and a file; while a command sleeps, the account's clock goes on."""
    crn = fake.instance("idle").crn
    monkeypatch.setattr(time, "sleep", fake.advance)
    monkeypatch.setenv("QISKIT_IBM_INSTANCE", crn)
    found = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud()).serverless(crn)
    found.functions.upload(
        Upload("sampler", artifact=b"tar", version="1.2.0+sha.3f2a9c1d0b7e", env_vars={"PASSWORD": HIDDEN})
    )
    found.files.upload(SPACE, "a.txt", b"first")
    fake.forget_calls()
    return found
