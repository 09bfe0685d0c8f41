"""The scripts over the real Pulumi CLI: they end alike, and leave the stack's settings alone."""

from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import Fake
from tests.support.either_engine import WITH_THE_CLI
from tests.support.pipelines import Pipeline

pytestmark = WITH_THE_CLI


@pytest.fixture
def with_cli(applied: Pipeline, tmp_path: Path) -> Pipeline:
    """Jobs that use the CLI, on the state that the embedded engine has left."""
    home = str(tmp_path / "home")
    applied.environment |= {"ENGINE": "pulumi", "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    return applied


def test_the_scripts_end_alike_under_the_cli(with_cli: Pipeline, fake: Fake) -> None:
    """Nothing drifted; a guard stops a large change; attended it is applied; then there is nothing to do."""
    settings = with_cli.folder / "stacks" / "Pulumi.test.yaml"
    before = settings.read_bytes()
    fake.add_usage("calm", 12_000)
    assert with_cli.job("drift.sh").returncode == 0
    guarded = with_cli.job("update.sh")
    assert guarded.returncode == 3, guarded.stdout
    assert fake.writes == ()
    headlines = []
    for settings_of_job in ({"ATTENDED": "true"}, {}):
        done = with_cli.job("update.sh", **settings_of_job)
        assert done.returncode == 0, done.stdout + done.stderr
        headlines.append((with_cli.out / "update.md").read_text().splitlines()[0])

    assert headlines == ["**Applied.**", "**Nothing to do.**"]
    assert settings.read_bytes() == before


def test_a_lock_of_somebody_else_survives_a_job(with_cli: Pipeline, fake: Fake) -> None:
    """The update fails with who holds it, and what releases locks afterwards leaves it."""
    lock = with_cli.at.state_folder / ".pulumi" / "locks" / "organization" / "ibm-quantum-account" / "test" / "a.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text('{"pid": 1, "username": "runner", "hostname": "elsewhere", "timestamp": "2026-11-01T00:00:00Z"}')
    update, release = with_cli.job("update.sh"), with_cli.job("release.sh")

    assert (update.returncode, release.returncode) == (1, 0)
    assert "runner@elsewhere" in (with_cli.out / "update.md").read_text()
    assert lock.exists()
    assert fake.writes == ()
