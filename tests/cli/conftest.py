"""The account of three teams, in place of the real IBM Cloud."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum
from tests.support.desk import three_teams


@pytest.fixture
def fake() -> Iterator[Fake]:
    """The account: 100 000 s of budget, all of it allocated."""
    with mock_ibm_quantum(three_teams()) as fake:
        yield fake
