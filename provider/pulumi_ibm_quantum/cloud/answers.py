"""What an answer says beside its content: whether it is one at all, when it was given, when to come back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from pulumi_ibm_quantum.cloud.urls import public_url

_LONGEST_RETRY_AFTER_SECONDS = 60.0


def is_success(answer: requests.Response) -> bool:
    """Tell whether it says that all went well: a redirect, which is never followed, does not."""
    return 200 <= answer.status_code < 300


def is_json(answer: requests.Response) -> bool:
    """Tell whether its body is JSON."""
    try:
        answer.json()
    except (ValueError, RecursionError):
        return False
    return True


def not_json(answer: requests.Response) -> str:
    """Say what is wrong with an answer that is not JSON."""
    body = "a body that is not JSON" if answer.content else "an empty body"
    return f"{public_url(answer.request.url)} answered {answer.status_code} with {body}"


def json_object(answer: requests.Response) -> Mapping[str, Any]:
    """Return the body of an answer; an empty one where it is no JSON object."""
    body = answer.json() if is_json(answer) else {}
    return body if isinstance(body, dict) else {}


def transaction_id(answer: requests.Response) -> str:
    """Return the id by which IBM's support finds a request; "" where the answer names none."""
    return answer.headers.get("X-Global-Transaction-ID") or ""


def moment_of(answer: requests.Response, header: str = "Date") -> datetime | None:
    """Read a header that holds a date, UTC; None where it is missing or holds something else."""
    try:
        return parsedate_to_datetime(answer.headers[header]).astimezone(UTC)
    except (KeyError, OverflowError, TypeError, ValueError):
        return None


def retry_after_seconds(answer: requests.Response) -> float | None:
    """Read ``Retry-After``, in seconds or as a date by the service's clock; None where it says nothing of use."""
    try:
        seconds = float(answer.headers.get("Retry-After", ""))
    except ValueError:
        then, now = moment_of(answer, "Retry-After"), moment_of(answer) or datetime.now(UTC)
        seconds = 0.0 if then is None else (then - now).total_seconds()
    return min(seconds, _LONGEST_RETRY_AFTER_SECONDS) if 0 < seconds < float("inf") else None
