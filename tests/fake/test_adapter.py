"""The adapter: one session reaches a fake, and what goes wrong goes wrong as it does over TCP."""

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, FakeAdapter, Fault, serve
from tests.support.fake_cloud import PRODUCTION, Cloud, make_fake

RETRIES = Retry(3, allowed_methods=["GET", "PATCH"], status_forcelist=[429, 503], raise_on_status=False)
TIMEOUT_SECONDS = 0.2


def client(fake: Fake, retries: Retry | int = 0) -> Cloud:
    """Sign in through an adapter."""
    cloud = Cloud(fake, PRODUCTION)
    cloud.session.mount("https://", FakeAdapter(fake, max_retries=retries))
    cloud.sign_in()
    return cloud


def outcome(cloud: Cloud, method: str, crn: str) -> str:
    """What comes of one call: the status and the first bytes of the body, or the kind of the error."""
    body: dict[str, Any] = {"json": {"parameters": {"usage_allocation_seconds": "9"}}} if method == "PATCH" else {}
    try:
        answer = cloud.controller(method, "" if method == "POST" else crn, timeout=TIMEOUT_SECONDS, **body)
    except requests.RequestException as error:
        return type(error).__name__
    return f"{answer.status_code} {answer.reason} {answer.content[:1]!r}"


@pytest.mark.parametrize("retries", [0, RETRIES], ids=["once", "retried"])
@pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(reset=True),
        Fault(reset=True, applied=True),
        Fault(reset=True, count=None),
        Fault(status=503),
        Fault(status=503, count=None),
        Fault(status=429, retry_after="3", count=2),
        Fault(delay_seconds=0.4),
        Fault(delay_seconds=0.4, count=None),
        Fault(malformed=True),
        Fault(cut_body=True, count=None),
        Fault(content="<html>"),
    ],
    ids=[
        *["reset", "lost", "reset always", "503", "503 always", "429", "slow", "slow always", "malformed"],
        "cut",
        "html",
    ],
)
def test_what_goes_wrong_is_what_goes_wrong_over_tcp(
    fault: Fault, method: str, retries: Retry | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statuses, errors, retries and the pauses between them are the same, and so is what the service has seen."""
    paused: list[float] = []
    monkeypatch.setattr(Retry, "sleep_for_retry", lambda retry, answer: paused.append(retry.get_retry_after(answer)))
    fakes = make_fake(), make_fake()
    with serve(fakes[1]) as server:
        over_tcp = Cloud(fakes[1], server.environment)
        over_tcp.session.mount("http://", HTTPAdapter(max_retries=retries))
        over_tcp.sign_in()
        seen = []
        for cloud in (client(fakes[0], retries), over_tcp):
            crn = cloud.fake.add_instance("a", guid="11111111-2222-4333-8444-555555555555", allocation_seconds=1).crn
            cloud.fake.inject(fault)
            came = outcome(cloud, method, crn)
            calls = [(call.route, call.status) for call in cloud.fake.calls]
            seen.append((came, calls, cloud.fake.instance(crn).allocation_seconds, paused.copy()))
            paused.clear()
        over_tcp.session.close()

    assert seen[0] == seen[1]


def test_retry_after_is_waited_for(pauses: list[float]) -> None:
    """A session that retries waits between its tries, as long as the service asks."""
    cloud = client(make_fake(), RETRIES)
    cloud.fake.inject(Fault("instances.list", status=429, retry_after="7", count=2))

    assert cloud.controller("GET").status_code == 200
    assert [seconds for seconds in pauses if seconds] == [7, 7]


def test_each_session_reaches_its_own_account() -> None:
    """Two accounts at the same time, in one process: nothing is patched."""
    before = HTTPAdapter.send
    clouds = client(make_fake()), client(make_fake())
    clouds[0].fake.add_instance("a")

    assert [cloud.controller("GET").json()["rows_count"] for cloud in clouds] == [1, 0]
    assert HTTPAdapter.send is before


def test_nothing_gets_through_to_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other host is a 501 that names it, and a proxy of the environment is not asked."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    cloud = client(make_fake())
    answer = cloud.session.get("https://example.com/a?secret=1", timeout=5)

    assert answer.status_code == 501
    assert "GET https://example.com/a" in answer.json()["message"]
    assert "secret" not in answer.text


def test_a_body_may_be_text_or_come_in_parts() -> None:
    """A session sends what it is given: text, bytes, or pieces one after the other."""
    cloud = client(make_fake())
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    sent = '{"parameters": {"usage_allocation_seconds": "%d"}}'
    parts = (sent % 7).encode().partition(b" ")
    for seconds, body in ((5, sent % 5), (6, (sent % 6).encode()), (7, iter(parts))):
        assert cloud.controller("PATCH", crn, data=body).status_code == 200
        assert cloud.fake.instance(crn).allocation_seconds == seconds


def test_ibms_client_takes_a_session_with_the_adapter() -> None:
    """``ibm-platform-services`` lists and changes an instance through a session of ours."""
    sdk = pytest.importorskip("ibm_platform_services")
    core = pytest.importorskip("ibm_cloud_sdk_core")
    cloud = client(make_fake())
    token = cloud.sign_in(DEFAULT_API_KEY).json()["access_token"]
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    controller = sdk.ResourceControllerV2(authenticator=core.authenticators.BearerTokenAuthenticator(token))
    controller.set_http_client(cloud.session)
    controller.update_resource_instance(id=crn, parameters={"usage_allocation_seconds": "240"})

    assert [each["id"] for each in controller.list_resource_instances().get_result()["resources"]] == [crn]
    assert cloud.fake.instance(crn).allocation_seconds == 240
