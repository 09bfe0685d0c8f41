"""An IBM Cloud to try the client on, in this process, and a connection to it."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect, http_client
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.resources import settling


@pytest.fixture
def fake() -> Iterator[Fake]:
    """An account on plan premium with nothing in it, in place of the real IBM Cloud."""
    with mock_ibm_quantum() as fake:
        yield fake


@pytest.fixture
def cloud(fake: Fake) -> Cloud:
    """A connection to the fake as the account's administrator."""
    return connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for little where the product waits for long."""
    monkeypatch.setattr(http_client, "_BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(settling, "_FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(settling, "WRITE_DEADLINE_SECONDS", 2.0)
