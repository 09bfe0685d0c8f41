"""The request and the answer, as every front door hands them over."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from .errors import Refused


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Attributes:
        method: In capitals.
        host: Host name of the service as in production (a TCP front door translates its path prefixes).
        path: As sent, percent-encoding kept.
        query: As sent.
        headers: Names in lower case.
        body: As sent.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def arguments(self) -> dict[str, list[str]]:
        """Return the query's values by name, in order; only repeated names make a list (observed)."""
        return parse_qs(self.query, keep_blank_values=True)

    def argument(self, name: str) -> str | None:
        """Return the first value of a query argument, None if it is not there."""
        return self.arguments.get(name, [None])[0]

    def json(self) -> dict[str, Any]:
        """Parse the body as a JSON object.

        Raises:
            Refused: 400, it is none.
        """
        try:
            document = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Refused(400, "bad_request", f"The body is not JSON: {error}") from None
        if not isinstance(document, dict):
            raise Refused(400, "bad_request", "The body must be a JSON object.")
        return document


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answers: a status and a document (None for no body), or ``content`` as it is, with headers."""

    status: int
    document: Any = None
    delay_seconds: float = 0.0
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back over the wire.

    Attributes:
        status: HTTP status.
        headers: Names as sent.
        body: The bytes.
        delay_seconds: The front door waits so long before it answers.
        cut: The front door breaks the connection in place of an answer.
        cut_body: The front door breaks the connection in the middle of the body.
        drip_seconds: The front door waits so long before each byte of the body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    delay_seconds: float = 0.0
    cut: bool = False
    cut_body: bool = False
    drip_seconds: float = 0.0

    @property
    def sent_body(self) -> bytes:
        """Return as much of the body as goes over the wire."""
        return self.body[: len(self.body) // 2] if self.cut_body else self.body
