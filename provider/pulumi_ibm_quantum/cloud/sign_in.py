"""Exchanging the API key for a token, and a token for a fresh one before it runs out.

When to ask for a fresh one is as in IBM's own ``ibm-cloud-sdk-core``: in the last fifth of a token's life, and ten
seconds before its end at the latest.
"""

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace

import requests
from requests.auth import AuthBase

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.answers import is_success, json_object
from pulumi_ibm_quantum.cloud.http_client import HttpClient
from pulumi_ibm_quantum.cloud.outages import SHARED_SECONDS
from pulumi_ibm_quantum.cloud.urls import public_url
from pulumi_ibm_quantum.logs import LOGGER

API_KEY_VARIABLE = "IBMCLOUD_API_KEY"

_TOKEN_PATH = "/identity/token"
_JSON_WEB_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
_REFRESHED_LIFE = 0.2
_SAFETY_SECONDS = 10
_PAUSE_AFTER_FAILURE_SECONDS = 60


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


@dataclass(frozen=True, slots=True)
class _Token:
    """A token, its owner, and when it ends and should be replaced, in seconds since 1970."""

    text: str = field(repr=False)
    identity: Identity
    ends: float
    replace_at: float

    @classmethod
    def parse(cls, text: str) -> "_Token":
        """Read the claims of a JSON Web Token (names from client source); an exception says that it is none."""
        if not _JSON_WEB_TOKEN.fullmatch(text):
            raise ValueError
        payload = text.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        identity = Identity(claims.get("iam_id") or "", (claims.get("account") or {}).get("bss") or "")
        ends = float(claims["exp"])
        life = ends - float(claims["iat"])
        if not 0 < life < float("inf"):
            raise ValueError
        return cls(text, identity, ends, ends - max(life * _REFRESHED_LIFE, _SAFETY_SECONDS))


class TokenSource(AuthBase):
    """Adds a valid bearer token to each request.

    Safe to share between threads: one at a time signs in, and where that fails, all fail with it for a while.
    """

    def __init__(
        self,
        credentials: Credentials,
        iam_endpoint: str,
        client: HttpClient,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._credentials = credentials
        self._endpoint = public_url(iam_endpoint)
        # The endpoint may name the path already.
        self._url = iam_endpoint.removesuffix(_TOKEN_PATH) + _TOKEN_PATH
        self._client = client
        self._clock = clock
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._failure: errors.CloudError | None = None
        self._failed_until = 0.0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign ``request``; raise SignInError or Unreachable where no token is to be had."""
        request.headers["Authorization"] = f"Bearer {self._current().text}"
        return request

    def identity(self) -> Identity:
        """Sign in and return whose key it is, as the token says.

        Raises:
            CloudError: no token is to be had.
        """
        return self._current().identity

    def discard(self, authorization: str) -> None:
        """Forget the token of the header ``authorization``, unless another thread has replaced it by now."""
        with self._lock:
            if self._token is not None and authorization == f"Bearer {self._token.text}":
                self._token = None

    def _current(self) -> _Token:
        token = self._token
        if token is not None and self._clock() < token.replace_at:
            return token
        with self._lock:
            token, now = self._token, self._clock()
            if token is None or now >= token.replace_at:
                if self._failure is not None and now < self._failed_until:
                    raise copy(self._failure) from None
                try:
                    token = self._fresh(token, now)
                except errors.CloudError as error:
                    self._failure, self._failed_until = error, self._clock() + SHARED_SECONDS
                    raise
                self._token = token
            return token

    def _fresh(self, old: _Token | None, now: float) -> _Token:
        """Sign in; where that fails and the old token is still good, keep it for a while before the next try."""
        try:
            token = self._sign_in()
        except errors.Unreachable:
            if old is None or now >= old.ends:
                raise
            return replace(old, replace_at=min(now + _PAUSE_AFTER_FAILURE_SECONDS, old.ends - _SAFETY_SECONDS))
        LOGGER.debug("signed in at %s, for %.0f s", self._endpoint, token.ends - now)
        return token

    def _sign_in(self) -> _Token:
        answer = self._client.send(
            "POST",
            self._url,
            purpose="sign in",
            auth=_unsigned,
            headers={"Accept": "application/json"},
            expects_json=True,
            repeatable=True,
            data={
                "grant_type": "urn:ibm:params:oauth:grant-type:apikey",
                "apikey": self._credentials.api_key,
                "response_type": "cloud_iam",
            },
        )
        if answer.status_code in (400, 401, 403):
            raise errors.SignInError(
                f"the API key was refused{_code_of(answer)}", purpose="sign in", url=self._endpoint
            )
        if not is_success(answer):
            raise self._unreachable(f"{self._endpoint} answered {answer.status_code}")
        # What cannot be read may hold a token, and the exception with it.
        try:
            return _Token.parse(json_object(answer)["access_token"])
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise self._unreachable(f"{self._endpoint} sent no usable token") from None

    def _unreachable(self, text: str) -> errors.Unreachable:
        return errors.Unreachable(text, purpose="sign in", url=self._endpoint)


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Sign nothing: without it, requests would send the user and password that the address may have."""
    return request


def _code_of(answer: requests.Response) -> str:
    """Return IAM's code for the refusal, never its text, which may repeat what was sent."""
    code = json_object(answer).get("errorCode")
    return f" ({code})" if isinstance(code, str) else ""
