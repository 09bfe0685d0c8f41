"""The project of three teams under git, applied once, and a branch on which ``calm`` counts one and a half times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import Fake
from tests.support.desk import desk, three_teams
from tests.support.pipelines import Pipeline


@pytest.fixture
def fake() -> Fake:
    """The account of three teams, as it was ten minutes ago: the age of a snapshot is told by this machine's clock."""
    return three_teams(datetime.now(UTC) - timedelta(minutes=10))


@pytest.fixture
def main_branch(tmp_path: Path, fake: Fake) -> Iterator[Pipeline]:
    """The project under git, as it is before the change; nothing has been applied."""
    with desk(tmp_path, fake) as at:
        it = Pipeline(at)
        it.git("init", "-q", "-b", "main")
        (it.folder / ".gitignore").write_text("state/\nout/\n*.json\n", encoding="utf-8")
        it.commit("the account as code")
        yield it


@pytest.fixture
def pipeline(main_branch: Pipeline) -> Pipeline:
    """The change, checked out."""
    main_branch.git("checkout", "-q", "-b", "change")
    main_branch.weigh("calm", 1.5)
    main_branch.commit("calm counts for more")
    return main_branch


@pytest.fixture
def applied(main_branch: Pipeline, request: pytest.FixtureRequest, fake: Fake) -> Pipeline:
    """The change, checked out where what was before it has been applied."""
    assert main_branch.at.up().ok
    fake.forget_calls()
    it: Pipeline = request.getfixturevalue("pipeline")
    return it
