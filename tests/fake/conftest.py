"""One account, reached through each front door in turn: what holds behind the mock must hold over TCP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum, serve
from tests.support.fake_cloud import PRODUCTION, Cloud, make_fake


@pytest.fixture
def fake() -> Fake:
    """Give an empty account with a budget of 1000 seconds on plan premium."""
    return make_fake()


@pytest.fixture(params=["mock", "server"])
def cloud(request: pytest.FixtureRequest, fake: Fake) -> Iterator[Cloud]:
    """Give a signed-in client, through each front door in turn."""
    if request.param == "mock":
        with mock_ibm_quantum(fake):
            cloud = Cloud(fake, PRODUCTION)
            cloud.sign_in()
            yield cloud
    else:
        with serve(fake) as server:
            cloud = Cloud(fake, server.environment)
            cloud.sign_in()
            with cloud.session:
                yield cloud
