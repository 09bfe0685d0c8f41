"""One HTTP session for all services: signing in, time-outs, retries, and errors as sentences."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity, TokenSource

MAX_CONNECTIONS = 16
_CONNECT_TIMEOUT_SECONDS = 10.0
_READ_TIMEOUT_SECONDS = 30.0
_TIMEOUT_VARIABLE = "IBM_QUANTUM_TIMEOUT_SECONDS"
_RETRIES = 4
_BACKOFF_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_RETRIED_STATUSES = (429, 500, 502, 503, 504)
# PATCH too: ours always carries the whole set of parameters, so sending it twice has the effect of sending it once.
_RETRIED_METHODS = ("GET", "PATCH", "DELETE")
_ERROR_TEXT_LENGTH = 300


class Transport:
    """Sends requests to IBM Cloud as the holder of an API key. Safe to share between threads.

    The environment variable ``IBM_QUANTUM_TIMEOUT_SECONDS`` replaces the read time-out of 30 seconds.
    """

    def __init__(self, credentials: Credentials, iam_endpoint: str) -> None:
        self._session = requests.Session()
        self._session.cookies = _NoCookies()
        adapter = HTTPAdapter(pool_connections=8, pool_maxsize=MAX_CONNECTIONS, max_retries=_retry(_RETRIED_METHODS))
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        # Exchanging the key for a token may be repeated, unlike other POSTs.
        self._session.mount(iam_endpoint, HTTPAdapter(max_retries=_retry((*_RETRIED_METHODS, "POST"))))
        read_timeout = _read_timeout()
        self._timeout = (min(_CONNECT_TIMEOUT_SECONDS, read_timeout), read_timeout)
        self._tokens = TokenSource(credentials, iam_endpoint, self._session, self._timeout)

    def identity(self) -> Identity:
        """Sign in, and return whose key it is."""
        return self._tokens.identity()

    def request(
        self,
        method: str,
        url: str,
        *,
        purpose: str,
        permission: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
    ) -> requests.Response:
        """Send one request and return its successful answer.

        ``purpose`` completes "could not ..." in an error; ``permission`` is the IAM action that a 403 is missing.

        Raises:
            CloudError: of the kind that fits, see ``errors``.
        """
        for attempt in (1, 2):
            answer = self._send(method, url, purpose, headers=headers, params=params, json=json)
            # A token can die before its time (revoked, clocks apart): a fresh one is worth one more try.
            if answer.status_code != requests.codes.unauthorized or attempt == 2:
                break
            self._tokens.discard(answer.request.headers.get("Authorization", ""))
        if answer.ok:
            return answer
        raise _refusal(answer, purpose, permission)

    def get_json(self, url: str, **options: Any) -> Any:
        """GET ``url`` and return its JSON; options as in ``request``."""
        return json_of(self.request("GET", url, **options), options["purpose"])

    def _send(self, method: str, url: str, purpose: str, **options: Any) -> requests.Response:
        try:
            return self._session.request(
                method, url, auth=self._tokens, timeout=self._timeout, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise errors.Unreachable(f"could not {purpose}: {_cause(error, url)}") from None


class _NoCookies(RequestsCookieJar):
    """A jar that stays empty: nothing here needs cookies, and threads share the session."""

    def set_cookie(self, cookie: Any, *args: Any, **kwargs: Any) -> None:
        """Forget ``cookie``."""


def json_of(answer: requests.Response, purpose: str) -> Any:
    """Return the body of an answer as JSON.

    Raises:
        Unreachable: it is none, so what was asked for may have happened all the same.
    """
    try:
        return answer.json()
    except requests.JSONDecodeError:
        raise errors.Unreachable(
            f"could not {purpose}: {answer.request.url} answered {answer.status_code} with a body that is not JSON"
        ) from None


@contextmanager
def understanding(purpose: str) -> Iterator[None]:
    """Make an error that a person can read of an answer that has not the documented shape.

    Raises:
        Unreachable: what is done within the context met something unexpected.
    """
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        what = f"{type(error).__name__}: {error}" if isinstance(error, LookupError) else type(error).__name__
        raise errors.Unreachable(
            f"could not {purpose}: the service's answer has not the documented shape ({what})"
        ) from None


def _read_timeout() -> float:
    given = os.environ.get(_TIMEOUT_VARIABLE, "").strip()
    try:
        seconds = float(given) if given else _READ_TIMEOUT_SECONDS
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise errors.CloudError(f"{_TIMEOUT_VARIABLE} must be a number of seconds above 0, not {given!r}")
    return seconds


def _retry(methods: tuple[str, ...]) -> urllib3.Retry:
    return urllib3.Retry(
        total=_RETRIES,
        connect=2,
        read=2,
        status=_RETRIES,
        allowed_methods=methods,
        status_forcelist=_RETRIED_STATUSES,
        backoff_factor=_BACKOFF_SECONDS,
        backoff_max=_LONGEST_PAUSE_SECONDS,
        backoff_jitter=_BACKOFF_SECONDS,
        retry_after_max=int(_LONGEST_PAUSE_SECONDS * 2),
        raise_on_status=False,
    )


def _refusal(answer: requests.Response, purpose: str, permission: str | None) -> errors.Refused:
    status = answer.status_code
    message = f"could not {purpose}: {status} {_error_text(answer)}".rstrip()
    if status in (401, 403):
        needs = f"; the API key needs the permission {permission}" if permission else "; the API key may not do this"
        return errors.Forbidden(message + needs, status)
    if status in (404, 410):
        return errors.NotFound(message, status)
    return errors.Refused(message, status, _retry_after(answer))


def _retry_after(answer: requests.Response) -> float | None:
    """Read ``Retry-After`` in seconds; the form with a date is left to the retries of the methods that have them."""
    value = answer.headers.get("Retry-After", "").strip()
    return min(float(value), _LONGEST_PAUSE_SECONDS * 2) if value.isdigit() else None


def _error_text(answer: requests.Response) -> str:
    """Find the message in the error shapes of IBM's services, in the order in which IBM's own SDK looks for it."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return answer.reason or ""
    text: Any = ""
    if isinstance(body, dict):
        listed = body.get("errors")
        first = listed[0] if isinstance(listed, list) and listed else {}
        text = (first.get("message") if isinstance(first, dict) else None) or body.get("error")
        text = text or body.get("message") or body.get("errorMessage") or answer.reason
    trace = answer.headers.get("X-Global-Transaction-ID") or (body.get("trace") if isinstance(body, dict) else None)
    return " ".join(str(text or "").split())[:_ERROR_TEXT_LENGTH] + (f" (transaction {trace})" if trace else "")


def _cause(error: requests.RequestException, url: str) -> str:
    host = "/".join(url.split("/")[:3])
    if isinstance(error, requests.Timeout):
        return f"{host} did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return f"no connection to {host}, or it broke off"
    return f"{host}: {type(error).__name__}"
