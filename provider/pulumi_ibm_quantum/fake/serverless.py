"""The Qiskit Serverless gateway: signing in with the key itself, functions and their files.

What is *observed* was asked of the gateway's own code of August 2026 on loopback; the rest is *from source*, or
*assumed* where it says so. It executes nothing.
"""

from typing import Any, Final

from .errors import Refused
from .forms import form_of, json_field
from .instance import Instance
from .messages import Answer, Request
from .model import Account
from .serverless_model import (
    ALLOWED_DEPENDENCIES,
    LARGEST_BODY,
    Function,
    accepts,
    stored_name,
    stored_title,
    wanted_name,
)
from .serverless_rules import check_upload, documented, is_since
from .service import Caller, Context

_ENTITLED: Final = frozenset({"premium", "flex", "dedicated", "internal"})
"""The real list is private; by the documentation premium, flex and on-premises plans (assumed: internal)."""


def signed_in(request: Request, account: Account) -> Caller:
    """Find out who calls: the raw key behind ``Bearer``, and an instance of an entitled plan (from source).

    Raises:
        Refused: 401.
    """
    key = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if not key:
        raise Refused(401, "detail", "Authorization token was not provided.")
    api_key = account.api_keys.get(key)
    if api_key is None:
        raise Refused(401, "detail", "You couldn't be authenticated, please review your API Key.")
    instance = account.find(request.headers.get("service-crn", ""))
    if instance is None or instance.state.gone:
        raise Refused(401, "detail", "You couldn't be authenticated, please review your CRN.")
    if instance.plan not in _ENTITLED:
        text = "Your instance's resource plan is not entitled to use Qiskit Functions."
        raise Refused(401, "detail", text)
    return Caller(api_key.role, api_key.iam_id)


def gateway_error(refused: Refused, _request_id: str) -> dict[str, Any]:
    """Shape a refusal as the gateway does: signing in has another key than everything else (observed)."""
    return {"detail" if refused.code == "detail" else "message": refused.message}


def version(context: Context) -> Answer:
    """``GET /version/``: without a token (observed)."""
    return Answer(200, {"version": context.behaviour.gateway_version})


def html_page(status: int, title: str) -> Answer:
    """Answer as the web server in front does (observed)."""
    page = f"<!doctype html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Answer(status, content=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def too_large() -> Answer:
    """Refuse a body of more than 50 MB, as the ingress does (from source)."""
    return html_page(413, "413 Request Entity Too Large")


def list_programs(context: Context) -> Answer:
    """``GET programs``: own functions, those of providers, or both; ``provider`` since 0.37 (observed)."""
    wanted = context.request.argument("filter")
    provider = context.request.argument("provider") if is_since(context.behaviour, "0.37") else None
    shown = [
        one
        for one in context.account.gateway.functions
        if _is_visible(context, one)
        and (wanted is None or (wanted == "serverless") == (one.provider is None))
        and provider in (None, one.provider)
    ]
    return Answer(200, [documented(one, context.behaviour) for one in shown])


def get_program(context: Context) -> Answer:
    """``GET programs/get_by_title/{title}`` (observed)."""
    return Answer(200, documented(function_of(context, context.values["title"]), context.behaviour))


def upload_program(context: Context) -> Answer:
    """``POST programs/upload/``: makes a function or puts another in its place (observed)."""
    fields, files = form_of(context.request)
    if not fields.get("title"):
        raise Refused(400, "bad_request", "This field is required.")
    title, provider = _split_title(str(fields["title"]), fields.get("provider"))
    gateway, author = context.account.gateway, context.caller.iam_id
    dependencies, environment = json_field(fields, "dependencies"), json_field(fields, "env_vars")
    there = gateway.find(author, title, provider) if provider else gateway.own(author, title)
    _demand_may_upload(context, title, provider)
    check_upload(fields, files.get("artifact"), dependencies, context, is_new=there is None, provider=provider)
    function = there or gateway.create(author, title, provider)
    if there is None:
        function.type = str(fields.get("type") or "GENERIC")
    elif not is_since(context.behaviour, "0.35"):
        # Before 0.35 what was not sent was set to nothing.
        function.artifact = function.artifact if "artifact" in files else None
        function.fields = {**function.fields, "image": None, "env_vars": {}}
    kept = ("entrypoint", "image", "description", "version", "runner", "arguments_schema", "sizes", "default_size")
    changed = {name: fields[name] for name in kept if name in fields}
    for name, value in (("dependencies", dependencies), ("env_vars", environment)):
        if name in fields:
            changed[name] = value
    function.fields = {**function.fields, **changed}
    if "artifact" in files:
        gateway.store(function, files["artifact"].content)
    context.account.revision += 1
    return Answer(200, documented(function, context.behaviour, uploaded=True))


def dependencies(_context: Context) -> Answer:
    """``GET dependencies-versions/``: what a function may depend on (observed)."""
    return Answer(200, list(ALLOWED_DEPENDENCIES))


def list_files(context: Context) -> Answer:
    """``GET files``, ``GET files/provider``: names alone (observed)."""
    return Answer(200, {"results": sorted(_folder(context))})


def upload_file(context: Context) -> Answer:
    """``POST files/upload/``: overwrites without a word; the content decides whether it is taken (observed)."""
    folder = _folder(context)
    _, files = form_of(context.request)
    if "file" not in files:
        raise Refused(400, "bad_request", "This field is required.")
    name, content = stored_name(files["file"].name), files["file"].content
    if not accepts(content, hdf5=context.behaviour.accepts_hdf5):
        raise Refused(400, "bad_request", "File type is not allowed.")  # The text is assumed.
    folder[name] = content
    context.account.revision += 1
    is_fleets = _function_of_query(context).runner == "fleets"
    return Answer(200, {"message": name if is_fleets else f"/usr/src/app/media/{context.caller.iam_id}/{name}"})


def download_file(context: Context) -> Answer:
    """``GET files/download`` (observed)."""
    name = wanted_name(context.request.argument("file") or "")
    content = _folder(context).get(name)
    if content is None:
        raise Refused(404, "not_found", "Requested file was not found.")
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(len(content)),
    }
    return Answer(200, content=content, headers=headers)


def delete_file(context: Context) -> Answer:
    """``DELETE files/delete``: 404 where there is none, but 200 always for functions on Fleets (observed, source)."""
    gone = _folder(context).pop(wanted_name(context.request.argument("file") or ""), None)
    if gone is None and _function_of_query(context).runner != "fleets":
        raise Refused(404, "not_found", "Requested file was not found.")
    context.account.revision += 1
    return Answer(200, {"message": "Requested file was deleted."})


def function_of(context: Context, title: str, provider: str | None = None) -> Function:
    """Find a function that the caller may see.

    Raises:
        Refused: 404, which may also mean that it is not allowed (observed).
    """
    provider = provider or context.request.argument("provider")
    found = context.account.gateway.find(context.caller.iam_id, title, provider)
    if found is None or not _is_visible(context, found):
        raise Refused(404, "not_found", not_there(title, provider))
    return found


def not_there(title: str, provider: str | None) -> str:
    """Say that a function does not exist (observed)."""
    return (
        f"Qiskit Function {provider}/{title} doesn't exist." if provider else f"Qiskit Function {title} doesn't exist."
    )


def may(context: Context, permission: str, function: Function | None = None) -> bool:
    """Say what the instance's functions and custom functions allow; all of one's own where never set (source)."""
    own = _permissions(context)
    if function is not None and function.provider:
        granted = [one for one in own.get("functions") or [] if _is_about(one, function)]
        return function.author == context.caller.iam_id or any(permission in one["permissions"] for one in granted)
    return not own or permission in (own.get("custom_functions") or {}).get("permissions", ())


def _permissions(context: Context) -> Any:
    """Return what ``GET /v1/functions`` says of the instance, as old as the gateway's cache allows (source)."""
    gateway, now = context.account.gateway, context.account.clock.now()
    crn = context.request.headers["service-crn"]
    if crn in gateway.permissions:
        read_at, known = gateway.permissions[crn]
        if (now - read_at).total_seconds() < context.behaviour.permission_cache_seconds:
            return known
    instance: Instance = context.account.instance(crn)
    known = {
        name: instance.parameters[name] for name in ("functions", "custom_functions") if name in instance.parameters
    }
    gateway.permissions[crn] = now, known
    return known


def _is_about(granted: Any, function: Function) -> bool:
    return (granted.get("provider"), granted.get("name")) == (function.provider, function.title)


def _is_visible(context: Context, function: Function) -> bool:
    if function.provider is None:
        return function.author == context.caller.iam_id
    return may(context, "function.read", function)


def _demand_may_upload(context: Context, title: str, provider: str | None) -> None:
    known = context.account.gateway.providers.get(provider or "")
    is_administrator = known is not None and context.caller.iam_id in known.administrators
    if not (is_administrator if provider else may(context, "function-custom.write")):
        raise Refused(404, "not_found", not_there(title, provider))


def _split_title(title: str, provider: Any) -> tuple[str, str | None]:
    """Take ``provider/title`` apart, and drop what a title may not have (observed)."""
    head, slash, tail = title.rpartition("/")
    if "/" in head or (slash and provider):
        raise Refused(400, "bad_request", "Title is malformed.")  # The text is assumed.
    return stored_title(tail), (head if slash else provider) or None


def _function_of_query(context: Context) -> Function:
    title = context.request.argument("function")
    if not title:
        raise Refused(400, "bad_request", "This field is required.")
    return function_of(context, title)


def _folder(context: Context) -> dict[str, bytes]:
    function = _function_of_query(context)
    is_shared = "/provider" in context.request.path
    known = context.account.gateway.providers.get(function.provider or "")
    if is_shared and (known is None or context.caller.iam_id not in known.administrators):
        raise Refused(404, "not_found", f"Provider {function.provider} doesn't exist.")
    return context.account.gateway.folder(function, context.caller.iam_id, "provider" if is_shared else "user")


def is_too_large(request: Request) -> bool:
    """Say whether a body passes the ingress's limit."""
    return len(request.body) > LARGEST_BODY
