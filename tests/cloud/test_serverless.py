"""The client of the Qiskit Serverless gateway: where the key goes, what is repeated, and what errors say."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import responses

from pulumi_ibm_quantum.cloud import (
    Cloud,
    CloudError,
    Credentials,
    Endpoints,
    NotFound,
    Refused,
    Unreachable,
    connect,
    connect_from_environment,
)
from pulumi_ibm_quantum.cloud.serverless import STATUSES, FileSpace, Serverless, Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault, serve

pytestmark = pytest.mark.usefixtures("hurry")
GATEWAY = "https://qiskit-serverless.quantum.ibm.com"
FUNCTION = Upload("f", artifact=b"x", env_vars={"A": "hidden-value"})
SPACE = FileSpace("f")


@pytest.fixture
def gateway(fake: Fake, cloud: Cloud) -> Serverless:
    """The gateway, with a function in it."""
    found = cloud.serverless(fake.add_instance("a", allocation_seconds=100).crn)
    found.functions.upload(FUNCTION)
    fake.forget_calls()
    return found


def routes(fake: Fake) -> list[str]:
    return [call.route.removeprefix("serverless.") for call in fake.calls]


def test_the_key_goes_to_one_host_alone(fake: Fake, cloud: Cloud) -> None:
    """The gateway gets the key itself; IAM exchanges it, object storage and the open calls get nothing of it."""
    sent: list[tuple[str, str | None]] = []
    handle = fake.handle

    def watch(request: Any) -> Any:
        sent.append((request.host, request.headers.get("authorization")))
        return handle(request)

    fake.handle = watch  # type: ignore[method-assign]
    found = cloud.serverless(fake.add_instance("a", allocation_seconds=100).crn)
    found.functions.upload(Upload("f", artifact=b"x", runner="fleets"))
    job = found.jobs.run("f", {})
    fake.advance(3600)

    assert found.jobs.result(job) == '{"result": "nothing was executed"}'
    assert found.version() == "0.37.0"
    assert {host for host, key in sent if DEFAULT_API_KEY in (key or "")} == {"qiskit-serverless.quantum.ibm.com"}
    assert [key for host, key in sent if host.startswith("s3.")] == [None]
    assert sent[-1] == ("qiskit-serverless.quantum.ibm.com", None)


@pytest.mark.parametrize("location", ["http://elsewhere.example.org/x", "https://elsewhere.example.org/x"])
def test_no_redirect_is_followed_with_the_key(location: str) -> None:
    """Where a result is, its address says, if nobody can read along; everything else that redirects is an error."""
    crn = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-555555555555::"
    job = "11111111-2222-4333-8444-555555555555"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for path in ("programs/", f"jobs/{job}/result/"):
            mock.get(f"{GATEWAY}/api/v1/{path}", status=302, headers={"Location": location})
        elsewhere = mock.get("https://elsewhere.example.org/x", body="{}")
        found = connect(Credentials("key"), Endpoints.of_ibm_cloud()).serverless(crn)
        with pytest.raises(Refused, match="a redirect, which is not followed"):
            found.functions.list()
        if location.startswith("https"):
            assert found.jobs.result(job) == "{}"
            assert "Authorization" not in elsewhere.calls[0].request.headers
            assert "Service-CRN" not in elsewhere.calls[0].request.headers
        else:
            with pytest.raises(Unreachable, match="a redirect to an address that is not https"):
                found.jobs.result(job)
        assert elsewhere.call_count == location.startswith("https")


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT": "http://example.org"}, "must be an https address"),
        ({"IBMCLOUD_QUANTUM_API_ENDPOINT": "http://127.0.0.1:1/api"}, "set IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT"),
        ({"IBMCLOUD_STAGING": "true"}, "set IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT"),
    ],
)
def test_the_key_does_not_leave_by_omission(environment: dict[str, str], problem: str) -> None:
    """Where the other services are not the public ones, the gateway must be named; and what others read is refused."""
    with pytest.raises(CloudError, match=problem):
        connect_from_environment({"IBMCLOUD_API_KEY": "key", **environment}).serverless("crn")


Call = Callable[[Serverless], object]
REPEATED: list[tuple[str, Call]] = [
    ("functions.upload", lambda it: it.functions.upload(FUNCTION)),
    ("functions.get", lambda it: it.functions.get("f")),
    ("functions.list", lambda it: it.functions.list()),
    ("files.upload", lambda it: it.files.upload(SPACE, "a.txt", b"a")),
    ("files.list", lambda it: it.files.list(SPACE)),
    ("files.delete", lambda it: it.files.delete(SPACE, "a.txt")),
    ("dependencies", lambda it: it.dependencies()),
]


@pytest.mark.parametrize(("route", "call"), REPEATED, ids=[route for route, _ in REPEATED])
def test_what_changes_nothing_twice_is_repeated(fake: Fake, gateway: Serverless, route: str, call: Call) -> None:
    """After a lost answer, and after a page where JSON is expected."""
    fake.inject(Fault.lost_answer(f"serverless.{route}"))
    call(gateway)

    assert routes(fake) == [route] * 2


def test_a_run_is_not_repeated(fake: Fake, gateway: Serverless) -> None:
    """Its answer lost, it may run all the same."""
    fake.inject(Fault.lost_answer("serverless.functions.run"))
    with pytest.raises(Unreachable, match="could not run function 'f'"):
        gateway.jobs.run("f", {})

    assert routes(fake) == ["functions.run"]
    assert len(gateway.jobs.list()) == 1


def disable(fake: Fake) -> None:
    fake.account.gateway.functions[0].disabled = True


def limit_jobs(fake: Fake) -> None:
    fake.behaviour.active_jobs = 0


def fault(**what: Any) -> Callable[[Fake], None]:
    return lambda fake: fake.inject(Fault(count=None, **what))


PAGE = "<!doctype html><title>Bad Gateway</title>"
ERRORS: list[Any] = [
    (limit_jobs, lambda it: it.jobs.run("f", {}), "429 Active job limit reached. The maximum allowed is 0."),
    (disable, lambda it: it.jobs.run("f", {}), "423 IBM has temporarily disabled access to this function"),
    (None, lambda it: it.jobs.run("g", {}), "404 Qiskit Function g doesn't exist."),
    (None, lambda it: it.files.list(FileSpace("g")), "404 Qiskit Function g doesn't exist."),
    (None, lambda it: it.jobs.stop("11111111-2222-4333-8444-555555555555"), "404 Job [11111111"),
    (None, lambda it: it.jobs.stop("no-uuid"), "404 Not Found"),
    (
        None,
        lambda it: it.functions.upload(Upload("f", provider="acme", artifact=b"x")),
        (
            "404 Qiskit Function acme/f doesn't exist; on an upload that means one of three: the instance lacks the "
            "permission function-custom.write (a change takes up to a minute), its plan has no functions of one's own, "
            "or the provider is none that the key may write to"
        ),
    ),
    (
        None,
        lambda it: it.functions.upload(Upload("f", artifact=b"x" * (50 << 20))),
        "413 Request Entity Too Large; the",
    ),
    (None, lambda it: it.functions.upload(Upload("f", artifact=b"")), "400 The submitted file is empty."),
    (
        fault(route="serverless.functions.list", status=401, body={"detail": "Please review your CRN."}),
        lambda it: it.functions.list(),
        "401 Please review your CRN.",
    ),
    (
        fault(route="serverless.functions.list", content=PAGE),
        lambda it: it.functions.list(),
        "answered 200 with a body",
    ),
    (
        fault(route="serverless.functions.list", content=PAGE, status=502),
        lambda it: it.functions.list(),
        "502 Bad Gate",
    ),
    (fault(route="serverless.functions.list", patch={}, body=None, status=500), lambda it: it.functions.list(), "500 "),
]


@pytest.mark.parametrize(("arrange", "call", "sentence"), ERRORS, ids=range(len(ERRORS)))
def test_errors_are_one_sentence(fake: Fake, gateway: Serverless, arrange: Any, call: Call, sentence: str) -> None:
    """Whatever shape they come in."""
    if arrange:
        arrange(fake)
    with pytest.raises(CloudError) as failed:
        call(gateway)

    assert sentence in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ([{"id": "1"}], "it has no title"),
        ({"results": []}, "has not the documented shape"),
        ([{"id": "1", "title": "f", "dependencies": "[1"}], "has not the documented shape"),
    ],
)
def test_answers_are_checked(answer: Any, problem: str) -> None:
    """What has not the documented shape is said to have it not."""
    crn = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-555555555555::"
    with responses.RequestsMock() as mock:
        mock.get(f"{GATEWAY}/api/v1/programs/", json=answer)
        with pytest.raises(CloudError, match=problem):
            connect(Credentials("key"), Endpoints.of_ibm_cloud()).serverless(crn).functions.list()


def test_a_log_names_neither_key_nor_environment_nor_signature(caplog: pytest.LogCaptureFixture) -> None:
    """At debug, with everything that is sent and that comes back in between."""
    caplog.set_level(logging.DEBUG)
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100).crn
    with serve(fake) as server:
        cloud = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})
        found = cloud.serverless(crn)
        found.functions.upload(Upload("f", artifact=b"x", runner="fleets", env_vars={"A": "hidden-value"}))
        job = found.jobs.run("f", {})
        fake.advance(3600)
        assert found.jobs.result(job) is not None

    logged = "\n".join(one.getMessage() for one in caplog.records if one.name == "pulumi_ibm_quantum")
    assert "/storage/" in logged
    assert "X-Amz-Signature=***" in logged
    assert not any(text in logged for text in (DEFAULT_API_KEY, "hidden-value", "=0123456789abcdef"))


def test_jobs_have_the_statuses_of_ibms_client(fake: Fake, gateway: Serverless) -> None:
    """In order, with what a running job says of itself; filters take the same names."""
    fake.behaviour.gateway_version = "0.37.0"
    job = gateway.jobs.run("f", {})
    seen = []
    for _ in range(12):
        found = gateway.jobs.get(job)
        assert found is not None
        seen.append(found.detailed_status)
        assert [one.job_id for one in gateway.jobs.list(status=found.detailed_status)] == [job]
        assert [one.job_id for one in gateway.jobs.list(status="RUNNING: NOTHING")] == []
        fake.advance(30)
    stopped = gateway.jobs.run("f", {})
    gateway.jobs.stop(stopped)

    assert list(dict.fromkeys(seen)) == [
        "QUEUED",
        "INITIALIZING",
        "RUNNING: MAPPING",
        "RUNNING: OPTIMIZING_FOR_HARDWARE",
        "RUNNING: WAITING_FOR_QPU",
        "RUNNING: EXECUTING_QPU",
        "RUNNING: POST_PROCESSING",
    ]
    assert [one.detailed_status for one in gateway.jobs.list(limit=1)] == ["CANCELING"]
    fake.advance(30)
    assert [one.detailed_status for one in gateway.jobs.list()] == ["CANCELED", "DONE"]
    assert set(STATUSES) >= {"CANCELED", "DONE", "ERROR"}


def test_all_pages_of_jobs_are_read(fake: Fake, gateway: Serverless) -> None:
    """By offset, as the service's own links forget the filters; and no further than asked."""
    fake.behaviour.active_jobs = 1000
    begun = fake.now
    for _ in range(230):
        gateway.jobs.run("f", {})
        fake.advance(timedelta(seconds=1))
    fake.forget_calls()

    assert len(gateway.jobs.list(function="f")) == 230
    assert len(gateway.jobs.list(limit=120)) == 120
    assert len(gateway.jobs.list(created_after=begun + timedelta(seconds=229))) == 1
    assert routes(fake) == ["jobs.list"] * 6


def test_a_download_that_breaks_off_is_an_error() -> None:
    """What came is not taken for all there is; a file that is not there is said to be missing."""
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100).crn
    with serve(fake) as server:
        found = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}).serverless(crn)
        found.functions.upload(FUNCTION)
        found.files.upload(SPACE, "a.txt", b"abcdef")
        pieces: list[bytes] = []
        found.files.download(SPACE, "a.txt", pieces.append)
        assert pieces == [b"abcdef"]
        with pytest.raises(NotFound):
            found.files.download(SPACE, "b.txt", pieces.append)
        fake.inject(Fault("serverless.files.download", cut_body=True))
        with pytest.raises(Unreachable, match="the connection broke off"):
            found.files.download(SPACE, "a.txt", pieces.append)
