"""What all tests share; a folder whose tests want another account or client overrides `fake` or `cloud`."""

import signal
import time
from collections.abc import Iterator

import pytest
from hypothesis import settings

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect, http_client
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, mock_ibm_quantum

# A suite in the background of a shell is told to ignore interrupts, and would tell so whatever it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("default", deadline=None, print_blob=True)
settings.load_profile("default")


@pytest.fixture
def fake() -> Iterator[Fake]:
    """An account on plan premium with nothing in it, in place of the real IBM Cloud."""
    with mock_ibm_quantum() as fake:
        yield fake


@pytest.fixture
def cloud(fake: Fake) -> Cloud:
    """A connection to the fake as the account's administrator."""
    return connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that anyone makes, in seconds, recorded in place of being waited for; a hundred are too many."""
    recorded: list[float] = []

    def record(seconds: float) -> None:
        assert len(recorded) < 100, "it waits for something that does not come"
        recorded.append(seconds)

    monkeypatch.setattr(time, "sleep", record)
    return recorded


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for little where the product waits for long."""
    monkeypatch.setattr(http_client, "_BACKOFF_SECONDS", 0.001)
