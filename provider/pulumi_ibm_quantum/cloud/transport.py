"""Requests in the name of an API key: signed, and with errors that say what could not be done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.answers import is_success, json_object, not_json, retry_after_seconds, transaction_id
from pulumi_ibm_quantum.cloud.http_client import TRIES, HttpClient, open_session
from pulumi_ibm_quantum.cloud.plausibility import Implausible
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity, TokenSource
from pulumi_ibm_quantum.cloud.urls import public_url

READ_TIMEOUT_SECONDS = 30.0
_ERROR_TEXT_LENGTH = 300
_KINDS = {401: errors.Forbidden, 403: errors.Forbidden, 404: errors.NotFound, 410: errors.NotFound}


class Transport:
    """Sends requests to IBM Cloud as the holder of an API key. Safe to share between threads.

    A session that is given is used as it is, with its own adapters, headers, proxies and certificates.
    """

    def __init__(
        self,
        credentials: Credentials,
        iam_endpoint: str,
        *,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
        session: requests.Session | None = None,
    ) -> None:
        if session is None:
            self.client = HttpClient(read_timeout_seconds, open_session(), tries=TRIES)
        else:
            self.client = HttpClient(read_timeout_seconds, session)
        self._tokens = TokenSource(credentials, iam_endpoint, self.client)

    def identity(self) -> Identity:
        """Sign in, and return whose key it is."""
        return self._tokens.identity()

    def request(
        self, method: str, url: str, *, purpose: str, permission: str = "", **content: Any
    ) -> requests.Response:
        """Send one request, with ``headers``, ``params`` and ``json``, and return its successful answer.

        ``purpose`` completes "could not ..." in an error; ``permission`` is the IAM action that a 403 is missing. What
        GET returns is JSON.

        Raises:
            CloudError: of the kind that fits, see ``errors``.
        """
        for attempt in (1, 2):
            answer = self.client.send(
                method, url, purpose=purpose, auth=self._tokens, expects_json=method == "GET", **content
            )
            # A token can die before its time (revoked, clocks apart): a fresh one is worth one more try.
            if answer.status_code != requests.codes.unauthorized or attempt == 2:
                break
            self._tokens.discard(answer.request.headers.get("Authorization", ""))
        if is_success(answer):
            return answer
        raise refusal(answer, purpose, permission)

    def get_json(self, url: str, **options: Any) -> Any:
        """GET ``url`` and return its JSON; options as in ``request``."""
        return json_of(self.request("GET", url, **options), options["purpose"])


def json_of(answer: requests.Response, purpose: str) -> Any:
    """Return the body of an answer as JSON.

    Raises:
        Unreachable: it is none, so what was asked for may have happened all the same.
    """
    try:
        return answer.json()
    except (ValueError, RecursionError) as error:
        raise errors.Unreachable(not_json(answer), purpose=purpose, url=public_url(answer.request.url)) from error


@contextmanager
def understanding(purpose: str) -> Iterator[None]:
    """Make an error that a person can read of an answer that has not the documented shape, or says what cannot be.

    Raises:
        Unreachable: what is done within the context met something unexpected.
    """
    try:
        yield
    except Implausible as error:
        raise errors.Unreachable(f"the service's answer cannot be right: {error}", purpose=purpose) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        missing = f": it has no {error.args[0]}" if isinstance(error, KeyError) else ""
        text = f"the service's answer has not the documented shape{missing}"
        raise errors.Unreachable(text, purpose=purpose) from error


def refusal(answer: requests.Response, purpose: str, permission: str = "") -> errors.Refused:
    """Return the error that an answer without success is."""
    status = answer.status_code
    body = json_object(answer)
    return _KINDS.get(status, errors.Refused)(
        _error_text(answer, body),
        status,
        purpose=purpose,
        url=public_url(answer.request.url),
        permission=permission,
        transaction_id=transaction_id(answer) or str(body.get("trace") or ""),
        retry_after_seconds=retry_after_seconds(answer),
    )


def _error_text(answer: requests.Response, body: Mapping[str, Any]) -> str:
    """Find the message in the error shapes of IBM's services, in the order in which IBM's own SDK looks for it."""
    if 300 <= answer.status_code < 400:
        return "a redirect, which is not followed"
    listed = body.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    text = (first.get("message") if isinstance(first, dict) else None) or body.get("error")
    text = text or body.get("message") or body.get("errorMessage") or body.get("detail") or answer.reason
    return " ".join(str(text or "").split())[:_ERROR_TEXT_LENGTH]
