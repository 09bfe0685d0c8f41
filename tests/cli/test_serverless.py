"""``ibm-quantum functions``, ``files``, ``jobs`` and ``backends``: Qiskit Serverless for people and for pipelines."""

import json
import os
import time
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.cloud import connect_from_environment
from pulumi_ibm_quantum.cloud.serverless import DETAILED_STATUSES, Serverless, Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault, serve
from pulumi_ibm_quantum.fake.serverless_model import Provider
from pulumi_ibm_quantum.report.layout import display_width
from tests.support.command_line import configuration, one_line, run
from tests.support.desk import three_teams
from tests.support.serverless import HIDDEN, SPACE, listed, started

HOSTILE = "\x1b[2J\x07gone\ntwo\u202etxt"


def test_the_whole_story_shows_no_secret(fake: Fake, gateway: Serverless, tmp_path: Path) -> None:
    """Uploaded, run to its end, its logs and result taken, another one stopped; not even the log has a secret."""
    data, result = tmp_path / "circuits.json", tmp_path / "result.json"
    data.write_text("{}", encoding="utf-8")
    steps = [run("-v", "files", "upload", "sampler", str(data)), run("-v", "functions", "show", "sampler")]
    ended = run("-v", "functions", "run", "sampler", "--arguments", "-", "--wait", standard_input='{"shots": 10}')
    job = ended.stdout.strip()
    steps += [ended, run("-v", "jobs", "logs", job), run("-v", "jobs", "result", job, "-o", str(result))]
    steps += [run("-v", "jobs", "show", job), run("-v", "jobs", "stop", other := started()), run("-v", "jobs", "list")]

    assert [one.exit_code for one in steps] == [0] * len(steps), [one.output for one in steps]
    assert gateway.files.list(SPACE) == ["a.txt", "circuits.json"]
    assert f"DONE: ibm-quantum jobs result {job}" in ended.stderr
    assert steps[3].stdout == "nothing was executed\n"
    assert json.loads(result.read_bytes()) == {"result": "nothing was executed"}
    assert "DONE" in steps[5].stdout
    assert [one.job_id for one in gateway.jobs.list(status="CANCELING")] == [other]
    for one in steps:
        assert "pulumi_ibm_quantum[" in one.stderr
        assert DEFAULT_API_KEY not in one.output
        assert HIDDEN not in one.output


def test_each_status_is_shown_as_ibms_client_has_it(fake: Fake, gateway: Serverless) -> None:
    """In eighty columns, the job's id whole; as the detailed status that a filter takes, too."""
    job, seen = started(), []
    while (shown := json.loads(run("jobs", "show", job, "--format", "json").stdout))["has_ended"] is False:
        seen.append(shown["status"])
        table = run("jobs", "list", "--status", shown["status"], columns="80").stdout
        assert ["STATUS", shown["status"]] in [
            line.split(maxsplit=1) for line in run("jobs", "show", job, columns="80").stdout.splitlines()
        ]
        assert job in table
        assert shown["status"] in table
        assert max(map(display_width, table.splitlines())) <= 80
        fake.advance(30)

    assert set(seen) == set(DETAILED_STATUSES) - {"RUNNING", "CANCELING", "CANCELED", "DONE", "ERROR"}
    assert (shown["status"], shown["gateway_status"]) == ("DONE", "SUCCEEDED")


@pytest.mark.parametrize(
    ("created", "shown"),
    [
        ("2026-11-18T08:00:59.123456", "2026-11-18 08:00"),
        ("2026-11-18T08:00:00+09:00", "2026-11-17 23:00"),
        ("soon", "soon"),
    ],
)
def test_moments_are_in_utc(
    fake: Fake, gateway: Serverless, monkeypatch: pytest.MonkeyPatch, created: str, shown: str
) -> None:
    """Wherever the machine is; what is no moment is shown as it is."""
    job = started()
    fake.inject(Fault("serverless.jobs.get", patch={"created": created}))
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        table = run("jobs", "show", job).stdout
    finally:
        monkeypatch.undo()
        time.tzset()

    assert table.splitlines()[-1].split(maxsplit=1) == ["CREATED", shown]


def test_what_would_be_lost_is_asked_about(gateway: Serverless, tmp_path: Path) -> None:
    """There and here: without --yes nothing is overwritten or deleted where nobody can be asked."""
    here, output = tmp_path / "a.txt", tmp_path / "out"
    here.write_text("second", encoding="utf-8")
    output.write_text("mine", encoding="utf-8")
    upload = ["files", "upload", "sampler", str(here)]
    delete = ["files", "delete", "sampler", "a.txt"]
    download = ["files", "download", "sampler", "a.txt", "-o", str(output)]
    asked = [run(*command) for command in (upload, delete, download)]
    content = run("files", "download", "sampler", "a.txt", "-o", "-").stdout

    assert [(one.exit_code, one.stderr.count("give --yes")) for one in asked] == [(2, 1)] * 3
    assert (content, output.read_text(encoding="utf-8")) == ("first", "mine")
    assert [run(*command, "--yes").exit_code for command in (upload, download, delete)] == [0, 0, 0]
    assert output.read_text(encoding="utf-8") == "second"
    assert gateway.files.list(SPACE) == []
    assert "there is no 'a.txt'" in one_line(run(*delete, "--yes"))


def test_half_a_download_leaves_what_was_there(tmp_path: Path) -> None:
    """Nor is there a file where there was none, or a part of one."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    fake = three_teams()
    with serve(fake) as server:
        environment = {**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}
        command = ["files", "download", "sampler", "a.txt", "--yes", "--instance", fake.instance("idle").crn]
        found = connect_from_environment(environment).serverless(fake.instance("idle").crn)
        found.functions.upload(Upload("sampler", artifact=b"tar"))
        found.files.upload(SPACE, "a.txt", b"first" * 1_000_000)
        for name in ("out", "new"):
            fake.inject(Fault("serverless.files.download", cut_body=True))
            one_line(CliRunner().invoke(ibm_quantum, [*command, "-o", str(tmp_path / name)], env=environment))

    assert [(path.name, path.read_text(encoding="utf-8")) for path in tmp_path.iterdir()] == [("out", "mine")]


@pytest.mark.parametrize("command", ["upload", "download", "delete"])
def test_a_name_that_the_service_rewrites_is_refused(
    fake: Fake, gateway: Serverless, tmp_path: Path, command: str
) -> None:
    """It would be stored under one name and looked for under another, which may be another file's."""
    path = tmp_path / "my data.tar"
    path.write_text("x", encoding="utf-8")
    result = run("files", command, "sampler", str(path) if command == "upload" else path.name, "--yes")

    assert result.exit_code == 2
    assert "without two points in a row, not 'my data.tar'" in result.stderr
    assert not fake.calls


def test_the_services_filters(fake: Fake, gateway: Serverless) -> None:
    """Of jobs by function, status, provider and time, and so many; of functions by whose they are."""
    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}))
    gateway.functions.upload(Upload("theirs", provider="acme", artifact=b"x"))
    first = started()
    fake.advance(7200)
    since = fake.now.isoformat(timespec="seconds")
    second = run("functions", "run", "acme/theirs").stdout.strip()

    assert listed() == [second, first]
    assert listed("--status", "DONE") == listed("--function", "sampler") == listed("--filter", "serverless") == [first]
    assert listed("--provider", "acme") == listed("--created-after", since) == listed("--limit", "1") == [second]
    assert listed("--created-after", "2026-11-18", "--limit", "0") == [second, first]
    assert "There are more than these 1" in run("jobs", "list", "--limit", "1").stderr
    for arguments, names in (
        ((), ["acme/theirs", "sampler"]),
        (("--filter", "serverless"), ["sampler"]),
        (("--provider", "acme"), ["acme/theirs"]),
    ):
        rows = run("functions", "list", *arguments).stdout.splitlines()[1:]
        assert sorted(row.split()[0] for row in rows) == names
    shown = json.loads(run("functions", "show", "acme/theirs", "--format", "json").stdout)
    assert (shown["title"], shown["provider"]) == ("theirs", "acme")


def test_backends_the_least_busy_first(fake: Fake, gateway: Serverless) -> None:
    """Those that run, with so many qubits; the name alone for a script, status 1 where there is none."""
    rows = [
        ("small", "online", 5, 0),
        ("down", "offline", 200, 0),
        ("busy", "online", 156, 9),
        ("free", "online", 133, 2),
    ]
    devices = [
        {"name": name, "status": {"name": status}, "qubits": qubits, "queue_length": waiting}
        for name, status, qubits, waiting in rows
    ]
    fake.inject(Fault("backends.list", patch={"devices": devices}, count=None))

    def names(*arguments: str) -> list[str]:
        return [one["name"] for one in json.loads(run("backends", "--format", "json", *arguments).stdout)["backends"]]

    assert names() == ["small", "free", "busy"]
    assert names("--all", "--min-qubits", "100") == ["down", "free", "busy"]
    assert run("backends", "--least-busy", "--min-qubits", "100").stdout == "free\n"
    assert "none of the 4 backends" in one_line(run("backends", "--least-busy", "--min-qubits", "999"))
    assert [line.split()[0] for line in run("backends").stdout.splitlines()] == ["BACKEND", "small", "free", "busy"]


def test_what_others_wrote_is_printed_safely(fake: Fake, gateway: Serverless, tmp_path: Path) -> None:
    """Titles, descriptions, file names and logs obey nobody; a result means the same, and a file has it as it is."""
    job = started()
    fake.advance(3600)
    function = fake.account.gateway.functions[0]
    function.title, function.fields["description"] = f"t{HOSTILE}", HOSTILE
    fake.account.gateway.jobs[job].title = f"t{HOSTILE}"
    fake.account.gateway.folder(function, "IBMid-1000", "user")[HOSTILE] = b"x"
    fake.inject(Fault("serverless.functions.get", patch={"description": HOSTILE, "title": "sampler"}, count=None))
    text = json.dumps({"a": HOSTILE}, ensure_ascii=False)
    fake.inject(Fault("serverless.jobs.result", patch={"result": text}, count=None))
    fake.inject(Fault("serverless.jobs.logs", patch={"logs": f"one\r\n\ttwo {HOSTILE}\ud800"}, count=None))
    path, log = tmp_path / "result.json", tmp_path / "log"
    results = [
        run(*command.split())
        for command in (
            "functions list",
            "jobs list",
            f"jobs show {job}",
            f"jobs logs {job}",
            f"jobs result {job}",
            f"jobs result {job} -o {path}",
            f"jobs logs {job} -o {log}",
        )
    ]

    for result in results:
        assert result.exit_code == 0, result.output
        assert [c for c in result.output if c not in "\n\t" and not c.isprintable()] == []
    assert results[3].stdout.startswith("one\n\ttwo \\u001b[2J\\u0007gone\ntwo")
    assert json.loads(results[4].stdout) == {"a": HOSTILE}
    assert path.read_text(encoding="utf-8") == text
    assert log.read_bytes() == f"one\r\n\ttwo {HOSTILE}\\ud800".encode()


def test_what_is_no_file_is_written_to_and_not_replaced(fake: Fake, gateway: Serverless, tmp_path: Path) -> None:
    """A pipe that somebody reads, or a device: nobody is asked, and it stays what it is."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    job = started()
    fake.advance(3600)
    result = run("jobs", "logs", job, "--output", str(path))
    read = os.read(reader, 100)
    os.close(reader)

    assert result.exit_code == 0, result.output
    assert read == b"nothing was executed\n"
    assert path.is_fifo()


def test_the_instance_is_named_once(
    fake: Fake, gateway: Serverless, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By the name in a configuration, which shells complete, or a CRN; of several none is taken by itself."""
    monkeypatch.delenv("QISKIT_IBM_INSTANCE")
    monkeypatch.chdir(tmp_path)
    path = configuration(tmp_path, fake)
    calm = fake.instance("calm").crn

    assert run("functions", "list", "-c", path, "--instance", "calm").exit_code == 0
    assert fake.calls[-1].crn == calm
    assert (
        "Which instance? Name it with --instance; the configuration has busy, calm, idle"
        in run("functions", "list", "-c", path).stderr
    )
    assert "or give the instance's CRN with --instance" in run("functions", "list").stderr
    assert "is not a CRN of the shape" in run("functions", "list", "--instance", "crn:v1:x").stderr
    offered = ShellComplete(ibm_quantum, {}, "ibm-quantum", "_IBM_QUANTUM_COMPLETE")
    names = offered.get_completions(["jobs", "list", "--config", path, "--instance"], "")
    assert [one.value for one in names] == ["busy", "calm", "idle"]
    configuration(tmp_path, fake, instances=[{"name": "calm", "crn": calm}])
    assert run("functions", "list", "-c", path).exit_code == 0


@pytest.mark.parametrize("command", ["show", "logs", "result", "stop"])
def test_a_job_that_is_not_there_is_one_line(gateway: Serverless, command: str) -> None:
    """Status 1; what is no id at all is a mistake, status 2."""
    one_line(run("jobs", command, "11111111-2222-4333-8444-555555555555"))

    assert run("jobs", command, "sampler").exit_code == 2


def test_a_result_that_is_not_there_yet(gateway: Serverless, tmp_path: Path) -> None:
    """It says where the job stands, with status 1, and leaves no file."""
    path = tmp_path / "result.json"

    assert one_line(run("jobs", "result", job := started(), "-o", str(path))).endswith(
        f"{job} has no result: it is QUEUED"
    )
    assert not path.exists()
