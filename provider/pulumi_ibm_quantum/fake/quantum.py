"""Quantum Platform (``quantum.cloud.ibm.com``): the calls about one instance, and the account."""

from dataclasses import replace
from typing import Any

from .catalog import PLAN_IDS
from .clock import timestamp
from .errors import Refused
from .instance import Instance
from .messages import Answer
from .parameters import ANY_BACKEND
from .service import Context
from .usage import moment_of


def instance_usage(context: Context) -> Answer:
    """``GET /v1/instances/usage``: the rolling window up to now, in (fractional) seconds (documented).

    A limit that is not set is absent, or null as ``behaviour`` says; ``usage_limit_reached`` is absent where no limit
    applies (documented).
    """
    instance = own_instance(context)
    window = context.account.rolling_window()
    assert window.start is not None
    document: dict[str, Any] = {
        "instance_id": instance.crn,
        "plan_id": PLAN_IDS[instance.plan],
        "usage_period": {
            "start_time": timestamp(moment_of(window.start)),
            "end_time": timestamp(moment_of(window.end - 1)),
        },
        "usage_consumed_seconds": context.account.consumed_ms(instance, window) / 1000,
        "usage_allocation_seconds": instance.effective.allocation_seconds,
    }
    if instance.effective.limit_seconds is not None or context.behaviour.null_limit:
        document["usage_limit_seconds"] = instance.effective.limit_seconds
    reached = context.account.limit_reached(instance)
    if reached is not None:
        document["usage_limit_reached"] = reached
    return Answer(200, document)


def account(context: Context) -> Answer:
    """``GET /v1/accounts/{id}``: a plan's subscriptions (``plan_id``) or all; unknown plan: none (documented).

    Another account's id is 403 (assumed).
    """
    model = context.account
    if context.values["id"].removeprefix("a/") != model.account_id:
        raise Refused(403, "forbidden", "You are not authorized to read this account.")
    wanted = context.request.argument("plan_id")
    plans = []
    for subscription in model.subscriptions.values():
        plan_id = PLAN_IDS[subscription.plan]
        if wanted not in {None, plan_id}:
            continue
        plan: dict[str, Any] = {
            "plan_id": plan_id,
            "subscription_id": subscription.subscription_id,
            "subscription_name": subscription.name,
            "backends": list(subscription.backends),
            "max_ttl": 28800,
            "active_ttl": 28800,
            "interactive_ttl": 60,
        }
        if subscription.budget_seconds is not None:
            total = model.total(subscription.plan, subscription.subscription_id)
            plan["usage_allocation_seconds"] = subscription.budget_seconds
            plan["unallocated_usage_seconds"] = max(0, subscription.budget_seconds - total)
        if subscription.limit_seconds is not None:
            plan["usage_limit_seconds"] = subscription.limit_seconds
        plans.append(plan)
    return Answer(200, {"account_id": f"a/{model.account_id}", "plans": plans})


def runtime_instance(context: Context) -> Answer:
    """``GET /v1/instance``: the configuration that the runtime enforces; seconds are strings here (documented)."""
    instance = own_instance(context)
    effective = instance.effective
    document: dict[str, Any] = {"backends": backend_names(context, instance), "plan_id": PLAN_IDS[instance.plan]}
    if effective.limit_seconds is not None:
        document["instance_limit"] = effective.limit_seconds
        document["instance_limit_seconds"] = str(effective.limit_seconds)
    if effective.allocation_seconds is not None:
        document["usage_allocation_seconds"] = str(effective.allocation_seconds)
    return Answer(200, document)


def configuration(context: Context) -> Answer:
    """``GET /v1/instances/configuration``: the limit alone (documented, deprecated)."""
    return Answer(200, {"instance_limit": own_instance(context).effective.limit_seconds})


def put_configuration(context: Context) -> Answer:
    """``PUT /v1/instances/configuration``: deprecated and seen to hang; 504 unless ``behaviour`` says otherwise."""
    instance = own_instance(context)
    delay = context.behaviour.configuration_put_delay_seconds
    if not context.behaviour.configuration_put:
        return Answer(504, {"errors": [{"code": "gateway_timeout", "message": "Gateway Timeout"}]}, delay)
    limit = context.request.json().get("instance_limit")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise Refused(400, "bad_request", "instance_limit must be an integer of at least 1, or null.")
    if limit is not None and context.account.consumed_ms(instance) > limit * 1000:
        raise Refused(409, "conflict", "The usage already exceeds the new limit.")
    limited = replace(instance.configuration, limit_seconds=limit)
    context.account.put(
        replace(
            instance,
            configuration=limited,
            effective=limited,
            updated_at=context.account.clock.now(),
            updated_by=context.caller.iam_id,
        )
    )
    return Answer(204, None, delay)


def backends(context: Context) -> Answer:
    """``GET /v1/backends``: only what the instance may use (documented; all are said to be online)."""
    fields = ",".join(context.request.arguments.get("fields", []))
    devices = []
    for name in backend_names(context, own_instance(context)):
        device: dict[str, Any] = {
            "name": name,
            "status": {"name": "online", "reason": "available"},
            "is_simulator": False,
            "qubits": 156,
            "clops": {"type": "hardware", "value": 250000},
            "processor_type": {"family": "Heron", "revision": "2"},
            "queue_length": 3,
        }
        if "wait_time_seconds" in fields:
            device["wait_time_seconds"] = {"average": 60, "p50": 45, "p95": 180}
        devices.append(device)
    return Answer(200, {"devices": devices})


def functions(context: Context) -> Answer:
    """``GET /v1/functions``: what the instance was given, 204 if functions were never set (observed)."""
    parameters = own_instance(context).parameters
    if "functions" not in parameters and "custom_functions" not in parameters:
        return Answer(204)
    own = {"functions": parameters.get("functions") or [], "custom_functions": parameters.get("custom_functions")}
    return Answer(200, own)


def versions(_context: Context) -> Answer:
    """``GET /v1/versions``: the API versions, without signing in (observed)."""
    return Answer(200, {"versions": [{"version": "2026-04-15", "status": "live"}]})


def own_instance(context: Context) -> Instance:
    """Find the instance that ``Service-CRN`` names, on its own region's host only.

    Raises:
        Refused: 400 without the header, 404 for an instance that is elsewhere, gone or unknown (assumed).
    """
    crn = context.request.headers.get("service-crn")
    if not crn:
        raise Refused(400, "bad_request", "The Service-CRN header is missing.")
    instance = context.account.find(crn)
    if instance is None or instance.state.gone:
        raise Refused(404, "not_found", f"The instance {crn} was not found.")
    if instance.region != context.region:
        raise Refused(404, "not_found", f"The instance {crn} is in {instance.region}, not in {context.region}.")
    return instance


def backend_names(context: Context, instance: Instance) -> list[str]:
    """Return what an instance may use, of what its contract offers."""
    offered = context.account.subscriptions[instance.subscription_id].backends
    if instance.effective.backends == ANY_BACKEND:
        return list(offered)
    return [name for name in instance.effective.backends if name in offered]
