"""The control API under ``/_fake/``: what a test does from another process. It is no part of IBM Cloud."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import unquote

from .clock import parse_timestamp, timestamp
from .fake import Fake
from .faults import Fault
from .instance import State
from .messages import Request, Response
from .usage import UsageEvent

PREFIX: Final = "/_fake/"
_CHANGEABLE: Final = ("allocation_seconds", "limit_seconds", "backends", "name", "state", "locked", "service_keys")


def control(fake: Fake, request: Request) -> Response:
    """Answer one control call: 200 with a document, 400 with what is wrong, or 404 with what there is."""
    name, _, argument = request.path.removeprefix(PREFIX).partition("/")
    action = _ACTIONS.get((request.method, name))
    if action is None:
        known = ", ".join(f"{method} {PREFIX}{path}" for method, path in _ACTIONS)
        return _response(fake, 404, {"message": f"no {request.method} {request.path}; there are {known}"})
    try:
        body = json.loads(request.body or b"{}")
        if not isinstance(body, dict):
            return _response(fake, 400, {"message": "the body must be a JSON object"})
        return _response(fake, 200, action(fake, unquote(argument), body) or {})
    except (KeyError, TypeError, ValueError) as error:
        return _response(fake, 400, {"message": str(error.args[0]) if error.args else str(error)})


def _clock(fake: Fake, _argument: str, body: dict[str, Any]) -> dict[str, Any]:
    if body:
        fake.advance(float(body["advance_seconds"]))
    return {"now": timestamp(fake.now)}


def _change(fake: Fake, argument: str, body: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for name in body if name not in _CHANGEABLE]
    if unknown:
        raise ValueError(f"cannot change {unknown[0]}; there are {', '.join(_CHANGEABLE)}")
    _check_change(body)
    return fake.change_instance(argument, **body).document()


def _check_change(body: dict[str, Any]) -> None:
    for name in ("allocation_seconds", "limit_seconds"):
        value = body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"{name} must be whole seconds, 0 or more, or null, not {value!r}")
    backends = body.get("backends", [])
    if not isinstance(backends, list) or not all(isinstance(name, str) for name in backends):
        raise ValueError("backends must be a list of names")
    if "state" in body and body["state"] not in {state.value for state in State}:
        raise ValueError(f"state must be one of {', '.join(state.value for state in State)}")


def _fault(fake: Fake, _argument: str, body: dict[str, Any]) -> None:
    known = [field.name for field in fields(Fault)]
    unknown = [name for name in body if name not in known]
    if unknown:
        raise ValueError(f"a fault has no {unknown[0]}; there are {', '.join(known)}")
    fake.inject(Fault(**body))


def _usage(fake: Fake, _argument: str, body: dict[str, Any]) -> dict[str, Any]:
    identity, listed = body["instance"], body["events"]
    just_now = fake.now - timedelta(milliseconds=1)
    events = []
    for entry in listed:
        given = dict(entry)
        when = given.pop("when", None)
        events.append(UsageEvent(just_now if when is None else parse_timestamp(when), **given))
    fake.add_usage(identity, events)
    return {"added": len(events)}


_Action = Callable[[Fake, str, dict[str, Any]], dict[str, Any] | None]
_ACTIONS: Final[dict[tuple[str, str], _Action]] = {
    ("GET", "clock"): _clock,
    ("POST", "clock"): _clock,
    ("GET", "calls"): lambda fake, *_: {"calls": [call.document() for call in fake.calls]},
    ("DELETE", "calls"): lambda fake, *_: fake.forget_calls(),
    ("GET", "summary"): lambda fake, *_: fake.summary(),
    ("PATCH", "instances"): _change,
    ("POST", "faults"): _fault,
    ("DELETE", "faults"): lambda fake, *_: fake.clear_faults(),
    ("POST", "usage"): _usage,
    ("POST", "expire-tokens"): lambda fake, *_: fake.expire_tokens(),
}
"""What there is; an action without a document of its own answers ``{}``."""


def _response(fake: Fake, status: int, document: dict[str, Any]) -> Response:
    headers = {"Date": format_datetime(fake.now, usegmt=True), "Content-Type": "application/json"}
    return Response(status, headers, json.dumps(document).encode())
