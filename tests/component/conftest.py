"""A desk with an account of three teams, and one instance that nobody configured; programs start in milliseconds."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import Fake
from tests.support.desk import Desk, desk, three_teams
from tests.support.preloaded import HAS_PRELOADED, preloading


@pytest.fixture(scope="session")
def python() -> Iterator[str]:
    """The path of what starts as Python does, with everything imported."""
    if not HAS_PRELOADED:
        yield sys.executable
        return
    with preloading() as preloaded:
        yield str(Path(preloaded.address).with_name("python"))


@pytest.fixture(autouse=True)
def _started_quickly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, python: str) -> None:
    """Start programs and providers so; the tests of the commands start them as users do."""
    if not {"started_as_installed", "pulumi_cli"} & set(request.keywords):
        monkeypatch.setattr(sys, "executable", python)


@pytest.fixture
def fake() -> Fake:
    """The account: 100 000 s of budget, all of it allocated."""
    return three_teams()


@pytest.fixture
def at_desk(tmp_path: Path, fake: Fake) -> Iterator[Desk]:
    """The project folder, with the account served on loopback."""
    with desk(tmp_path, fake) as it:
        yield it
