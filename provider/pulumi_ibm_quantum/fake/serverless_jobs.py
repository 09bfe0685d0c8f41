"""The gateway's jobs: run, list, read, stop; what of them is observed and what from source is as in ``serverless``."""

import json
import re
from datetime import datetime
from typing import Any, Final

from .clock import parse_timestamp
from .errors import Refused
from .messages import Answer
from .model import Account
from .serverless import function_of, html_page, may, not_there
from .serverless_job import SUB_STATUSES, Job
from .serverless_rules import is_since
from .service import Context
from .usage import UsageEvent

STORAGE_HOST: Final = "s3.us-east.cloud-object-storage.appdomain.cloud"
_STATUSES: Final = frozenset({"QUEUED", "PENDING", "RUNNING", "STOPPING", "SUCCEEDED", "FAILED", "STOPPED"})
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def settle(account: Account) -> None:
    """Let every job do what is due by now; what it used on hardware is booked as usage when that is over."""
    now = account.clock.now()
    for job in account.gateway.jobs.values():
        before = job.phase
        while job.step(now, blocked=_is_blocked(account, job)):
            if before == "EXECUTING_QPU" and job.phase == "POST_PROCESSING" and job.quantum_seconds:
                used = UsageEvent(job.since, job.quantum_seconds, user=job.author)
                account.add_usage(job.crn, [used])
            before = job.phase


def run(context: Context) -> Answer:
    """``POST programs/run/`` (observed); 429 at the limit of active jobs, 423 for what IBM has disabled."""
    wanted = context.request.json()
    title, provider = wanted.get("title"), wanted.get("provider")
    if not title or "config" not in wanted:
        raise Refused(400, "bad_request", "This field is required.")
    function = function_of(context, title, provider)
    if not may(context, "function.run" if provider else "function-custom.run", function):
        raise Refused(404, "not_found", not_there(title, provider))
    if function.disabled:
        raise Refused(423, "locked", "IBM has temporarily disabled access to this function")
    gateway, behaviour, now = context.account.gateway, context.behaviour, context.account.clock.now()
    active = sum(not job.has_ended for job in gateway.jobs.values() if job.author == context.caller.iam_id)
    if active >= behaviour.active_jobs:
        most = behaviour.active_jobs
        raise Refused(429, "too_many", f"Active job limit reached. The maximum allowed is {most}.")
    _check_arguments(function.fields.get("arguments_schema"), wanted.get("arguments"))
    phases = {
        "QUEUED": behaviour.job_queue_seconds,
        "PENDING": behaviour.job_queue_seconds,
        **dict.fromkeys(SUB_STATUSES, behaviour.job_run_seconds / len(SUB_STATUSES)),
    }
    job = Job(
        job_id=gateway.new_id(),
        author=context.caller.iam_id,
        crn=context.account.instance(context.request.headers["service-crn"]).crn,
        function_id=function.function_id,
        title=function.title,
        provider=function.provider,
        runner=function.runner,
        created=now,
        phase_seconds=phases,
        quantum_seconds=behaviour.job_quantum_seconds,
        fails=behaviour.job_fails,
        since=now,
    )
    gateway.jobs[job.job_id] = job
    context.account.revision += 1
    shown = {"id": job.job_id, "result": None, "status": job.status, "program": job.function_id}
    return Answer(200, {**shown, "created": job.document()["created"], "arguments": "{}", "compute_profile": None})


def validate_arguments(context: Context) -> Answer:
    """``POST programs/validate_arguments/`` (observed); of a schema only ``required`` is looked at here."""
    wanted = context.request.json()
    function = function_of(context, str(wanted.get("title")), wanted.get("provider"))
    _check_arguments(function.fields.get("arguments_schema"), wanted.get("arguments"))
    return Answer(200, {"valid": True})


def list_jobs(context: Context) -> Answer:
    """``GET jobs/``, ``GET jobs/provider/``: the caller's, newest first (observed)."""
    argument = context.request.argument
    limit, offset = int(argument("limit") or 100), int(argument("offset") or 0)
    if limit < 0 or offset < 0:
        raise Refused(400, "bad_request", "Ensure this value is greater than or equal to 0.")
    title, provider, after = argument("function"), argument("provider"), argument("created_after")
    if title:
        function_of(context, title)
    jobs = [
        job
        for job in reversed(context.account.gateway.jobs.values())
        if job.author == context.caller.iam_id
        and argument("status") in (None, job.status)
        and title in (None, job.title)
        and provider in (None, job.provider)
        and (argument("filter") is None or (argument("filter") == "serverless") == (job.provider is None))
        and (after is None or job.created >= _moment(after))
    ]
    shown = jobs[offset : offset + limit] if limit else jobs[offset:]
    # The address of the next page lacks the filters (observed), so we give none that could be used.
    return Answer(
        200,
        {"count": len(jobs), "next": None, "previous": None, "results": [job.document(listed=True) for job in shown]},
    )


def get_job(context: Context) -> Answer:
    """``GET jobs/{id}/`` (observed)."""
    job = _job(context)
    return job if isinstance(job, Answer) else Answer(200, job.document())


def result(context: Context) -> Answer:
    """``GET jobs/{id}/result/``: in the answer on Ray, a redirect to storage on Fleets, 204 before (observed)."""
    return _content(context, "result", json.dumps({"result": "nothing was executed"}), is_ready=("SUCCEEDED",))


def logs(context: Context) -> Answer:
    """``GET jobs/{id}/logs/`` (observed)."""
    ready = ("RUNNING", "STOPPING", "SUCCEEDED", "FAILED", "STOPPED")
    return _content(context, "logs", "nothing was executed\n", is_ready=ready)


def provider_logs(_context: Context) -> Answer:
    """``GET jobs/{id}/provider-logs/``: nobody here has the right to a provider's logs (observed)."""
    raise Refused(403, "forbidden", "You don't have access to read provider logs of this job.")  # The text is assumed.


def stop(context: Context) -> Answer:
    """``POST jobs/{id}/stop/``: 200 also for what has ended (observed; texts assumed)."""
    job = _job(context)
    if isinstance(job, Answer):
        return job
    if job.has_ended:
        return Answer(200, {"message": "Job already in terminal state."})
    job.stop(context.account.clock.now(), slowly=is_since(context.behaviour, "0.37"))
    context.account.revision += 1
    return Answer(200, {"message": "Job has been stopped."})


def events(context: Context) -> Answer:
    """``GET jobs/{id}/events/``: newest first, or errors alone (observed)."""
    job = _job(context)
    if isinstance(job, Answer):
        return job
    kind = context.request.argument("type")
    return Answer(200, [one for one in reversed(job.events) if kind in (None, one["event_type"])])


def runtime_jobs(context: Context) -> Answer:
    """``GET jobs/{id}/runtime_jobs/``: none, as nothing runs here."""
    job = _job(context)
    return job if isinstance(job, Answer) else Answer(200, {"runtime_jobs": []})


def stored(context: Context) -> Answer:
    """Object storage: the body is the result or the logs themselves; a key that comes along is refused (assumed)."""
    if "authorization" in context.request.headers:
        raise Refused(400, "bad_request", "Only one auth mechanism allowed")
    content = "nothing was executed\n" if context.values["kind"] == "logs" else '{"result": "nothing was executed"}'
    return Answer(200, content=content.encode(), headers={"Content-Type": "application/octet-stream"})


def _content(context: Context, kind: str, content: str, *, is_ready: tuple[str, ...]) -> Answer:
    job = _job(context)
    if isinstance(job, Answer):
        return job
    if job.status not in is_ready:
        return Answer(204)
    if job.runner != "fleets":
        return Answer(200, {kind: content})
    # Clients tell object storage by its host name: on loopback the name differs, and nothing else does.
    name, colon, port = context.request.headers.get("host", "").partition(":")
    base = f"http://localhost:{port}/storage" if colon and name == "127.0.0.1" else f"https://{STORAGE_HOST}"
    signed = "X-Amz-Expires=60&X-Amz-Signature=0123456789abcdef"
    return Answer(302, headers={"Location": f"{base}/{job.job_id}/{kind}?{signed}"})


def _job(context: Context) -> Job | Answer:
    """Find a job of the caller's; the page of the web server for what is no UUID (observed)."""
    job_id = context.values["job"]
    if not _UUID.fullmatch(job_id):
        return html_page(404, "Not Found")
    job = context.account.gateway.jobs.get(job_id)
    if job is None or job.author != context.caller.iam_id:
        raise Refused(404, "not_found", f"Job [{job_id}] not found")
    return job


def _check_arguments(schema: Any, arguments: Any) -> None:
    required = json.loads(schema or "{}").get("required", [])
    given = json.loads(arguments or "{}")
    missing = [name for name in required if name not in given]
    if missing:
        message = f"'required' validation failed, {missing[0]!r} is a required property"
        raise Refused(400, "bad_request", message, {"message": message, "path": []})


def _is_blocked(account: Account, job: Job) -> bool:
    return job.phase == "WAITING_QPU" and bool(account.limit_reached(account.instance(job.crn)))


def _moment(text: str) -> datetime:
    try:
        return parse_timestamp(text)
    except ValueError:
        raise Refused(400, "bad_request", "Enter a valid date/time.") from None
