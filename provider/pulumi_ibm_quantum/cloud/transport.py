"""Requests in the name of an API key: signed, and with errors that say what could not be done."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.http_client import (
    LONGEST_RETRY_AFTER_SECONDS,
    HttpClient,
    json_object,
    open_session,
    public_url,
    transaction_id,
)
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity, TokenSource, token_url

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
        session = open_session(token_url(iam_endpoint)) if session is None else session
        self._client = HttpClient(read_timeout_seconds, session)
        self._tokens = TokenSource(credentials, iam_endpoint, self._client)

    def identity(self) -> Identity:
        """Sign in, and return whose key it is."""
        return self._tokens.identity()

    def request(
        self, method: str, url: str, *, purpose: str, permission: str = "", **content: Any
    ) -> requests.Response:
        """Send one request, with ``headers``, ``params`` and ``json``, and return its successful answer.

        ``purpose`` completes "could not ..." in an error; ``permission`` is the IAM action that a 403 is missing.

        Raises:
            CloudError: of the kind that fits, see ``errors``.
        """
        for attempt in (1, 2):
            answer = self._client.send(method, url, purpose=purpose, auth=self._tokens, **content)
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


def json_of(answer: requests.Response, purpose: str) -> Any:
    """Return the body of an answer as JSON.

    Raises:
        Unreachable: it is none, so what was asked for may have happened all the same.
    """
    try:
        return answer.json()
    except requests.JSONDecodeError as error:
        url = public_url(answer.request.url)
        text = f"{url} answered {answer.status_code} with a body that is not JSON"
        raise errors.Unreachable(text, purpose=purpose, url=url) from error


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
        text = f"the service's answer has not the documented shape ({what})"
        raise errors.Unreachable(text, purpose=purpose) from error


def _refusal(answer: requests.Response, purpose: str, permission: str) -> errors.Refused:
    status = answer.status_code
    body = json_object(answer)
    return _KINDS.get(status, errors.Refused)(
        _error_text(answer, body),
        status,
        purpose=purpose,
        url=public_url(answer.request.url),
        permission=permission,
        transaction_id=transaction_id(answer) or str(body.get("trace") or ""),
        retry_after_seconds=_retry_after(answer),
    )


def _retry_after(answer: requests.Response) -> float | None:
    """Read ``Retry-After`` in seconds; the form with a date is left to the retries of the methods that have them."""
    value = answer.headers.get("Retry-After", "").strip()
    return min(float(value), LONGEST_RETRY_AFTER_SECONDS) if value.isdigit() else None


def _error_text(answer: requests.Response, body: Mapping[str, Any]) -> str:
    """Find the message in the error shapes of IBM's services, in the order in which IBM's own SDK looks for it."""
    listed = body.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else {}
    text = (first.get("message") if isinstance(first, dict) else None) or body.get("error")
    text = text or body.get("message") or body.get("errorMessage") or answer.reason
    return " ".join(str(text or "").split())[:_ERROR_TEXT_LENGTH]
