"""The mock, the server, and the control API."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pulumi_ibm_quantum.cli.package_data import ACCOUNT
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Server, mock_ibm_quantum, serve
from tests.support.fake_cloud import PRODUCTION, Cloud, make_fake


def test_the_mock_answers_staging_and_private_hosts_too() -> None:
    """Every host name that IBM's clients build leads to the same account."""
    with mock_ibm_quantum(make_fake()) as fake:
        crn = fake.add_instance("a", region="eu-de").crn
        key = {"Authorization": f"apikey {DEFAULT_API_KEY}", "Service-CRN": crn}
        for host in (
            "eu-de.quantum.cloud.ibm.com",
            "eu-de.quantum.test.cloud.ibm.com",
            "private.eu-de.quantum.cloud.ibm.com",
        ):
            assert requests.get(f"https://{host}/api/v1/instance", headers=key, timeout=5).status_code == 200
        for host in ("iam.test.cloud.ibm.com", "private.iam.cloud.ibm.com"):
            url = f"https://{host}/identity/token"
            form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": DEFAULT_API_KEY}
            assert requests.post(url, data=form, timeout=5).status_code == 200


def test_the_mock_lets_nothing_through_to_the_network() -> None:
    """An IBM host that is not played is a 501 that names it; any other host is a connection error."""
    with mock_ibm_quantum():
        answer = requests.get("https://globalcatalog.cloud.ibm.com/api/v1/x?secret=1", timeout=5)
        assert answer.status_code == 501
        assert "GET https://globalcatalog.cloud.ibm.com/api/v1/x" in answer.json()["message"]
        assert "secret" not in answer.text
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get("https://example.com/", timeout=5)


def test_the_mock_decorates_a_function_and_takes_a_scenario() -> None:
    """A decorated function is called with IBM Cloud mocked, and the mock is gone afterwards."""

    @mock_ibm_quantum(ACCOUNT)
    def regions(authorization: str) -> set[str]:
        url = "https://resource-controller.cloud.ibm.com/v2/resource_instances"
        form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": authorization}
        token = requests.post("https://iam.cloud.ibm.com/identity/token", data=form, timeout=5).json()["access_token"]
        listed = requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=5).json()
        return {resource["region_id"] for resource in listed["resources"]}

    before = requests.adapters.HTTPAdapter.send
    assert regions("demo-key-not-a-secret") == {"us-east", "eu-de"}
    assert regions.__name__ == "regions"
    assert requests.adapters.HTTPAdapter.send is before


def test_every_answer_has_the_fakes_date(cloud: Cloud) -> None:
    """Clients take "now" from the ``Date`` header, so it is the account's time, also on errors."""
    assert cloud.controller("GET").headers["Date"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    cloud.fake.advance(3600)
    assert cloud.controller("GET", "/nowhere").headers["Date"] == "Mon, 02 Nov 2026 09:00:00 GMT"


def test_an_unknown_route_is_501_and_named(cloud: Cloud) -> None:
    """What the fake does not play says so: method, host and path."""
    answer = cloud.controller("PUT", "/v2/resource_instances/x")
    assert answer.status_code == 501
    assert "PUT https://resource-controller.cloud.ibm.com/v2/resource_instances/x" in answer.json()["message"]
    assert cloud.fake.calls[-1].route == "unknown"


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server with one instance."""
    fake = make_fake()
    fake.add_instance("a", allocation_seconds=10)
    with serve(fake) as server:
        yield server


def ask(server: Server, method: str, path: str, **options: object) -> requests.Response:
    """Call the control API."""
    return requests.request(method, f"{server.url}/_fake/{path}", timeout=5, **options)  # type: ignore[arg-type]


def test_the_server_keeps_connections_alive_and_closes_them_at_the_end() -> None:
    """A session uses one connection for many calls, and a client is told when the server goes."""
    with requests.Session() as session:
        with serve(Fake()) as server:
            statuses = {session.get(f"{server.url}/us-east/api/v1/versions", timeout=5).status_code for _ in range(5)}
            pools = session.get_adapter(server.url).poolmanager.pools  # type: ignore[attr-defined]
            assert statuses == {200}
            assert [pools[key].num_connections for key in pools.keys()] == [1]  # noqa: SIM118 - no dictionary
        with pytest.raises(requests.exceptions.ConnectionError):
            session.get(f"{server.url}/us-east/api/v1/versions", timeout=5)


def test_the_environment_names_every_endpoint(server: Server) -> None:
    """The variables are those that IBM's own tools read."""
    assert server.environment == {
        "IBMCLOUD_IAM_API_ENDPOINT": f"{server.url}/iam",
        "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT": f"{server.url}/resource-controller",
        "IBMCLOUD_QUANTUM_API_ENDPOINT": f"{server.url}/us-east/api",
        "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT": f"{server.url}/eu-de/api",
        "IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT": f"{server.url}/serverless",
        "IBMCLOUD_GT_API_ENDPOINT": f"{server.url}/tags",
        "IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT": f"{server.url}/resource-controller",
    }
    assert set(PRODUCTION) <= set(server.environment)


def test_control_moves_the_clock_and_books_usage(server: Server) -> None:
    """Another process can let time pass, forwards only."""
    event = {"when": "2026-11-03T08:00:00Z", "seconds": 30}
    assert ask(server, "POST", "usage", json={"instance": "a", "events": [event]}).json() == {"added": 1}
    instance = server.fake.instance("a")
    assert server.fake.account.consumed_ms(instance) == 0
    moved = ask(server, "POST", "clock", json={"advance_seconds": 86400}).json()
    assert moved == {"now": "2026-11-03T08:00:00.000Z"} == ask(server, "GET", "clock").json()
    assert server.fake.account.consumed_ms(instance) == 30000
    backwards = ask(server, "POST", "clock", json={"advance_seconds": -1})
    assert (backwards.status_code, backwards.json()["message"]) == (400, "time does not go back: -1 seconds")


def test_control_changes_an_instance_behind_everyones_back(server: Server) -> None:
    """Drift: no rule is applied, and no call is recorded."""
    crn = server.fake.instance("a").crn
    change = {"allocation_seconds": 5000, "limit_seconds": None, "backends": ["b"], "name": "renamed"}
    assert ask(server, "PATCH", f"instances/{requests.utils.quote(crn, safe='')}", json=change).status_code == 200  # type: ignore[attr-defined]
    instance = server.fake.instance("renamed")
    assert (instance.allocation_seconds, instance.limit_seconds, instance.backends) == (5000, None, ("b",))
    assert server.fake.calls == ()
    assert server.fake.highest_total() == 5000


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("PATCH", "instances/a", {"allocation": 5}, 400, "cannot change allocation"),
        ("PATCH", "instances/a", {"allocation_seconds": "5"}, 400, "whole seconds"),
        ("PATCH", "instances/a", {"state": "asleep"}, 400, "state must be one of"),
        ("PATCH", "instances/none", {"allocation_seconds": 5}, 400, "0 instances are called 'none'"),
        ("POST", "faults", {"route": "moon"}, 400, "no route 'moon'"),
        ("POST", "faults", {"rout": "moon"}, 400, "a fault has no rout"),
        ("POST", "usage", {"instance": "a", "events": [{"seconds": -1}]}, 400, "seconds >= 0"),
        ("POST", "usage", {"events": []}, 400, "instance"),
        ("POST", "clock", {"advance_seconds": "soon"}, 400, "soon"),
        ("GET", "moon", None, 404, "GET /_fake/clock"),
    ],
)
def test_control_says_what_is_wrong(  # noqa: PLR0917 - a table has as many columns as it has
    server: Server, method: str, path: str, body: object, status: int, words: str
) -> None:
    """A mistake in a control call is one sentence, and nothing changes."""
    answer = ask(server, method, path, json=body)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert server.fake.instance("a").allocation_seconds == 10


def test_control_shows_calls_and_summary_and_sets_faults(server: Server) -> None:
    """Calls, counts and totals can be read; faults and expiry can be ordered; the record can be cleared."""
    cloud = Cloud(server.fake, server.environment)
    cloud.sign_in()
    ask(server, "POST", "faults", json={"route": "instances.list", "status": 429, "retry_after": "1"})
    assert [cloud.controller("GET").status_code for _ in range(2)] == [429, 200]
    ask(server, "POST", "expire-tokens")
    assert cloud.controller("GET").status_code == 401
    assert [call["status"] for call in ask(server, "GET", "calls").json()["calls"]] == [200, 429, 200, 401]
    summary = ask(server, "GET", "summary").json()
    assert summary["calls"] == {"iam.token": 1, "instances.list": 3}
    assert summary["plans"] == {"premium": {"budget_seconds": 1000, "total_seconds": 10, "highest_total_seconds": 10}}
    ask(server, "DELETE", "calls")
    assert server.fake.calls == ()
    cloud.session.close()


def start(*arguments: str) -> subprocess.Popen[str]:
    """Run ``run_server`` in a process of its own, as the command line does."""
    code = (
        "import sys; from pathlib import Path; from pulumi_ibm_quantum.fake import run_server; "
        "port, scenario, quiet = sys.argv[1:]; "
        "sys.exit(run_server(int(port), Path(scenario) if scenario else None, quiet=quiet == 'quiet'))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_exports_logs_calls_and_stops_cleanly(ending: signal.Signals) -> None:
    """``export`` lines come first on stdout, a line for each call on stderr, and a signal ends it with status 0."""
    process = start("0", str(ACCOUNT), "loud")
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(15)]
    assert lines[-1].startswith("export QISKIT_IBM_INSTANCE=crn:v1:")
    assert all(re.fullmatch(r"export \w+=\S+\n", line) for line in lines)
    exported = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
    cloud = Cloud(Fake(), exported)
    cloud.sign_in("demo-key-not-a-secret")
    with cloud.session:
        first = cloud.controller("GET").json()["resources"][0]
        cloud.patch(first["crn"], usage_allocation_seconds="70000")
    process.send_signal(ending)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "POST   iam.token 200" in errors
    assert "PATCH  instances.update chemistry-ground-states 200 changed, allocated premium=372000" in errors
    assert "demo-key" not in errors
    assert "Traceback" not in errors


def test_the_command_refuses_a_taken_port_and_a_missing_scenario_in_one_line(tmp_path: Path) -> None:
    """Exit status 1 and one sentence, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(str(port), "", "quiet")
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output) == (1, "")
    assert errors == f"cannot listen on 127.0.0.1:{port}: Address already in use\n"
    process = start("0", str(tmp_path / "none.yaml"), "quiet")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert errors == f"{tmp_path}/none.yaml: there is no such file\n"
