"""The routing table: which call is answered by whom, what it asks of its caller, and the shape of its errors."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote

from . import analytics, iam, quantum, resource_controller, serverless, serverless_jobs, sessions, tagging
from .errors import Refused, contained_error, controller_error, generic_error, iam_error
from .messages import Answer
from .serverless import gateway_error
from .service import Access, Context

_Handler = Callable[[Context], Answer]
_Shape = Callable[[Refused, str], dict[str, Any]]


class Service(StrEnum):
    """The services that are played."""

    IAM = "iam"
    CONTROLLER = "resource-controller"
    QUANTUM = "quantum"
    TAGS = "tags"
    SERVERLESS = "serverless"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a host name leads: to a service in a region; ``main`` also answers for the whole account."""

    service: Service
    region: str = "us-east"
    main: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """One call that the fake answers.

    Attributes:
        name: What records and faults call it.
        path: Its path; a segment in braces is a value.
        access: What it asks of its caller.
        shape: The shape of its errors.
        action: Permission that a 403 names.
    """

    name: str
    service: Service
    method: str
    path: str
    handler: _Handler
    access: Access
    shape: _Shape
    action: str = "this action"

    @property
    def writes(self) -> bool:
        """Return whether it is meant to change something in the account."""
        return self.service is not Service.IAM and self.method != "GET"


def _controller(name: str, method: str, path: str, handler: _Handler) -> Route:
    access = Access.READ if method == "GET" else Access.WRITE
    action = f"resource-controller.instance.{name.rpartition('.')[2]}"
    return Route(name, Service.CONTROLLER, method, path, handler, access, controller_error, action)


def _quantum(name: str, path: str, handler: _Handler, action: str, *, shape: _Shape = contained_error) -> Route:
    access = Access.ACCOUNT if ".account" in action else Access.READ
    return Route(name, Service.QUANTUM, "GET", f"/api{path}", handler, access, shape, f"quantum-computing{action}")


def _analytics(name: str, path: str, handler: _Handler) -> Route:
    action = f".account-analytics-{path.partition('_')[0]}.read"
    return _quantum(name, f"/v1/analytics/{path}", handler, action, shape=generic_error)


def _session(name: str, method: str, path: str, handler: _Handler) -> Route:
    access = Access.READ if method == "GET" else Access.WRITE
    action = f"quantum-computing.session.{name.rpartition('.')[2]}"
    return Route(name, Service.QUANTUM, method, f"/api{path}", handler, access, contained_error, action)


def _gateway(name: str, method: str, path: str, handler: _Handler) -> Route:
    access = Access.OPEN if path == "/version" else Access.READ
    path = path if access is Access.OPEN else f"/api/v1{path}"
    return Route(f"serverless.{name}", Service.SERVERLESS, method, path, handler, access, gateway_error)


_INSTANCE: Final = "/v2/resource_instances/{id}"

ROUTES: Final = (
    Route("iam.token", Service.IAM, "POST", "/identity/token", iam.token, Access.OPEN, iam_error),
    _controller("instances.list", "GET", "/v2/resource_instances", resource_controller.list_instances),
    _controller("instances.create", "POST", "/v2/resource_instances", resource_controller.create_instance),
    _controller("instances.get", "GET", _INSTANCE, resource_controller.get_instance),
    _controller("instances.update", "PATCH", _INSTANCE, resource_controller.update_instance),
    _controller("instances.delete", "DELETE", _INSTANCE, resource_controller.delete_instance),
    _controller("instances.lock", "POST", f"{_INSTANCE}/lock", resource_controller.lock_instance),
    _controller("instances.unlock", "DELETE", f"{_INSTANCE}/lock", resource_controller.unlock_instance),
    _controller("instances.cancel", "DELETE", f"{_INSTANCE}/last_operation", resource_controller.cancel_last_operation),
    _controller("resource_groups.list", "GET", "/v2/resource_groups", resource_controller.list_resource_groups),
    _controller("reclamations.list", "GET", "/v1/reclamations", resource_controller.list_reclamations),
    _controller(
        "reclamations.act", "POST", "/v1/reclamations/{id}/actions/{action}", resource_controller.act_on_reclamation
    ),
    _quantum("usage.get", "/v1/instances/usage", quantum.instance_usage, ".instance-usage.read", shape=generic_error),
    _quantum("account.get", "/v1/accounts/{id}", quantum.account, ".account-configuration.read"),
    _analytics("analytics.usage", "usage", analytics.usage),
    _analytics("analytics.grouped", "usage_grouped", analytics.usage_grouped),
    _analytics("analytics.by_date", "usage_grouped_by_date", analytics.usage_grouped_by_date),
    _analytics("analytics.filters", "filters", analytics.filters),
    _quantum("backends.list", "/v1/backends", quantum.backends, ".device.read"),
    _quantum("instance.get", "/v1/instance", quantum.runtime_instance, ".instance.read"),
    _quantum("configuration.get", "/v1/instances/configuration", quantum.configuration, ".instance.configuration.read"),
    Route(
        "configuration.put",
        Service.QUANTUM,
        "PUT",
        "/api/v1/instances/configuration",
        quantum.put_configuration,
        Access.WRITE,
        contained_error,
        "quantum-computing.instance.configuration.update",
    ),
    _quantum(
        "backends.configuration", "/v1/backends/{name}/configuration", sessions.backend_configuration, ".device.read"
    ),
    _quantum("backends.status", "/v1/backends/{name}/status", sessions.backend_status, ".device.read"),
    _quantum("jobs.list", "/v1/jobs", sessions.jobs, ".job.read"),
    _session("sessions.open", "POST", "/v1/sessions", sessions.open_session),
    _session("sessions.get", "GET", "/v1/sessions/{id}", sessions.get_session),
    _session("sessions.change", "PATCH", "/v1/sessions/{id}", sessions.change_session),
    _session("sessions.close", "DELETE", "/v1/sessions/{id}/close", sessions.close_session),
    _quantum("functions.get", "/v1/functions", quantum.functions, ".instance.read"),
    Route("versions.list", Service.QUANTUM, "GET", "/api/v1/versions", quantum.versions, Access.OPEN, contained_error),
    Route("tags.list", Service.TAGS, "GET", "/v3/tags", tagging.list_tags, Access.READ, contained_error),
    Route("tags.attach", Service.TAGS, "POST", "/v3/tags/attach", tagging.attach_tags, Access.WRITE, contained_error),
    Route("tags.detach", Service.TAGS, "POST", "/v3/tags/detach", tagging.detach_tags, Access.WRITE, contained_error),
    _gateway("version", "GET", "/version", serverless.version),
    _gateway("dependencies", "GET", "/dependencies-versions", serverless.dependencies),
    _gateway("functions.list", "GET", "/programs", serverless.list_programs),
    _gateway("functions.get", "GET", "/programs/get_by_title/{title}", serverless.get_program),
    _gateway("functions.upload", "POST", "/programs/upload", serverless.upload_program),
    _gateway("functions.run", "POST", "/programs/run", serverless_jobs.run),
    _gateway("functions.validate", "POST", "/programs/validate_arguments", serverless_jobs.validate_arguments),
    *(
        route
        for folder, name in (("/files", "files"), ("/files/provider", "provider_files"))
        for route in (
            _gateway(f"{name}.list", "GET", folder, serverless.list_files),
            _gateway(f"{name}.upload", "POST", f"{folder}/upload", serverless.upload_file),
            _gateway(f"{name}.download", "GET", f"{folder}/download", serverless.download_file),
            _gateway(f"{name}.delete", "DELETE", f"{folder}/delete", serverless.delete_file),
        )
    ),
    _gateway("jobs.list", "GET", "/jobs", serverless_jobs.list_jobs),
    _gateway("provider_jobs.list", "GET", "/jobs/provider", serverless_jobs.list_jobs),
    _gateway("jobs.get", "GET", "/jobs/{job}", serverless_jobs.get_job),
    _gateway("jobs.result", "GET", "/jobs/{job}/result", serverless_jobs.result),
    _gateway("jobs.logs", "GET", "/jobs/{job}/logs", serverless_jobs.logs),
    _gateway("jobs.provider_logs", "GET", "/jobs/{job}/provider-logs", serverless_jobs.provider_logs),
    _gateway("jobs.stop", "POST", "/jobs/{job}/stop", serverless_jobs.stop),
    _gateway("jobs.events", "GET", "/jobs/{job}/events", serverless_jobs.events),
    _gateway("jobs.runtime_jobs", "GET", "/jobs/{job}/runtime_jobs", serverless_jobs.runtime_jobs),
    Route("storage.get", Service.STORAGE, "GET", "/{job}/{kind}", serverless_jobs.stored, Access.OPEN, gateway_error),
)
"""Every call that the fake answers; any other is a 501 that names it."""

ROUTE_NAMES: Final = frozenset(route.name for route in ROUTES)
"""The names that faults may use."""

_HOST: Final = re.compile(
    r"(?:private\.)?"
    r"(?:(?P<iam>iam)|(?P<controller>resource-controller)|(?P<tags>tags(?:\.private)?\.global-search-tagging)"
    r"|(?:(?P<region>us-east|eu-de)\.)?(?P<quantum>quantum))"
    r"\.(?:test\.)?cloud\.ibm\.com"
)
_OTHER_HOSTS: Final = {
    "qiskit-serverless.quantum.ibm.com": Service.SERVERLESS,
    serverless_jobs.STORAGE_HOST: Service.STORAGE,
}


def site_of(host: str) -> Site | None:
    """Find the service behind a production, private or staging host name (from client source); None: not played."""
    if host.lower() in _OTHER_HOSTS:
        return Site(_OTHER_HOSTS[host.lower()])
    match = _HOST.fullmatch(host.lower())
    if match is None:
        return None
    if match["quantum"]:
        region = match["region"] or "us-east"
        return Site(Service.QUANTUM, region, main=region == "us-east")
    return Site(Service.IAM if match["iam"] else Service.CONTROLLER if match["controller"] else Service.TAGS)


def find_route(service: Service, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Find the route of a call, with the decoded values in its path."""
    segments = path.rstrip("/").split("/")
    for route, pattern in _PATTERNS.get((service, method, len(segments)), ()):
        values: dict[str, str] = {}
        for wanted, segment in zip(pattern, segments, strict=True):
            if wanted.startswith("{"):
                values[wanted[1:-1]] = unquote(segment)
            elif wanted != segment:
                break
        else:
            return route, values
    return _no_gateway_call(segments) if service is Service.SERVERLESS else None


def _no_gateway_call(segments: list[str]) -> tuple[Route, dict[str, str]]:
    """Return what answers a call that there is not: 500 where the method is wrong, else a page (observed)."""
    known = (route.path.split("/") for route in ROUTES if route.service is Service.SERVERLESS)
    is_path = any(len(path) == len(segments) and all(map(_fits, path, segments)) for path in known)
    wrong_method = Answer(500, {"error": "Server Error (500)"})
    answer = wrong_method if is_path else serverless.html_page(404, "Not Found")
    route = Route("serverless.none", Service.SERVERLESS, "GET", "", lambda _: answer, Access.OPEN, gateway_error)
    return route, {}


def _fits(wanted: str, segment: str) -> bool:
    return wanted.startswith("{") or wanted == segment


def _patterns() -> dict[tuple[Service, str, int], list[tuple[Route, list[str]]]]:
    patterns: dict[tuple[Service, str, int], list[tuple[Route, list[str]]]] = {}
    for route in ROUTES:
        segments = route.path.split("/")
        patterns.setdefault((route.service, route.method, len(segments)), []).append((route, segments))
    return patterns


_PATTERNS: Final = _patterns()
