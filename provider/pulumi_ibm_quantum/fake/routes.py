"""The routing table: which call is answered by whom, what it asks of its caller, and the shape of its errors."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote

from . import analytics, iam, quantum, resource_controller, sessions, tagging
from .errors import Refused, contained_error, controller_error, generic_error, iam_error
from .messages import Answer
from .service import Access, Context

_Handler = Callable[[Context], Answer]
_Shape = Callable[[Refused, str], dict[str, Any]]


class Service(StrEnum):
    """The services that are played."""

    IAM = "iam"
    CONTROLLER = "resource-controller"
    QUANTUM = "quantum"
    TAGS = "tags"


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


def site_of(host: str) -> Site | None:
    """Find the service behind a production, private or staging host name (from client source); None: not played."""
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
    return None


def _patterns() -> dict[tuple[Service, str, int], list[tuple[Route, list[str]]]]:
    patterns: dict[tuple[Service, str, int], list[tuple[Route, list[str]]]] = {}
    for route in ROUTES:
        segments = route.path.split("/")
        patterns.setdefault((route.service, route.method, len(segments)), []).append((route, segments))
    return patterns


_PATTERNS: Final = _patterns()
