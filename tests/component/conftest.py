"""A desk with an account of three teams, and one instance that nobody configured."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import Fake
from tests.support.desk import Desk, desk, three_teams


@pytest.fixture
def fake() -> Fake:
    """The account: 100 000 s of budget, all of it allocated."""
    return three_teams()


@pytest.fixture
def at_desk(tmp_path: Path, fake: Fake) -> Iterator[Desk]:
    """The project folder, with the account served on loopback."""
    with desk(tmp_path, fake) as it:
        yield it
