"""What each command prints when the service refuses, stumbles or forgets: one line to act on, or none."""

from pathlib import Path

import pytest
from click.testing import Result

from pulumi_ibm_quantum.fake import Fake, Fault
from tests.support.command_line import configuration, one_line, run

MANAGER_KEY = "manager-key"
COMMANDS = {
    "analyze": ("analyze", "--config", "{}"),
    "page": ("analyze", "--format", "html", "--config", "{}"),
    "show": ("show", "--config", "{}"),
    "instances": ("instances", "--config", "{}"),
    "configure": ("configure", "--plan", "premium"),
    "doctor": ("doctor", "--config", "{}"),
}
pytestmark = pytest.mark.usefixtures("hurry")

NEED_THE_ACCOUNT = ("analyze", "page", "show")


@pytest.fixture
def path(fake: Fake, tmp_path: Path) -> str:
    return configuration(tmp_path, fake)


def call(command: str, path: str, **options: str) -> Result:
    return run(*(word.format(path) for word in COMMANDS[command]), **options)


def failed_check(result: Result, check: str) -> str:
    """Give doctor's row of a check, which must have failed; doctor prints its table whatever happens."""
    assert result.exit_code == 1
    assert result.stderr == ""
    row: str = next(line for line in result.stdout.splitlines() if line.startswith(check))
    assert "failed" in row
    return row


@pytest.mark.parametrize("command", COMMANDS)
def test_no_permission_on_the_account(fake: Fake, path: str, command: str) -> None:
    """A 403 names the permission; commands that need none of the account do their work."""
    result = call(command, path, key=MANAGER_KEY)

    if command in NEED_THE_ACCOUNT:
        assert "quantum-computing.account-configuration.read" in one_line(result)
        assert result.stdout == ""
    elif command == "doctor":
        assert "account-configuration.read" in failed_check(result, "read the account")
    else:
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize("command", [*NEED_THE_ACCOUNT, "instances", "doctor"])
def test_an_instance_that_is_gone_from_the_list(fake: Fake, path: str, command: str) -> None:
    """It is named, with what to do about it."""
    fake.change_instance("idle", state="removed")
    result = call(command, path)

    if command == "doctor":
        assert "idle" in failed_check(result, "configuration")
    else:
        said = one_line(result)
        assert "instance idle" in said
        assert "remove the entry" in said


@pytest.mark.parametrize("command", [*NEED_THE_ACCOUNT, "instances"])
def test_an_instance_that_is_deleted_while_it_is_read(fake: Fake, path: str, command: str) -> None:
    """It was in the list and its usage is not there any more: it is named, and a plan is not made around it."""
    fake.inject(Fault("usage.get", crn=fake.instance("idle").crn, status=404, count=None))
    result = call(command, path)

    assert "could not read the usage of instance idle: " in one_line(result)
    assert (result.stdout == "") is (command in ("analyze", "page"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("route", ["instances.list", "usage.get", "account.get", "analytics.grouped"])
def test_a_token_that_expires_in_the_middle(fake: Fake, path: str, command: str, route: str) -> None:
    """A fresh one is fetched, and nobody notices."""
    fake.inject(Fault(route, status=401))
    result = call(command, path)
    refused = [each for each in fake.calls if each.status == 401]

    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    assert sum(each.route == "iam.token" for each in fake.calls) == 1 + len(refused)


@pytest.mark.parametrize("command", COMMANDS)
def test_too_many_requests_for_a_moment(fake: Fake, pauses: list[float], path: str, command: str) -> None:
    """What says when to come back is asked again, and nobody notices."""
    fake.inject(*(Fault(route, status=429, retry_after="1", count=2) for route in ("instances.list", "usage.get")))
    result = call(command, path)

    assert result.exit_code == 0, result.output
    assert any(each.status == 429 for each in fake.calls)
    assert 1 in pauses


@pytest.mark.parametrize("command", COMMANDS)
def test_too_many_requests_for_good(fake: Fake, pauses: list[float], path: str, command: str) -> None:
    """After the retries it is one line with what was asked and the service's answer."""
    fake.inject(Fault("instances.list", status=429, retry_after="1", count=None))
    result = call(command, path)
    said = failed_check(result, "list instances") if command == "doctor" else one_line(result)

    assert "could not list the instances: 429" in said
    assert 1 in pauses


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", [{"status": 503}, {"malformed": True}, {"reset": True}], ids=str)
def test_a_page_of_instances_that_fails(fake: Fake, path: str, command: str, fault: dict[str, int]) -> None:
    """An account that was read in part counts as not read: one line, and no data."""
    for number in range(120):
        fake.add_instance(f"more-{number}", allocation_seconds=0)
    fake.inject(Fault("instances.list", nth=2, count=None, **fault))  # type: ignore[arg-type]
    result = call(command, path)

    if command == "doctor":
        failed_check(result, "list instances")
    else:
        assert "could not list the instances" in one_line(result)
        assert result.stdout == ""


def test_days_that_cannot_be_read_leave_no_half_a_page(fake: Fake, path: str) -> None:
    """The page's own calls fail like all others."""
    fake.inject(Fault("analytics.by_date", status=500, count=None))
    result = call("page", path)

    assert result.exit_code == 1
    # Each region's call that was under way says so; the second may not have begun when the first one failed.
    assert {line.count("could not read the usage of account") for line in result.stderr.splitlines()} == {1}
    assert result.stdout == ""
