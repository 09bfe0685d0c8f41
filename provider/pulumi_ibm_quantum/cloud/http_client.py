"""One HTTP session for all services: time-outs, retries, no cookies, no redirects, and a log line for each answer."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.logs import LOGGER

MAX_CONNECTIONS = 16
_CONNECT_TIMEOUT_SECONDS = 10.0
_RETRIES = 4
_BACKOFF_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
LONGEST_RETRY_AFTER_SECONDS = _LONGEST_PAUSE_SECONDS * 2
_RETRIED_STATUSES = (429, 500, 502, 503, 504)
# PATCH too: ours always carries the whole set of parameters, so sending it twice has the effect of sending it once.
_RETRIED_METHODS = ("GET", "PATCH", "DELETE")
_USER_INFO = re.compile(r"(?<=//)[^/?#\s]*@")


class HttpClient:
    """Sends requests over one session. Safe to share between threads.

    Proxies and certificates of the environment are looked up once for each host; requests by itself does it for each
    call, which takes a fifth of the call's CPU time.
    """

    def __init__(self, read_timeout_seconds: float, session: requests.Session) -> None:
        self._session = session
        self._timeout = (min(_CONNECT_TIMEOUT_SECONDS, read_timeout_seconds), read_timeout_seconds)
        self._environment_settings: dict[str, Mapping[str, Any]] = {}

    def send(
        self,
        method: str,
        url: str,
        *,
        purpose: str,
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest],
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> requests.Response:
        """Send one request, with ``params``, ``json`` or ``data``, and return the answer, whatever its status.

        Raises:
            Unreachable: there was no answer, after all retries.
        """
        request = _Request()
        merged = {**self._session.headers, **(headers or {})}
        begun = time.monotonic()
        try:
            request.prepare(method, url, merged, auth=auth, hooks=self._session.hooks, **content)
            begun = time.monotonic()
            answer = self._session.send(
                request, timeout=self._timeout, allow_redirects=False, **self._settings_for(url)
            )
        except OSError as error:  # What requests raises, and what it lets through: a bundle that is not there.
            _log(request, begun, f"no answer ({type(error).__name__}: {error})")
            raise errors.Unreachable(_cause(error, url), purpose=purpose, url=public_url(url)) from error
        if LOGGER.isEnabledFor(logging.DEBUG):
            _log_answer(answer, begun)
        return answer

    def _settings_for(self, url: str) -> Mapping[str, Any]:
        """Return what the session and the environment say of the host: proxies, certificates."""
        host = url[: url.find("/", url.find("://") + 3)]
        settings = self._environment_settings.get(host)
        if settings is None:
            settings = self._session.merge_environment_settings(url, {}, None, None, None)
            self._environment_settings[host] = settings
        return settings


def open_session(repeatable_post_url: str) -> requests.Session:
    """Return a session that repeats what may be repeated after a failure that passes; of POSTs, those to one URL."""
    session = requests.Session()
    session.cookies = _NoCookies()
    adapter = HTTPAdapter(pool_connections=8, pool_maxsize=MAX_CONNECTIONS, max_retries=_retry(_RETRIED_METHODS))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.mount(repeatable_post_url, HTTPAdapter(max_retries=_retry((*_RETRIED_METHODS, "POST"))))
    return session


def public_url(url: str | None) -> str:
    """Return what may be shown of a URL anywhere: neither user and password nor query."""
    return _USER_INFO.sub("", url or "").partition("?")[0]


def transaction_id(answer: requests.Response) -> str:
    """Return the id by which IBM's support finds a request; "" where the answer names none."""
    return answer.headers.get("X-Global-Transaction-ID") or ""


def json_object(answer: requests.Response) -> Mapping[str, Any]:
    """Return the body of an answer; an empty one where it is no JSON object."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


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


class _Retry(urllib3.Retry):
    """The repetitions of a request; each is logged with its pause."""

    def sleep(self, response: urllib3.BaseHTTPResponse | None = None) -> None:
        """Wait as long as the service asks to, or else longer each time."""
        pause = (response is not None and self.get_retry_after(response)) or self.get_backoff_time()
        last = self.history[-1]
        failure = last.status or type(last.error).__name__
        LOGGER.debug("%s %s %s, attempt %d; next in %.1f s", last.method, last.url, failure, len(self.history), pause)
        time.sleep(pause)


def _retry(methods: tuple[str, ...]) -> urllib3.Retry:
    return _Retry(
        total=_RETRIES,
        connect=2,
        read=2,
        status=_RETRIES,
        allowed_methods=methods,
        status_forcelist=_RETRIED_STATUSES,
        backoff_factor=_BACKOFF_SECONDS,
        backoff_max=_LONGEST_PAUSE_SECONDS,
        backoff_jitter=_BACKOFF_SECONDS,
        retry_after_max=int(LONGEST_RETRY_AFTER_SECONDS),
        raise_on_status=False,
    )


def _log_answer(answer: requests.Response, begun: float) -> None:
    retries = getattr(answer.raw, "retries", None)
    details = [f"attempt {len(retries.history) + 1}"] if retries is not None else []
    if transaction := transaction_id(answer):
        details.append(f"transaction {transaction}")
    _log(answer.request, begun, str(answer.status_code), ", ".join(["", *details]))


def _log(request: requests.PreparedRequest, begun: float, outcome: str, details: str = "") -> None:
    """Log what came of a request; neither headers nor bodies, which hold the token and the key."""
    line = f"{request.method} {request.url} {outcome} in {(time.monotonic() - begun) * 1000:.0f} ms{details}"
    LOGGER.debug("%s", _USER_INFO.sub("", " ".join(line.split())))


def _cause(error: OSError, url: str) -> str:
    host = "/".join(public_url(url).split("/")[:3])
    # A time-out that was the last of several tries comes as a ConnectionError around urllib3's reason.
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.Timeout) or isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return f"no connection to {host}, or it broke off"
    return f"{host}: {type(error).__name__}" if isinstance(error, requests.RequestException) else f"{host}: {error}"
