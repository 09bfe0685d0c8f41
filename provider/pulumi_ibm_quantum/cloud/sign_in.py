"""Exchanging the API key for a token, and a token for a fresh one before it runs out.

When to refresh is IBM's own code (ten seconds before the end, in the background after 80 percent of the life); here it
is only made to use our session, to fail at once for all threads, and never to show the key.
"""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
from requests.auth import AuthBase

from pulumi_ibm_quantum.cloud import errors

if TYPE_CHECKING:
    from ibm_cloud_sdk_core import IAMTokenManager

API_KEY_VARIABLE = "IBMCLOUD_API_KEY"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key, which no representation shows."""

    api_key: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], fallback: str | None = None) -> "Credentials":
        """Take the key from ``IBMCLOUD_API_KEY``, else ``fallback``; raise SignInError where there is neither."""
        api_key = environment.get(API_KEY_VARIABLE, "").strip() or (fallback or "").strip()
        if not api_key:
            raise errors.SignInError(f"no API key: set {API_KEY_VARIABLE}")
        return cls(api_key)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose an API key is: the id of a user or service, and of the account; "" where the token does not tell."""

    iam_id: str
    account_id: str


class TokenSource(AuthBase):
    """Adds a valid bearer token to each request."""

    def __init__(
        self, credentials: Credentials, iam_endpoint: str, session: requests.Session, timeout: tuple[float, float]
    ) -> None:
        self._credentials = credentials
        self._iam_endpoint = iam_endpoint
        self._session = session
        self._timeout = timeout
        self._lock = threading.Lock()
        self._manager: IAMTokenManager | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign ``request``; raise SignInError or Unreachable where no token is to be had."""
        request.headers["Authorization"] = f"Bearer {self._token()}"
        return request

    def identity(self) -> Identity:
        """Sign in and return whose key it is, as the token says (claims from client source).

        Raises:
            CloudError: no token is to be had.
        """
        payload = self._token().split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return Identity(claims.get("iam_id") or "", (claims.get("account") or {}).get("bss") or "")

    def discard(self, authorization: str) -> None:
        """Forget the token of the header ``authorization``, unless another thread has replaced it by now."""
        with self._lock:
            if self._manager is not None and authorization == f"Bearer {self._manager.access_token}":
                self._manager.expire_time = 0

    def _token(self) -> str:
        with self._lock:
            if self._manager is None:
                self._manager = _token_manager(self._credentials.api_key, self._iam_endpoint, self._post)
            # Left standing after a failure, it would make the next caller wait for a request that nobody has sent.
            self._manager.request_time = 0
            return self._current_token(self._manager)

    def _current_token(self, manager: "IAMTokenManager") -> str:
        try:
            manager.get_token()
        except errors.Unreachable:
            if manager.access_token is None or manager.expire_time <= time.time():
                raise
        except errors.CloudError:
            raise
        except Exception:
            # Whatever the answer's token was, IBM's code could not read it; its error may quote the token.
            raise errors.Unreachable(f"could not sign in: {self._iam_endpoint} sent no usable token") from None
        token: str = manager.access_token
        return token

    def _post(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, url, auth=_unsigned, timeout=self._timeout, allow_redirects=False, **options
            )
        except requests.RequestException:
            raise errors.Unreachable(f"could not sign in: no answer from {self._iam_endpoint}") from None
        if answer.status_code in (400, 401, 403):
            raise errors.SignInError(f"could not sign in: the API key was refused{_code_of(answer)}")
        if not answer.ok:
            raise errors.Unreachable(f"could not sign in: {self._iam_endpoint} answered {answer.status_code}")
        try:
            token: dict[str, Any] = answer.json()
        except requests.JSONDecodeError:
            raise errors.Unreachable(f"could not sign in: {self._iam_endpoint} did not answer with JSON") from None
        return token


def _token_manager(api_key: str, url: str, post: Callable[..., dict[str, Any]]) -> "IAMTokenManager":
    from ibm_cloud_sdk_core import IAMTokenManager

    class SessionTokenManager(IAMTokenManager):  # type: ignore[misc]
        """IBM's token manager, sending its requests through our session."""

        def _request(
            self, method: str, url: str, *, headers: Any = None, params: Any = None, data: Any = None, **_: Any
        ) -> dict[str, Any]:
            return post(method, url, headers=headers, params=params, data=data)

    return SessionTokenManager(api_key, url=url)


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Sign nothing: without it, requests would look for a password in the user's netrc file."""
    return request


def _code_of(answer: requests.Response) -> str:
    """Return IAM's code for the refusal, never its text, which may repeat what was sent."""
    try:
        body = answer.json()
    except requests.JSONDecodeError:
        return ""
    code = body.get("errorCode") if isinstance(body, dict) else None
    return f" ({code})" if isinstance(code, str) else ""
