"""One account, reached through each front door in turn: what holds behind the others must hold over TCP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.fake import Fake, FakeAdapter, mock_ibm_quantum, serve
from tests.support.fake_cloud import PRODUCTION, Cloud, make_fake


@pytest.fixture
def fake() -> Fake:
    """Give an empty account with a budget of 1000 seconds on plan premium."""
    return make_fake()


@pytest.fixture(params=["mock", "adapter", "server"])
def door(request: pytest.FixtureRequest) -> str:
    """Give the name of each front door in turn."""
    name: str = request.param
    return name


@pytest.fixture
def cloud(door: str, fake: Fake) -> Iterator[Cloud]:
    """Give a signed-in client, through a front door."""
    if door == "mock":
        with mock_ibm_quantum(fake):
            cloud = Cloud(fake, PRODUCTION)
            cloud.sign_in()
            yield cloud
    elif door == "adapter":
        cloud = Cloud(fake, PRODUCTION)
        cloud.session.mount("https://", FakeAdapter(fake))
        cloud.sign_in()
        yield cloud
    else:
        with serve(fake) as server:
            cloud = Cloud(fake, server.environment)
            cloud.sign_in()
            with cloud.session:
                yield cloud
