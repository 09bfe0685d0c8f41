"""Quantum Platform, as jobs use it: a backend's status, jobs, and sessions. The calls are those that QRMI makes."""

from dataclasses import replace
from typing import Any, Final

from .clock import timestamp
from .errors import Refused
from .instance import Instance
from .messages import Answer
from .quantum import backend_names, own_instance
from .service import Context
from .session import Session

_MODES: Final = ("batch", "dedicated")


def backend_status(context: Context) -> Answer:
    """``GET /v1/backends/{name}/status`` (documented); 404 for one that the instance may not use (assumed)."""
    _demand_backend(context, own_instance(context), context.values["name"])
    return Answer(200, {"state": True, "status": "active", "message": "available", "length_queue": 3})


def backend_configuration(context: Context) -> Answer:
    """``GET /v1/backends/{name}/configuration``: what IBM's client must read before it runs anything (its source)."""
    name = context.values["name"]
    _demand_backend(context, own_instance(context), name)
    gates = ["cz", "id", "rz", "sx", "x"]
    return Answer(
        200,
        {
            "backend_name": name,
            "backend_version": "1.0.0",
            "online_date": "2026-01-01T00:00:00Z",
            "supported_instructions": gates,
            "n_qubits": 2,
            "basis_gates": gates,
            "gates": [{"name": gate, "parameters": [], "qasm_def": f"gate {gate} q {{ }}"} for gate in gates],
            "coupling_map": [[0, 1], [1, 0]],
            "local": False,
            "simulator": False,
            "conditional": False,
            "open_pulse": False,
            "memory": True,
            "max_shots": 100_000,
        },
    )


def jobs(context: Context) -> Answer:
    """``GET /v1/jobs`` (documented): there are none, as nothing runs here."""
    own_instance(context)
    return Answer(200, {"jobs": [], "count": 0, "limit": 200, "offset": 0})


def open_session(context: Context) -> Answer:
    """``POST /v1/sessions`` (documented).

    At a reached limit it is 403, or accepted and waits, as ``behaviour`` says; which of them is true is not known
    (assumed).
    """
    instance, wanted = own_instance(context), context.request.json()
    backend, mode = wanted.get("backend") or wanted.get("backend_name"), wanted.get("mode", "dedicated")
    if mode not in _MODES:
        raise Refused(400, "bad_request", f"mode must be one of {', '.join(_MODES)}.")
    _demand_backend(context, instance, str(backend))
    is_stopped = bool(context.account.limit_reached(instance))
    if is_stopped and context.behaviour.refuse_sessions_at_limit:
        raise Refused(403, "forbidden", "The usage limit of the instance is reached.")
    session = Session(
        session_id=f"session-{len(context.account.sessions) + 1}",
        crn=instance.crn,
        iam_id=context.caller.iam_id,
        backend=str(backend),
        mode=mode,
        longest_seconds=int(wanted.get("max_ttl", 28800)),
        opened=context.account.clock.now(),
        state="open" if is_stopped else "active",
    )
    context.account.sessions[session.session_id] = session
    return Answer(200, _document(session))


def get_session(context: Context) -> Answer:
    """``GET /v1/sessions/{id}`` (documented)."""
    return Answer(200, _document(_own_session(context)))


def change_session(context: Context) -> Answer:
    """``PATCH /v1/sessions/{id}`` (documented): with ``accepting_jobs: false`` it ends when its jobs have."""
    session = _own_session(context)
    accepts = context.request.json().get("accepting_jobs")
    if not isinstance(accepts, bool):
        raise Refused(400, "bad_request", "accepting_jobs must be true or false.")
    state = session.state if accepts else "closed"
    context.account.sessions[session.session_id] = replace(session, accepts_jobs=accepts, state=state)
    return Answer(204)


def close_session(context: Context) -> Answer:
    """``DELETE /v1/sessions/{id}/close`` (documented): at once, whatever is still to run."""
    session = _own_session(context)
    context.account.sessions[session.session_id] = replace(session, accepts_jobs=False, state="closed")
    return Answer(204)


def _own_session(context: Context) -> Session:
    session = context.account.sessions.get(context.values["id"])
    if session is None or session.crn != own_instance(context).crn:
        raise Refused(404, "not_found", "There is no such session in this instance.")
    return session


def _demand_backend(context: Context, instance: Instance, name: str) -> None:
    if name not in backend_names(context, instance):
        raise Refused(404, "not_found", f"The instance has no backend {name}.")


def _document(session: Session) -> dict[str, Any]:
    return {
        "id": session.session_id,
        "backend_name": session.backend,
        "mode": session.mode,
        "max_ttl": session.longest_seconds,
        "state": session.state,
        "accepting_jobs": session.accepts_jobs,
        "started_at": timestamp(session.opened),
    }
