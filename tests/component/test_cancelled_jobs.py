"""A job of a pipeline that is cancelled or killed: what it leaves, and that the next one finishes the work."""

import signal
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import Fake, Fault
from tests.support.desk import NEW, Desk
from tests.support.engine_process import PATIENCE_SECONDS, start_command, wait_for

pytestmark = pytest.mark.started_as_installed
UP = ("up", "--yes", "--skip-preview")


def job(at: Desk, *arguments: str) -> subprocess.Popen[str]:
    return start_command(at.folder, at.environment, *arguments, "--stack", "test")


def run_until(at: Desk, condition: Callable[[], bool], sent: signal.Signals) -> str:
    """Start an update, send it a signal at some moment; give what it printed by its end, which must come."""
    process = job(at, *UP)
    wait_for(condition)
    process.send_signal(sent)
    stdout, _ = process.communicate(timeout=PATIENCE_SECONDS)
    return stdout


def next_job(at: Desk) -> str:
    """Run an update to its good end, and a preview that must find nothing; give what they print."""
    said = ""
    for arguments in (UP, ("preview", "--expect-no-changes")):
        process = job(at, *arguments)
        stdout, stderr = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, stdout + stderr
        said += stdout + stderr
    return said


def managed(at: Desk, kind: str) -> dict[str, Any]:
    """The resources of a kind in the state, by name."""
    return {
        resource["urn"].rpartition("::")[2]: resource
        for resource in at.state()["resources"]
        if resource["type"].endswith(f":{kind}")
    }


def names(fake: Fake) -> list[str]:
    return [one.name for one in fake.account.instances]


def test_provisioning_is_given_up_and_the_instance_kept(at_desk: Desk, fake: Fake) -> None:
    """A cancelled job that waits for an instance ends without it; the state has its id, the next job goes on."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], NEW])
    fake.behaviour.provisioning_seconds = 10_000
    said = run_until(at_desk, lambda: "new" in names(fake), signal.SIGINT)

    assert "waiting up to 600 seconds for" in said
    assert managed(at_desk, "Instance")["new"]["id"] == fake.instance("new").crn
    assert managed(at_desk, "Instance")["new"]["outputs"]["state"] == "provisioning"
    assert "pending_operations" not in at_desk.state()
    fake.account.clock.advance(10_001)
    assert "locked" not in next_job(at_desk)
    assert names(fake).count("new") == 1
    assert set(managed(at_desk, "InstanceAllocation")) == {"busy", "calm", "idle", "new"}


def test_a_kill_needs_no_person(at_desk: Desk, fake: Fake) -> None:
    """The next job takes over the lock; taking an instance over creates nothing, so nobody is sent to look for it."""
    fake.inject(Fault("instances.update", delay_seconds=10, count=None))
    run_until(at_desk, lambda: any(call.route == "instances.update" for call in fake.calls), signal.SIGKILL)
    fake.clear_faults()
    at_desk.configure(instances=[one for one in at_desk.configuration["instances"] if one["name"] != "idle"])
    said = next_job(at_desk)

    assert "was removed: that process is gone" in said
    assert "interrupted" not in said
    assert fake.highest_total() <= 100_000
