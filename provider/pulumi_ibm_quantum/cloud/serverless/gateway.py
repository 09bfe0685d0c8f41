"""Calls of the gateway: signed with the API key itself, in the name of an instance."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import requests
from requests.auth import AuthBase

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.answers import is_success
from pulumi_ibm_quantum.cloud.endpoints import is_safe
from pulumi_ibm_quantum.cloud.http_client import HttpClient
from pulumi_ibm_quantum.cloud.sign_in import Credentials
from pulumi_ibm_quantum.cloud.transport import json_of, refusal
from pulumi_ibm_quantum.vocabulary import parse_crn

LARGEST_UPLOAD_BYTES: Final = 50 * 1024**2
"""What a request may have (the ingress's limit, from the gateway's charts)."""

_HINTS: Final = {413: "the gateway takes 50 MB in one request"}
_SHORTEST_SECRET: Final = 4
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Gateway:
    """Sends calls with one key and one instance; no redirect is followed with the key."""

    def __init__(self, client: HttpClient, credentials: Credentials, endpoint: str, crn: str) -> None:
        self._client = client
        self._api_key = credentials.api_key
        self._sign = _Signature(credentials)
        self._endpoint = endpoint
        self._headers = {
            "Accept": "application/json",
            "Service-CRN": str(parse_crn(crn)),
            "Service-Channel": "ibm_quantum_platform",
        }

    def send(
        self,
        method: str,
        path: str,
        *,
        purpose: str,
        hints: Mapping[int, str] = _HINTS,
        secrets: Iterable[str] = (),
        redirects: bool = False,
        headers: Mapping[str, str] = _NO_HEADERS,
        **options: Any,
    ) -> requests.Response:
        """Send one request below ``/api/v1/`` and return its successful answer.

        Args:
            method: HTTP method.
            path: Where to.
            purpose: Completes "could not ..." in an error.
            hints: What to say of a status beside what the gateway says.
            secrets: What an error must not repeat, beside the key.
            redirects: Whether a redirect is an answer too.
            headers: Beside those that every call has.
            options: As of ``HttpClient.send``.

        Raises:
            CloudError: of the kind that fits, see ``errors``.
        """
        answer = self._client.send(
            method,
            f"{self._endpoint}/api/v1/{path}",
            purpose=purpose,
            auth=self._sign,
            headers={**self._headers, **headers},
            **options,
        )
        if is_success(answer) or (redirects and answer.is_redirect):
            return answer
        raise self._refusal(answer, purpose, {**_HINTS, **hints}, secrets)

    def get_json(self, path: str, *, purpose: str, **options: Any) -> Any:
        """GET what is JSON."""
        return json_of(self.send("GET", path, purpose=purpose, expects_json=True, **options), purpose)

    def get_version(self, *, purpose: str) -> Mapping[str, Any]:
        """GET what the gateway tells without a key."""
        url = f"{self._endpoint}/version/"
        answer = self._client.send("GET", url, purpose=purpose, auth=unsigned, expects_json=True)
        if not is_success(answer):
            raise refusal(answer, purpose)
        document: Mapping[str, Any] = json_of(answer, purpose)
        return document

    def follow(self, answer: requests.Response, purpose: str) -> requests.Response:
        """Return what object storage has, where an answer leads there: without the key, and one step.

        Raises:
            CloudError: it leads to where others could read along, or further.
        """
        if not answer.is_redirect:
            return answer
        address = requests.compat.urljoin(answer.url, answer.headers["Location"])
        if not is_safe(address):
            raise errors.Unreachable(
                "a redirect to an address that is not https, which is not followed", purpose=purpose
            )
        stored = self._client.send("GET", address, purpose=purpose, auth=unsigned)
        if not is_success(stored):
            raise refusal(stored, purpose)
        return stored

    def _refusal(
        self, answer: requests.Response, purpose: str, hints: Mapping[int, str], secrets: Iterable[str]
    ) -> errors.Refused:
        refused = refusal(answer, purpose)
        # What signing in lacks is said in a whole sentence: the key, the CRN or the plan.
        if refused.status == 401:
            refused = errors.Refused(refused.text, 401, purpose=purpose, url=refused.url)
        if refused.status in hints:
            refused.text = f"{refused.text.rstrip('.')}; {hints[refused.status]}"
        for secret in (self._api_key, *secrets):
            if len(secret) >= _SHORTEST_SECRET:
                refused.text = refused.text.replace(secret, "***")
        refused.args = (refused.text, refused.status)
        return refused


class _Signature(AuthBase):
    """Signs with the API key, which the gateway itself exchanges: it refuses access tokens."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._credentials.api_key}"
        return request


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Sign nothing: without it, requests would look for a password in the user's files."""
    return request


def given(values: Mapping[str, str | int | None]) -> dict[str, str | int]:
    """Return what there is of a query."""
    return {name: value for name, value in values.items() if value is not None and value != ""}
