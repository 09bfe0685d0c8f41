"""``ibm-quantum functions run``: asked first, sent once, followed to its end, and what each exit status says."""

import io
import json
import shlex
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_ibm_quantum.cli import progress
from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.cloud.serverless import Serverless, Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from pulumi_ibm_quantum.fake.messages import Request, Response
from pulumi_ibm_quantum.fake.serverless_model import Provider
from tests.support.command_line import run
from tests.support.serverless import listed, started

RUN = "serverless.functions.run"
_sleep = time.sleep


def routes(fake: Fake) -> list[str]:
    return [call.route for call in fake.calls]


class Terminal(io.StringIO):
    """Standard error that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_the_status_change(
    fake: Fake, gateway: Serverless, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that is gone at the end, while standard output has the id alone."""
    terminal = Terminal()

    def wait_until_drawn(seconds: float) -> None:
        (job,) = gateway.jobs.list()
        for _ in range(2000):
            if f"{job.detailed_status} (" in terminal.getvalue():
                break
            _sleep(0.01)
        else:
            pytest.fail(f"{job.detailed_status} does not show")
        fake.advance(10 * seconds)

    monkeypatch.setattr(time, "sleep", wait_until_drawn)
    monkeypatch.setattr(progress, "_PATIENCE_SECONDS", 0.001)
    monkeypatch.setattr(progress, "_REDRAW_SECONDS", 0.001)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("IBMCLOUD_API_KEY", DEFAULT_API_KEY)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("CI", raising=False)
    ibm_quantum.main(["functions", "run", "sampler", "--wait"], standalone_mode=False)

    assert "RUNNING: OPTIMIZING_FOR_HARDWARE (" in terminal.getvalue()
    assert capsys.readouterr().out.strip() == gateway.jobs.list()[0].job_id
    assert not [thread for thread in threading.enumerate() if thread.name == "progress"]


def out_of_time(fake: Fake) -> None:
    fake.change_instance("idle", limit_seconds=100)
    fake.add_usage("idle", 100)


CASES: list[tuple[Callable[[Fake], object], list[str], tuple[int, int, str]]] = [
    (
        lambda fake: setattr(fake.behaviour, "job_fails", True),
        ["--wait"],
        (1, 1, "ended as ERROR; see ibm-quantum jobs"),
    ),
    (lambda _: None, ["--wait", "--timeout", "0"], (4, 1, "is still QUEUED. It goes on: ibm-quantum jobs show")),
    (
        lambda fake: fake.inject(Fault("serverless.jobs.get", status=403)),
        ["--wait"],
        (4, 1, "The job may go on: ibm-quantum jobs show"),
    ),
    (lambda fake: fake.inject(Fault(RUN, status=423)), [], (1, 1, "could not run function 'sampler': 423")),
    (lambda fake: fake.inject(Fault(RUN, status=500)), ["--wait"], (4, 1, "It may run all the same")),
    (out_of_time, [], (3, 0, "its limit of 1m 40s is reached; time returns on 2026-12-16, if")),
    (
        lambda fake: fake.change_instance("idle", limit_seconds=100),
        ["--needs", "2m"],
        (3, 0, "1m 40s is left, and 2m is needed"),
    ),
    (out_of_time, ["--anyway"], (0, 1, "its limit of 1m 40s is reached")),
    (lambda _: None, ["--timeout", "1m"], (2, 0, "--timeout goes with --wait")),
    (lambda fake: fake.inject(Fault("usage.get", status=403)), [], (0, 1, "not known: ")),
]


@pytest.mark.parametrize(("prepare", "arguments", "expected"), CASES)
def test_the_exit_status_says_what_became_of_it(
    fake: Fake,
    gateway: Serverless,
    prepare: Callable[[Fake], object],
    arguments: list[str],
    expected: tuple[int, int, str],
) -> None:
    """0 for DONE alone; a pipeline tells a failure from an instance without time, and from what may be running."""
    status, sent, message = expected
    prepare(fake)
    result = run("functions", "run", "sampler", *arguments)

    assert result.exit_code == status, result.output
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert routes(fake).count(RUN) == sent


def test_what_is_given_is_sent(
    fake: Fake, gateway: Serverless, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arguments, and one of the function's sizes."""
    path, sent = tmp_path / "arguments.json", list[Request]()
    path.write_text('{"shots": 10}', encoding="utf-8")
    handle = fake.handle

    def watch(request: Request) -> Response:
        sent.append(request)
        return handle(request)

    monkeypatch.setattr(fake, "handle", watch)
    started("--arguments", str(path), "--size", "L")
    (body,) = [json.loads(request.body) for request in sent if request.path.endswith("/run/")]

    assert (json.loads(body["arguments"]), body["function_size"]) == ({"shots": 10}, "L")


def test_a_backend_that_the_arguments_name_is_looked_up(fake: Fake, gateway: Serverless, tmp_path: Path) -> None:
    """As IBM's own check does it."""
    path = tmp_path / "arguments.json"
    path.write_text('{"backend_name": "ibm_nosuch"}', encoding="utf-8")
    result = run("functions", "run", "sampler", "--arguments", str(path))

    assert result.exit_code == 3
    assert "ibm_nosuch is not among its backends; nothing was sent" in result.stderr


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("function", ["sampler", "acme/theirs"])
def test_a_lost_answer_is_not_asked_for_again(fake: Fake, gateway: Serverless, function: str) -> None:
    """The run is sent once, and what the message says finds the job."""
    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}))
    gateway.functions.upload(Upload("theirs", provider="acme", artifact=b"x"))
    run("functions", "run", function)
    fake.advance(3600)
    fake.inject(Fault.lost_answer(RUN))
    fake.forget_calls()
    result = run("functions", "run", function, "--wait", "--instance", fake.instance("idle").crn)
    (line,) = result.stderr.splitlines()[1:]
    command = shlex.split(line.partition("look for it with ")[2])

    assert result.exit_code == 4
    assert routes(fake).count(RUN) == 1
    assert command[0] == "ibm-quantum"
    assert listed(*command[3:]) == [gateway.jobs.list()[0].job_id]
    assert len(gateway.jobs.list()) == 2


def test_whoever_no_longer_waits_is_told_of_the_job(
    fake: Fake, gateway: Serverless, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted it stops nothing, and says by what to look at it again."""

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)
    result = run("functions", "run", "sampler", "--wait")

    assert result.exit_code == 4
    assert f"The job goes on: ibm-quantum jobs show {result.stdout.strip()}\n" in result.stderr
    assert [job.status for job in gateway.jobs.list()] == ["QUEUED"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("{\n  'a': 1}", "arguments.json:2:3: not JSON"),
        ("[1]", "arguments.json: arguments are a JSON object, not a list"),
        (b"\xff\xfe\xfd", "arguments.json is not JSON that can be read"),
        ("[" * 100_000, "arguments.json is not JSON that can be read"),
    ],
)
def test_arguments_that_are_none_are_refused(
    fake: Fake, gateway: Serverless, tmp_path: Path, arguments: str | bytes, message: str
) -> None:
    """With status 2 and before anybody is asked."""
    path = tmp_path / "arguments.json"
    path.write_bytes(arguments if isinstance(arguments, bytes) else arguments.encode())
    result = run("functions", "run", "sampler", "--arguments", str(path))

    assert result.exit_code == 2
    assert message in result.stderr
    assert not fake.calls
