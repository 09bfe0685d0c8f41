"""Refusals, and the three shapes in which the services put them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Refused(Exception):
    """A call that the service turns down.

    Attributes:
        code: The service's own error code.
        message: What a person reads.
        body: The whole body, for tests that need an exact one; None means the service's usual shape.
    """

    status: int
    code: str
    message: str
    body: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"

    @classmethod
    def by_broker(cls, message: str, *, status: int = 400) -> "Refused":
        """Refuse as the service's broker, which the Resource Controller passes on (code documented, text assumed)."""
        return cls(status, "RC-ServiceBrokerErrorResponse", message)


def iam_error(refused: Refused, request_id: str) -> dict[str, Any]:
    """Shape a refusal as the token service does (from client source)."""
    context = {"requestId": request_id, "requestType": "incoming.Identity_Token", "url": "https://iam.cloud.ibm.com"}
    return {"errorCode": refused.code, "errorMessage": refused.message, "context": context}


def controller_error(refused: Refused, request_id: str) -> dict[str, Any]:
    """Shape a refusal as the Resource Controller does (documented)."""
    return {
        "message": refused.message,
        "status_code": refused.status,
        "error_code": refused.code,
        "transaction_id": f"bss-{request_id.replace('-', '')[:16]}",
    }


def generic_error(refused: Refused, request_id: str) -> dict[str, Any]:
    """Shape a refusal as usage and analytics do: a numeric code, with a solution (documented)."""
    error = {
        "code": refused.status,
        "message": refused.message,
        "solution": "Check the request and the permissions of the API key.",
        "more_info": "https://quantum.cloud.ibm.com/docs/errors",
    }
    return {"errors": [error], "trace": request_id}


def contained_error(refused: Refused, request_id: str) -> dict[str, Any]:
    """Shape a refusal as instance, configuration and account calls do: a code that is a string (documented)."""
    error = {
        "code": refused.code,
        "message": refused.message,
        "more_info": "https://quantum.cloud.ibm.com/docs/errors",
    }
    return {"trace": request_id, "errors": [error]}
