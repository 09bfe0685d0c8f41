"""How requests travel: over which session and proxy, with which token, and what never goes along."""

import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from pulumi_ibm_quantum.cloud import (
    Cloud,
    CloudError,
    Credentials,
    Endpoints,
    SignInError,
    Unreachable,
    connect,
    connect_from_environment,
)
from pulumi_ibm_quantum.cloud.http_client import HttpClient
from pulumi_ibm_quantum.cloud.sign_in import TokenSource
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, FakeAdapter, Fault, serve
from pulumi_ibm_quantum.vocabulary import find_plan

PREMIUM = find_plan("premium").plan_id
LIFE_SECONDS = 3600
ENDLESS = "e30.eyJleHAiOiAxZTQwMCwgImlhdCI6IDF9.x"
"""A token that never ends: its claim ``exp`` is 1e400."""


class Recorder(FakeAdapter):
    """Answers from a fake, keeps what was sent, and may change what comes back of anything but a sign-in."""

    def __init__(self, fake: Fake) -> None:
        super().__init__(fake)
        self.sent: list[requests.PreparedRequest] = []
        self.extra_headers: dict[str, str] = {}
        self.status: int | None = None

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.sent.append(request)
        answer = super().send(request, *args, **options)
        if "/identity/" not in answer.url:
            answer.status_code = self.status or answer.status_code
            answer.headers.update(self.extra_headers)
        return answer


@pytest.fixture
def adapter() -> Recorder:
    """An account behind an adapter."""
    return Recorder(Fake())


@pytest.fixture
def session(adapter: Recorder) -> requests.Session:
    """A session of the caller's own."""
    session = requests.Session()
    session.headers["X-Team"] = "optics"
    session.mount("https://", adapter)
    return session


@pytest.fixture
def over_session(session: requests.Session) -> Cloud:
    """A connection over that session."""
    return connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud(), session=session)


def test_a_session_that_is_given_is_used_as_it_is(over_session: Cloud, adapter: Recorder) -> None:
    """Its adapters answer, sign-in included, and its headers go along."""
    over_session.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)

    assert [urlsplit(request.url).path for request in adapter.sent] == [
        "/identity/token",
        f"/api/v1/accounts/{DEFAULT_ACCOUNT_ID}",
    ]
    assert {request.headers["X-Team"] for request in adapter.sent} == {"optics"}


def test_a_redirect_is_not_followed(over_session: Cloud, adapter: Recorder) -> None:
    """The token does not go where an answer points to."""
    adapter.extra_headers["Location"] = "https://elsewhere.example/"
    adapter.status = 302
    with pytest.raises(CloudError):
        over_session.resource_controller.instance("crn:v1:bluemix:public:quantum-computing:us-east:a/0:1::")

    assert not [request.url for request in adapter.sent if "elsewhere" in (request.url or "")]


def test_no_cookie_is_sent_back(over_session: Cloud, session: requests.Session, adapter: Recorder) -> None:
    """Neither one that a service sets nor one that the session has."""
    session.cookies.set("stale", "1")
    adapter.extra_headers["Set-Cookie"] = "tracking=1; Path=/"
    for _ in range(2):
        over_session.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)

    assert not [request.headers["Cookie"] for request in adapter.sent if "Cookie" in request.headers]


def test_user_and_password_of_an_address_are_neither_sent_nor_shown(
    session: requests.Session, adapter: Recorder
) -> None:
    """They are not the key; what is sent is the token alone."""
    plain = Endpoints.of_ibm_cloud()
    endpoints = Endpoints(
        plain.iam.replace("//", "//user:pass@"), plain.resource_controller, {"us-east": "https://user:pass@gw.test"}
    )
    cloud = connect(Credentials(DEFAULT_API_KEY), endpoints, session=session)
    with pytest.raises(CloudError) as caught:
        cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)

    assert "pass" not in f"{caught.value} {caught.value.url}"
    assert [request.headers.get("Authorization", "")[:6] for request in adapter.sent] == ["", "Bearer"]


class TestTokens:
    """When a token is exchanged for a fresh one, by a clock of the test's own."""

    @pytest.fixture
    def now(self) -> list[float]:
        """The time in seconds since 1970, which a test moves."""
        return [time.time()]

    @pytest.fixture
    def tokens(self, now: list[float]) -> TokenSource:
        """Tokens of the fake, asked for over a session that repeats nothing."""
        client = HttpClient(30, requests.Session())
        return TokenSource(Credentials(DEFAULT_API_KEY), "https://iam.cloud.ibm.com", client, lambda: now[0])

    @pytest.mark.parametrize(("share", "sign_ins"), [(0.79, 1), (0.81, 2), (1.1, 2)])
    def test_it_is_replaced_in_the_last_fifth_of_its_life(
        self, fake: Fake, tokens: TokenSource, now: list[float], share: float, sign_ins: int
    ) -> None:
        """Before that, one sign-in serves all calls."""
        tokens.identity()
        now[0] += LIFE_SECONDS * share
        tokens.identity()

        assert len(fake.calls) == sign_ins

    @pytest.mark.parametrize(("age", "sign_ins"), [(9, 1), (12, 2)])
    def test_a_short_one_is_replaced_ten_seconds_before_its_end(
        self, fake: Fake, tokens: TokenSource, now: list[float], age: float, sign_ins: int
    ) -> None:
        """A fifth of twenty seconds would be too late for a long call."""
        fake.behaviour.token_lifetime_seconds = 20
        tokens.identity()
        now[0] += age
        tokens.identity()

        assert len(fake.calls) == sign_ins

    def test_one_that_is_still_good_outlives_a_failure_of_the_sign_in(
        self, fake: Fake, tokens: TokenSource, now: list[float]
    ) -> None:
        """The next try is a minute later; when the token has ended, the failure is told."""
        tokens.identity()
        fake.inject(Fault("iam.token", status=503, count=None))
        now[0] += LIFE_SECONDS * 0.9
        for _ in range(3):
            tokens.identity()
        assert len(fake.calls) == 2
        now[0] += 61
        tokens.identity()
        assert len(fake.calls) == 3
        now[0] += LIFE_SECONDS
        with pytest.raises(Unreachable, match=r"could not sign in: .* answered 503"):
            tokens.identity()

    def test_a_key_that_is_withdrawn_is_told_at_once(self, fake: Fake, tokens: TokenSource, now: list[float]) -> None:
        """A refusal is not a failure that passes."""
        tokens.identity()
        fake.account.api_keys.clear()
        now[0] += LIFE_SECONDS * 0.9
        with pytest.raises(SignInError, match="refused"):
            tokens.identity()

    def test_many_threads_sign_in_once(self, fake: Fake, tokens: TokenSource) -> None:
        """One asks, the others wait for its token."""
        fake.behaviour.latency_seconds = 0.05
        threads = [threading.Thread(target=tokens.identity) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(fake.calls) == 1

    @pytest.mark.parametrize(
        "token", ["x", "a.b.c", None, "e30.eyJleHAiOjQwMDAwMDAwMDAsImlhdCI6MX0.line\nbreak", ENDLESS]
    )
    def test_what_is_no_token_is_not_shown(self, fake: Fake, tokens: TokenSource, token: str | None) -> None:
        """The error says whose answer it was; neither it nor its cause repeats the answer."""
        fake.inject(Fault("iam.token", status=200, body={"access_token": token}))
        with pytest.raises(Unreachable, match="sent no usable token") as caught:
            tokens.identity()

        assert caught.value.cause is None


class Proxy(ThreadingHTTPServer):
    """Passes requests on, as a company's proxy does, and counts them."""

    daemon_threads = True
    passed = 0


class _Pass(BaseHTTPRequestHandler):
    server: Proxy

    def _pass(self) -> None:
        self.server.passed += 1
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        sent = urllib.request.Request(self.path, body, dict(self.headers), method=self.command)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent) as answer:
            self.send_response(answer.status)
            self.send_header("Content-Length", answer.headers["Content-Length"])
            self.end_headers()
            self.wfile.write(answer.read())

    do_GET = do_POST = _pass  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_: Any) -> None:
        """Be silent."""


@contextmanager
def proxy() -> Iterator[Proxy]:
    """Run a proxy on this machine."""
    server = Proxy(("127.0.0.1", 0), _Pass)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(("no_proxy", "passed"), [("", 3), ("127.0.0.1", 0)])
def test_the_proxy_of_the_environment_is_used(no_proxy: str, passed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For sign-in and for each call, unless the host is exempt."""
    with serve(Fake()) as server, proxy() as between:
        for name in ("HTTP_PROXY", "ALL_PROXY", "all_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{between.server_port}")
        monkeypatch.setenv("no_proxy", no_proxy)
        cloud = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})
        for _ in range(2):
            cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)

        assert between.passed == passed
        assert len(server.fake.calls) == 3


def test_the_certificate_bundle_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there ends in a sentence that names it, before anything is sent."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())
    with pytest.raises(Unreachable, match=r"could not sign in: .*/nowhere/bundle\.pem"):
        cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
