"""Resource Controller v2 (``resource-controller.cloud.ibm.com``): HTTP over the rules of ``lifecycle``."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

from .catalog import PLAN_IDS, SERVICE_ID
from .clock import parse_timestamp, timestamp
from .errors import Refused
from .instance import Instance, State
from .messages import Answer
from .service import Context

_DEFAULT_STATES: Final = frozenset({State.ACTIVE, State.PROVISIONING})
_LARGEST_PAGE: Final = 100
_FILTERS: Final = (
    "guid",
    "name",
    "resource_group_id",
    "resource_id",
    "resource_plan_id",
    "type",
    "state",
    "updated_from",
    "updated_to",
)


def list_instances(context: Context) -> Answer:
    """``GET /v2/resource_instances``: one page (documented; ``start`` carries the filters of the first page)."""
    request = context.request
    start = request.argument("start")
    if start is None:
        after, limit = -1, _page_size(request.argument("limit"))
        filters = {name: value for name in _FILTERS if (value := request.argument(name))}
    else:
        after, limit, filters = _opened(start)
    matches = _matching(context, after, [*_lag(context), *_tests(filters)])
    page = [context.lifecycle.read(instance) for instance in islice(matches, limit)]
    following = next(matches, None)
    next_url = None
    if following is not None:
        next_url = f"{request.path}?{urlencode({'limit': limit, 'start': _start(page[-1].sequence, limit, filters)})}"
    resources = [instance.document() for instance in page]
    return Answer(200, {"rows_count": len(resources), "next_url": next_url, "resources": resources})


def get_instance(context: Context) -> Answer:
    """``GET /v2/resource_instances/{id}``: by CRN or GUID, also of what was deleted (observed)."""
    return Answer(200, context.lifecycle.get(context.values["id"]).document())


def create_instance(context: Context) -> Answer:
    """``POST /v2/resource_instances``: 201 at once, or 202 while it is being provisioned (documented)."""
    locked = context.request.headers.get("entity-lock", "").lower() == "true"
    instance = context.lifecycle.create(context.request.json(), by=context.caller.iam_id, locked=locked)
    return Answer(202 if instance.state is State.PROVISIONING else 201, instance.document())


def update_instance(context: Context) -> Answer:
    """``PATCH /v2/resource_instances/{id}``: 200, or 202 while reads lag behind (documented)."""
    instance = context.lifecycle.update(_instance(context), context.request.json(), by=context.caller.iam_id)
    return Answer(202 if instance.shown is not None else 200, instance.document())


def delete_instance(context: Context) -> Answer:
    """``DELETE /v2/resource_instances/{id}``: 204 (observed)."""
    recursive = (context.request.argument("recursive") or "false").lower() == "true"
    context.lifecycle.delete(_instance(context), recursive=recursive, by=context.caller.iam_id)
    return Answer(204)


def lock_instance(context: Context) -> Answer:
    """``POST /v2/resource_instances/{id}/lock``: the instance, locked (documented)."""
    return Answer(200, context.lifecycle.lock(_instance(context), locked=True, by=context.caller.iam_id).document())


def unlock_instance(context: Context) -> Answer:
    """``DELETE /v2/resource_instances/{id}/lock``: the instance, unlocked (documented)."""
    return Answer(200, context.lifecycle.lock(_instance(context), locked=False, by=context.caller.iam_id).document())


def cancel_last_operation(context: Context) -> Answer:
    """``DELETE /v2/resource_instances/{id}/last_operation``: cancel a creation (documented)."""
    return Answer(200, context.lifecycle.cancel(_instance(context), by=context.caller.iam_id).document())


def list_resource_groups(context: Context) -> Answer:
    """``GET /v2/resource_groups`` (documented)."""
    account = context.account
    name = context.request.argument("name")
    groups = [
        {
            "id": group_id,
            "crn": f"crn:v1:bluemix:public:resource-controller::a/{account.account_id}::resource-group:{group_id}",
            "account_id": account.account_id,
            "name": group_name,
            "state": "ACTIVE",
            "default": position == 0,
        }
        for position, (group_id, group_name) in enumerate(account.resource_groups.items())
        if name in {None, group_name}
    ]
    return Answer(200, {"resources": groups})


def list_reclamations(context: Context) -> Answer:
    """``GET /v1/reclamations``: what was deleted and may still come back (documented)."""
    wanted = context.request.argument("resource_instance_id")
    waiting = [
        _reclamation(instance)
        for instance in context.account.instances
        if instance.state is State.PENDING_RECLAMATION and wanted in {None, instance.guid, instance.crn}
    ]
    return Answer(200, {"resources": waiting})


def act_on_reclamation(context: Context) -> Answer:
    """``POST /v1/reclamations/{id}/actions/{action}``: ``reclaim`` for good, or ``restore`` (documented)."""
    instance = context.account.find(context.values["id"].removeprefix("reclamation-"))
    action = context.values["action"]
    if instance is None or instance.state is not State.PENDING_RECLAMATION:
        raise Refused(404, "RC-ReclamationNotFound", f"No reclamation {context.values['id']} was found.")
    if action == "restore":
        context.lifecycle.restore(instance, by=context.caller.iam_id)
        return Answer(200, {**_reclamation(instance), "state": "RESTORING"})
    if action == "reclaim":
        context.lifecycle.reclaim(instance, by=context.caller.iam_id)
        return Answer(200, {**_reclamation(instance), "state": "RECLAIMING"})
    raise Refused(400, "RC-BadRequest", f"There is no action {action}; there are reclaim and restore.")


def _instance(context: Context) -> Instance:
    return context.lifecycle.get(context.values["id"], reads=False)


def _page_size(text: str | None) -> int:
    limit = int(text) if text is not None and text.isdecimal() else (_LARGEST_PAGE if text is None else 0)
    if not 1 <= limit <= _LARGEST_PAGE:
        raise Refused(400, "RC-BadRequest", f"limit must be between 1 and {_LARGEST_PAGE}.")
    return limit


def _start(after: int, limit: int, filters: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps([after, limit, filters]).encode()).decode()


def _opened(start: str) -> tuple[int, int, dict[str, str]]:
    try:
        after, limit, filters = json.loads(base64.urlsafe_b64decode(start))
        return int(after), int(limit), dict(filters)
    except (ValueError, TypeError):
        raise Refused(400, "RC-BadRequest", "start is not a page of this list.") from None


def _matching(context: Context, after: int, tests: list[Callable[[Instance], bool]]) -> Iterator[Instance]:
    for instance in context.account.instances:
        if instance.sequence > after and all(test(instance) for test in tests):
            yield instance


def _lag(context: Context) -> Iterator[Callable[[Instance], bool]]:
    lag = timedelta(seconds=context.behaviour.list_lag_seconds)
    if lag:
        latest = context.account.clock.now() - lag
        yield lambda instance: instance.created_at <= latest


def _tests(filters: dict[str, str]) -> list[Callable[[Instance], bool]]:
    exact: dict[str, Callable[[Instance], str]] = {
        "guid": lambda instance: instance.guid,
        "name": lambda instance: instance.name,
        "resource_group_id": lambda instance: instance.resource_group_id,
        "resource_id": lambda _: SERVICE_ID,
        "resource_plan_id": lambda instance: PLAN_IDS[instance.plan],
        "type": lambda _: "service_instance",
    }
    states = {filters["state"]} if "state" in filters else _DEFAULT_STATES
    tests: list[Callable[[Instance], bool]] = [lambda instance: instance.state in states]
    tests += [_equals(exact[name], value) for name, value in filters.items() if name in exact]
    if "updated_from" in filters:
        earliest = _moment(filters["updated_from"])
        tests.append(lambda instance: instance.updated_at >= earliest)
    if "updated_to" in filters:
        latest = _moment(filters["updated_to"])
        tests.append(lambda instance: instance.updated_at <= latest)
    return tests


def _equals(read: Callable[[Instance], str], value: str) -> Callable[[Instance], bool]:
    return lambda instance: read(instance) == value


def _moment(text: str) -> Any:
    try:
        return parse_timestamp(text if "T" in text else f"{text}T00:00:00Z")
    except ValueError:
        raise Refused(400, "RC-BadRequest", f"{text} is not a date.") from None


def _reclamation(instance: Instance) -> dict[str, Any]:
    deleted_at = instance.deleted_at or instance.updated_at
    return {
        "id": f"reclamation-{instance.guid}",
        "entity_id": instance.guid,
        "entity_type_id": instance.crn,
        "entity_crn": instance.crn,
        "resource_instance_id": instance.guid,
        "resource_group_id": instance.resource_group_id,
        "account_id": instance.account_id,
        "policy_id": "fake",
        "state": "SCHEDULED",
        "target_time": timestamp(deleted_at),
        "created_at": timestamp(deleted_at),
        "created_by": instance.updated_by,
    }
