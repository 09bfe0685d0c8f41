"""The account of three teams, and all of it observed."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import Observation, Scope, observe
from tests.support.changes import teams
from tests.support.desk import three_teams


@pytest.fixture
def fake() -> Iterator[Fake]:
    """100 000 s of budget, all of it allocated, to three teams and to an instance that nobody configured."""
    fake = three_teams()
    with mock_ibm_quantum(fake):
        yield fake


@pytest.fixture
def observation(fake: Fake, cloud: Cloud) -> Observation:
    """Everything of it that a configuration to come may need."""
    return observe(cloud, Scope(teams(fake), whole=True))
