"""The account of three teams, in place of the real IBM Cloud; and how much is compared with the peer."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum
from tests.support.desk import three_teams


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--accounts", type=int, help="So many random accounts are compared with qauvern's figures.")


@pytest.fixture
def fake() -> Iterator[Fake]:
    """The account: 100 000 s of budget, all of it allocated."""
    with mock_ibm_quantum(three_teams()) as fake:
        yield fake
