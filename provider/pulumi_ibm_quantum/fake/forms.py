"""Bodies of forms: multipart, form-encoded, or JSON."""

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .errors import Refused
from .messages import Request


class Part(NamedTuple):
    """An uploaded file: its name as sent, and its content."""

    name: str
    content: bytes


def form_of(request: Request) -> tuple[dict[str, Any], dict[str, Part]]:
    """Return the fields and the files of a request.

    Raises:
        Refused: 400, the body is no form.
    """
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        return request.json(), {}
    if not kind.startswith("multipart/form-data"):
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)), {}
    boundary = re.search(r'boundary="?([^";]+)', kind)
    if boundary is None:
        raise Refused(400, "bad_request", "The body is no form.")
    fields: dict[str, Any] = {}
    files: dict[str, Part] = {}
    for piece in request.body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        named = dict(re.findall(r'(\w+)="([^"]*)"', head.decode("utf-8", "replace")))
        if "filename" in named:
            files[named["name"]] = Part(named["filename"], content.removesuffix(b"\r\n"))
        else:
            fields[named["name"]] = content.removesuffix(b"\r\n").decode("utf-8", "replace")
    return fields, files


def json_field(fields: dict[str, Any], name: str) -> Any:
    """Return a field that holds JSON as text; None where it is missing.

    Raises:
        Refused: 500, it is none (observed: the gateway falls over).
    """
    value = fields.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refused(500, "internal", "Internal server error") from None
