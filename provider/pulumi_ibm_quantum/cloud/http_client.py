"""One HTTP session for all services: time-outs, retries, no cookies, no redirects, and a log line for each try.

A call is tried again after what passes: 429 and 5xx, no connection or one that breaks off, silence, and, where JSON is
expected, a body that is none. All its tries together wait for as long as ``LONGEST_ANSWER`` read time-outs, and for one
more answer at most; pauses, of which there are four of a minute at most, come on top.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.cookies import RequestsCookieJar

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.answers import is_json, is_success, not_json, retry_after_seconds, transaction_id
from pulumi_ibm_quantum.cloud.deadline import LONGEST_ANSWER, DeadlineAdapter
from pulumi_ibm_quantum.cloud.outages import Outages
from pulumi_ibm_quantum.cloud.urls import host_of, public_text, public_url, service_of
from pulumi_ibm_quantum.logs import LOGGER

MAX_CONNECTIONS = 16
TRIES = 5
_TRIES_WITHOUT_ANSWER = 3
_CONNECT_TIMEOUT_SECONDS = 10.0
_BACKOFF_SECONDS = 0.5
# What is streamed may be large: twenty minutes in all, with the usual time-out.
_DOWNLOAD_PATIENCE = 10
_PASSING_STATUSES = (429, 500, 502, 503, 504)
_PASSING_ERRORS = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
# PATCH too: ours always carries the whole set of parameters, so sending it twice has the effect of sending it once.
_REPEATABLE_METHODS = ("GET", "PATCH", "DELETE")

Outcome = requests.Response | errors.Unreachable
"""What comes of a try: an answer, whatever its status, or why there is none that could be used."""


class HttpClient:
    """Sends requests over one session. Safe to share between threads.

    Proxies and certificates of the environment are looked up once for each host; requests by itself does it for each
    call, which takes a fifth of the call's CPU time.
    """

    def __init__(
        self,
        read_timeout_seconds: float,
        session: requests.Session,
        *,
        tries: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._tries = tries
        self._timeout = (min(_CONNECT_TIMEOUT_SECONDS, read_timeout_seconds), read_timeout_seconds)
        self._patience_seconds = LONGEST_ANSWER * read_timeout_seconds
        self._clock = clock
        self._outages: Outages[Outcome] = Outages(clock)
        self._environment_settings: dict[str, Mapping[str, Any]] = {}

    def send(
        self,
        method: str,
        url: str,
        *,
        purpose: str,
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest],
        headers: Mapping[str, str] | None = None,
        expects_json: bool = False,
        repeatable: bool = False,
        stream: bool = False,
        **content: Any,
    ) -> requests.Response:
        """Send one request, with ``params``, ``json`` or ``data``, and return the answer, whatever its status.

        Args:
            method: HTTP method.
            url: Where to.
            purpose: Completes "could not ..." in an error.
            auth: Signs the request.
            headers: Beside those of the session.
            expects_json: Whether an answer of success without JSON is a failure that passes.
            repeatable: Whether it may be sent twice although it is a POST.
            stream: Whether the answer's body is left to be read by the caller, who has longer for it.
            content: What is sent.

        Raises:
            Unreachable: there was no answer that could be used, after all tries.
        """
        outcome = self._outages.failure(service_of(url))
        if outcome is None:
            request = _Request()
            merged = {**self._session.headers, **(headers or {})}
            try:
                request.prepare(method, url, merged, auth=auth, hooks=self._session.hooks, **content)
            except requests.RequestException as error:
                raise errors.Unreachable(_reason(error, url), purpose=purpose, url=public_url(url)) from error
            tries = self._tries if repeatable or method in _REPEATABLE_METHODS else 1
            outcome = self._repeat(_Call(request, url, tries, expects_json, stream))
        else:
            LOGGER.debug("%s %s not sent: the service is down", method, public_url(url))
        if isinstance(outcome, requests.Response):
            return outcome
        raise errors.Unreachable(outcome.text, purpose=purpose, url=public_url(url)) from outcome.cause

    def _repeat(self, call: "_Call") -> Outcome:
        """Try until there is an answer to go by, or it is time to give up."""
        service, begun = service_of(call.url), self._clock()
        while True:
            outcome = self._try(call)
            if not _passes(outcome):
                if isinstance(outcome, requests.Response):
                    self._outages.note_success(service)
                return outcome
            if not call.may_try_again(self._patience_seconds):
                return self._outages.note_failure(service, outcome, begun) if call.shows_outage else outcome
            time.sleep(call.pause_after(outcome))
            if (shared := self._outages.failure(service)) is not None:
                return shared

    def _try(self, call: "_Call") -> Outcome:
        begun = time.monotonic()
        call.attempts += 1
        try:
            settings = {**self._settings_for(call.url), "stream": call.stream}
            timeout = self._timeout[0], self._timeout[1] * (_DOWNLOAD_PATIENCE if call.stream else 1)
            answer = self._session.send(call.request, timeout=timeout, allow_redirects=False, **settings)
        # What requests raises, and what it lets through: a bundle that is not there, a redirect to no address.
        except (OSError, urllib3.exceptions.HTTPError, UnicodeError) as error:
            call.unanswered += 1
            _log(call, begun, f"no answer ({type(error).__name__}: {error})")
            failure = errors.Unreachable(_reason(error, call.url))
            failure.__cause__ = error
            return failure
        finally:
            call.waited_seconds += time.monotonic() - begun
        if LOGGER.isEnabledFor(logging.DEBUG):
            _log(call, begun, str(answer.status_code), transaction_id(answer))
        usable = not call.expects_json or not is_success(answer) or is_json(answer)
        return answer if usable else errors.Unreachable(not_json(answer))

    def _settings_for(self, url: str) -> Mapping[str, Any]:
        """Return what the session and the environment say of the host: proxies, certificates."""
        host = host_of(url)
        settings = self._environment_settings.get(host)
        if settings is None:
            settings = self._session.merge_environment_settings(url, {}, None, None, None)
            self._environment_settings[host] = settings
        return settings


@dataclass(slots=True)
class _Call:
    """A request and how often it has been tried; ``waited_seconds`` is for answers, without pauses."""

    request: requests.PreparedRequest
    url: str
    tries: int
    expects_json: bool
    stream: bool = False
    attempts: int = 0
    unanswered: int = 0
    waited_seconds: float = 0.0

    @property
    def shows_outage(self) -> bool:
        """Whether its failure counts: writes may fail where reads do not, and a single try says little."""
        return self.request.method == "GET" and self.tries > 1

    def may_try_again(self, patience_seconds: float) -> bool:
        return (
            self.attempts < self.tries
            and self.unanswered < _TRIES_WITHOUT_ANSWER
            and self.waited_seconds < patience_seconds
        )

    def pause_after(self, outcome: Outcome) -> float:
        """Return how many seconds to wait: as long as the service asks to, or else longer each time."""
        pause = retry_after_seconds(outcome) if isinstance(outcome, requests.Response) else None
        if pause is None and self.attempts > 1:
            pause = _BACKOFF_SECONDS * (2 ** (self.attempts - 1) + random.random())
        LOGGER.debug("%s %s again in %.1f s", self.request.method, public_url(self.url), pause or 0)
        return pause or 0


def open_session() -> requests.Session:
    """Return a session whose answers have a deadline, and which keeps no cookies."""
    session = requests.Session()
    session.cookies = _NoCookies()
    for scheme in ("https://", "http://"):
        session.mount(scheme, DeadlineAdapter(pool_connections=8, pool_maxsize=MAX_CONNECTIONS))
    return session


class _NoCookies(RequestsCookieJar):
    """A jar that stays empty: nothing here needs cookies, and threads share the session."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Leave the cookies where they are."""


_NO_COOKIES = _NoCookies()


class _Request(requests.PreparedRequest):
    """A request that never has cookies."""

    def prepare_cookies(self, _cookies: Any) -> None:
        """Look for none."""
        self._cookies = _NO_COOKIES


def _passes(outcome: Outcome) -> bool:
    """Tell whether the next try may well bring another outcome."""
    if isinstance(outcome, requests.Response):
        return outcome.status_code in _PASSING_STATUSES
    return outcome.cause is None or isinstance(outcome.cause, _PASSING_ERRORS)


def _log(call: _Call, begun: float, outcome: str, transaction: str = "") -> None:
    """Log what came of a try; neither headers nor bodies, which hold the token and the key."""
    details = [f"attempt {call.attempts}"] if call.attempts > 1 else []
    details += [f"transaction {transaction}"] if transaction else []
    milliseconds = (time.monotonic() - begun) * 1000
    line = f"{call.request.method} {call.request.url} {outcome} in {milliseconds:.0f} ms{', '.join(['', *details])}"
    LOGGER.debug("%s", public_text(line))


def _reason(error: Exception, url: str) -> str:
    """Say in plain words why there is no answer."""
    host = host_of(public_url(url))
    # A time-out while connecting, or one of an answer's body, comes as a ConnectionError around urllib3's reason.
    reason = getattr(error.args[0], "reason", error.args[0]) if error.args else None
    if isinstance(error, requests.Timeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return f"{host} sent an answer that cannot be unpacked"
    if isinstance(error, _PASSING_ERRORS):
        return f"no connection to {host}, or it broke off"
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return f"{host}: {error}"
    return f"{host} cannot be asked: look at the address and at the proxy"
