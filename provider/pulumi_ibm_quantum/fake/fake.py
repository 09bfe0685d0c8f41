"""The fake: one account behind one function, ``handle``."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from . import serverless, serverless_jobs
from .behaviour import Behaviour
from .catalog import PLAN_IDS, QAU_SECONDS
from .errors import Refused, controller_error
from .faults import Fault, Faults
from .instance import Instance, State
from .messages import Answer, Request, Response
from .model import DEFAULT_API_KEY, Account, ApiKey, Subscription
from .parameters import Configuration
from .recording import Call
from .routes import Route, Service, Site, find_route, site_of
from .service import NOBODY, Access, Context, permit, signed_in
from .tokens import Tokens
from .usage import UsageEvent


def default_account() -> Account:
    """Make an empty account: plan ``premium`` with a budget of 5 QAU, one administrator's key, the machine's time."""
    premium = Subscription("premium", PLAN_IDS["premium"], "premium", budget_seconds=5 * QAU_SECONDS)
    return Account(subscriptions=[premium], api_keys=[ApiKey(DEFAULT_API_KEY)])


class Fake:
    """An IBM Cloud with one account, thread-safe.

    Args:
        account: The model; not given: an empty one on plan ``premium``.
        behaviour: The switches; may also be set later on ``fake.behaviour``.
    """

    def __init__(self, account: Account | None = None, *, behaviour: Behaviour | None = None) -> None:
        self.account = account or default_account()
        self.behaviour = behaviour or Behaviour()
        self._tokens = Tokens(self.account.account_id)
        self._faults = Faults()
        self._calls: list[Call] = []
        self._watchers: list[Callable[[Call], None]] = []
        self._lock = threading.RLock()

    @property
    def now(self) -> datetime:
        """Return the account's time, in UTC."""
        return self.account.clock.now()

    def advance(self, seconds: float | timedelta) -> datetime:
        """Let time pass (seconds, or a ``timedelta``) and return the new time."""
        with self._lock:
            now = self.account.clock.advance(seconds)
            serverless_jobs.settle(self.account)
            return now

    def add_instance(self, name: str, **fields: Any) -> Instance:
        """Put an instance into the account, see :meth:`Account.add_instance`."""
        with self._lock:
            return self.account.add_instance(name, **fields)

    def instance(self, identity: str) -> Instance:
        """Get an instance by CRN, GUID or unique name, as it is now."""
        with self._lock:
            return self.account.instance(identity)

    def change_instance(self, identity: str, **fields: Any) -> Instance:
        """Change an instance behind everyone's back, with no rule applied.

        Args:
            identity: CRN, GUID or unique name.
            fields: ``allocation_seconds``, ``limit_seconds``, ``backends``, ``name``, ``state``, ``locked``, or any
                other field of :class:`Instance`.
        """
        with self._lock:
            instance = self.account.instance(identity)
            set_to: dict[str, Any] = {
                name: fields.pop(name) for name in ("allocation_seconds", "limit_seconds") if name in fields
            }
            if "backends" in fields:
                set_to["backends"] = tuple(fields.pop("backends"))
            if "state" in fields:
                fields["state"] = State(fields["state"])
            if set_to:
                configuration: Configuration = replace(instance.configuration, **set_to)
                fields = {"configuration": configuration, "effective": configuration, "shown": None, **fields}
            written = {"updated_at": self.now, "updated_by": "someone-else", **fields}
            return self.account.put(replace(instance, **written))

    def change_subscription(self, subscription_id: str, **fields: Any) -> Subscription:
        """Change a contract, as IBM does: a renewal with another ``budget_seconds``; what is allocated stays."""
        with self._lock:
            changed = replace(self.account.subscriptions[subscription_id], **fields)
            self.account.subscriptions[subscription_id] = changed
            return changed

    def add_usage(
        self,
        identity: str,
        seconds: float | Iterable[UsageEvent],
        *,
        when: datetime | None = None,
        **fields: Any,
    ) -> None:
        """Book usage on an instance.

        Args:
            identity: CRN, GUID or unique name.
            seconds: Quantum time, or whole events.
            when: The moment it counts from, past or future; not given: a moment ago (a millisecond).
            fields: Other fields of :class:`UsageEvent`.
        """
        with self._lock:
            if isinstance(seconds, int | float):
                moment = when or self.now - timedelta(milliseconds=1)
                self.account.add_usage(identity, [UsageEvent(moment, seconds, **fields)])
            else:
                self.account.add_usage(identity, seconds)

    def inject(self, *faults: Fault) -> None:
        """Let something go wrong on calls to come."""
        with self._lock:
            for fault in faults:
                self._faults.add(fault)

    def clear_faults(self) -> None:
        """Forget the faults that are still waiting."""
        with self._lock:
            self._faults.clear()

    def expire_tokens(self) -> None:
        """Make every token that was issued worthless; signing in again helps."""
        with self._lock:
            self._tokens.expire()

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every call so far."""
        with self._lock:
            return tuple(self._calls)

    @property
    def writes(self) -> tuple[Call, ...]:
        """Return the calls that were meant to change something, the refused ones too; signing in is none."""
        return tuple(call for call in self.calls if call.writes)

    @property
    def changes(self) -> tuple[Call, ...]:
        """Return the calls after which something was different, those whose answer was lost too."""
        return tuple(call for call in self.calls if call.changed)

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Have a function called with each call once it is answered; it must not call back into the fake."""
        with self._lock:
            self._watchers.append(watcher)

    def forget_calls(self) -> None:
        """Start the record anew; the highest totals stay."""
        with self._lock:
            self._calls.clear()

    def total(self, plan: str = "premium", subscription_id: str | None = None) -> int:
        """Return the sum of the allocations of a plan, in seconds."""
        with self._lock:
            return self.account.total(plan, subscription_id)

    def highest_total(self, plan: str = "premium", subscription_id: str | None = None) -> int:
        """Return the highest sum of allocations that the plan ever had, in seconds."""
        with self._lock:
            return self.account.highest_total(plan, subscription_id)

    def summary(self) -> dict[str, Any]:
        """Sum up what the service saw: calls by route, writes by CRN, totals (seconds) against each plan's budget."""
        with self._lock:
            budgets: dict[str, int | None] = {}
            for subscription in self.account.subscriptions.values():
                known = budgets.get(subscription.plan, 0)
                budget = subscription.budget_seconds
                budgets[subscription.plan] = None if known is None or budget is None else known + budget
            return {
                "calls": dict(sorted(Counter(call.route for call in self._calls).items())),
                "writes": Counter(call.crn or "" for call in self._calls if call.writes),
                "changes": sum(call.changed for call in self._calls),
                "plans": {
                    plan: {
                        "budget_seconds": budget,
                        "total_seconds": self.account.total(plan),
                        "highest_total_seconds": self.account.highest_total(plan),
                    }
                    for plan, budget in budgets.items()
                },
            }

    def handle(self, request: Request) -> Response:
        """Answer one call; every front door ends here."""
        site = site_of(request.host)
        found = find_route(site.service, request.method, request.path) if site else None
        with self._lock:
            if site is None or found is None:
                return self._unknown(request)
            route, values = found
            return self._answered(request, site, route, values)

    def _answered(self, request: Request, site: Site, route: Route, values: dict[str, str]) -> Response:
        serverless_jobs.settle(self.account)
        crn = _subject(request, values, self.account)
        fault = self._faults.hit(request.method, route.name, crn) or Fault()
        before = self.account.revision
        answer = Answer(0) if fault.pre_empts else self._served(request, site, route, values)
        if route.name == "instances.create" and answer.status in {201, 202}:
            crn = answer.document["crn"]
        if fault.status is not None:
            refused = Refused(fault.status, "fault", f"The fake was told to answer {fault.status}.", fault.body)
            answer = self._refusal(refused, route)
        elif fault.content is not None:
            answer = Answer(200)
        response = self._response(answer, fault)
        status = 0 if response.cut else response.status
        self._record(request, route, crn, status, changed=route.writes and self.account.revision != before)
        return response

    def _served(self, request: Request, site: Site, route: Route, values: dict[str, str]) -> Answer:
        try:
            self._check_length(request)
            caller = NOBODY
            if route.service is Service.SERVERLESS and route.access is not Access.OPEN:
                if serverless.is_too_large(request):
                    return serverless.too_large()
                caller = serverless.signed_in(request, self.account)
            elif route.access is not Access.OPEN:
                caller = signed_in(request, self.account, self._tokens, api_keys=route.service is Service.QUANTUM)
                permit(caller, route.access, route.action)
            context = Context(
                request, values, self.account, self.behaviour, self._tokens, caller, site.region, site.main
            )
            return route.handler(context)
        except Refused as refused:
            return self._refusal(refused, route)

    def _check_length(self, request: Request) -> None:
        if len(request.path) + len(request.query) > self.behaviour.longest_target:
            raise Refused(414, "uri_too_long", "The request's path and query are too long.")

    def _refusal(self, refused: Refused, route: Route) -> Answer:
        document = refused.body if refused.body is not None else route.shape(refused, str(uuid.uuid4()))
        return Answer(refused.status, document)

    def _response(self, answer: Answer, fault: Fault) -> Response:
        document = answer.document
        if fault.patch and isinstance(document, dict):
            document = {**document, **fault.patch}
        body = answer.content if document is None else json.dumps(document).encode()
        if fault.malformed:
            body = body[: max(1, len(body) // 2)]
        if fault.content is not None:
            body = fault.content.encode()
        now = format_datetime(self.now, usegmt=True)
        headers = {
            "Date": fault.date or now,
            # No part of IBM Cloud: a client that trusts its machine's clock learns that this one is another.
            "X-Fake-Clock": now,
            "X-Global-Transaction-ID": str(uuid.uuid4()),
        }
        if body:
            headers["Content-Type"] = "application/json" if fault.content is None else "text/html"
        if fault.content is None:
            headers |= answer.headers
        if fault.retry_after is not None:
            headers["Retry-After"] = fault.retry_after
        delay = answer.delay_seconds + fault.delay_seconds + self.behaviour.latency_seconds
        return Response(answer.status, headers, body, delay, fault.reset, fault.cut_body, fault.drip_seconds)

    def _unknown(self, request: Request) -> Response:
        message = f"The fake does not answer {request.method} https://{request.host}{request.path}"
        answer = Answer(501, controller_error(Refused(501, "not_implemented", message), str(uuid.uuid4())))
        self._record(request, None, None, 501, changed=False)
        return self._response(answer, Fault())

    def _record(self, request: Request, route: Route | None, crn: str | None, status: int, *, changed: bool) -> None:
        secret = route is None or route.service is Service.IAM
        call = Call(
            number=len(self._calls) + 1,
            time=self.now,
            method=request.method,
            host=request.host,
            route=route.name if route else "unknown",
            path=request.path,
            query="" if secret else request.query,
            status=status,
            crn=crn,
            writes=bool(route and route.writes),
            changed=changed,
            totals=self.account.totals(),
        )
        self._calls.append(call)
        for watcher in self._watchers:
            watcher(call)


def _subject(request: Request, values: dict[str, str], account: Account) -> str | None:
    """Find the one instance that a call is about, by its path, its header or its query."""
    named = values.get("id") or request.headers.get("service-crn") or request.argument("attached_to")
    if named is None:
        instances = request.arguments.get("instance", [])
        named = instances[0] if len(instances) == 1 else None
    if named is None:
        return None
    instance = account.find(named.removeprefix("reclamation-"))
    return instance.crn if instance else named
