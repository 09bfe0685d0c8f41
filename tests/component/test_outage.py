"""A key that is missing or wrong, and services that are down, in a run of many resources: one sentence, at once."""

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.engine import Style, render
from pulumi_ibm_quantum.engine.state.passphrase import new_crypter
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.command_line import one_line
from tests.support.desk import Desk

COMMANDS = (("preview",), ("up", "--yes"), ("refresh", "--yes", "--skip-preview"), ("destroy", "--yes"))


@pytest.fixture
def at_desk(at_desk: Desk, fake: Fake) -> Desk:
    """Twenty teams more, all managed by now."""
    fake.change_instance("idle", allocation_seconds=30_000)
    teams = [fake.add_instance(f"team-{number}", allocation_seconds=100) for number in range(20)]
    entries = [{"name": one.name, "crn": one.crn} for one in teams]
    at_desk.configure(instances=[*at_desk.configuration["instances"], *entries])
    assert at_desk.up().ok
    fake.forget_calls()
    return at_desk


def run(desk: Desk, *arguments: str, **environment: str | None) -> Result:
    """Run a command in the project's folder."""
    where = ("--cwd", str(desk.folder), "--stack", "test")
    return CliRunner().invoke(ibm_quantum, [*arguments, *where], env={**desk.environment, **environment})


def calls(fake: Fake) -> list[str]:
    return [call.route for call in fake.calls]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (None, "Error: no API key: set IBMCLOUD_API_KEY"),
        ("wrong", "Error: could not sign in: the API key was refused (BXNIM0415E)"),
    ],
)
def test_without_a_key_that_is_good_nothing_begins(at_desk: Desk, fake: Fake, key: str | None, sentence: str) -> None:
    """It is one line, and not one for each resource; nothing but the key is sent, and the state stays as it was."""
    before = at_desk.state()["resources"]
    for command in COMMANDS:
        result = run(at_desk, *command, IBMCLOUD_API_KEY=key)

        assert one_line(result) == sentence
        assert result.stdout == ""
        assert at_desk.state()["resources"] == before
    assert set(calls(fake)) == ({"iam.token"} if key else set())


def test_a_sign_in_that_nobody_answers_ends_the_run(at_desk: Desk, fake: Fake) -> None:
    """After the tries of one call, in one line, however many resources there are."""
    fake.inject(Fault("iam.token", status=503, retry_after="0.01", count=None))

    assert one_line(run(at_desk, "preview")).endswith("/iam answered 503")
    assert calls(fake) == ["iam.token"] * 5


def test_a_key_in_the_stacks_secret_settings_is_enough(at_desk: Desk, fake: Fake) -> None:
    """What the providers would find is looked at, in the settings and, where no program runs, in the state."""
    crypter = new_crypter("passphrase")
    settings = f"encryptionsalt: {crypter.salt}\nconfig:\n  ibm-quantum:apiKey:\n    secure: "
    path = at_desk.folder / "stacks" / "Pulumi.test.yaml"
    path.write_text(f"{settings}{crypter.encrypt(DEFAULT_API_KEY)}\n", encoding="utf-8")
    for command in (("up", "--yes", "--skip-preview"), ("refresh", "--preview-only")):
        result = run(at_desk, *command, IBMCLOUD_API_KEY=None)
        assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("route", "sentence"),
    [
        ("iam.token", "could not sign in: "),
        ("instances.list", "could not list the instances: 503 The fake was told to answer 503. (transaction "),
    ],
)
def test_what_is_down_for_all_resources_is_told_once(at_desk: Desk, fake: Fake, route: str, sentence: str) -> None:
    """Also where nobody looked before: with some names and the number of the others, with the calls of one."""
    fake.inject(Fault(route, status=503, retry_after="0.05", count=None))
    result = at_desk.refresh()
    report = render(result, Style())

    assert not result.ok
    assert calls(fake).count(route) <= 20
    (line,) = [line for line in report.splitlines() if line.startswith("error")]
    assert line.startswith("error: ibm-quantum:InstanceAllocation ")
    assert f" and 18 more: {sentence}" in line
    assert len(report.splitlines()) == 6
