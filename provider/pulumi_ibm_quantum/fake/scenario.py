"""Scenario files: an account in YAML, made into a fake."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from .behaviour import Behaviour
from .catalog import PLAN_IDS
from .clock import Clock
from .fake import Fake
from .model import Account, ApiKey, Subscription
from .usage import UsageEvent

if TYPE_CHECKING:
    from pulumi_ibm_quantum.documents import Document

    from .scenario_file import Event, InstancePart, Phase, PlanPart, ScenarioPart


class ScenarioError(ValueError):
    """A scenario that cannot be used; its text has a line for each problem: file, line, column, path and message."""


def load_scenario(path: Path | str) -> Fake:
    """Make a fake from a scenario file (``examples/demo/account.yaml`` explains the format).

    Raises:
        ScenarioError: The file cannot be read, is no YAML, or all that is wrong in it.
    """
    from pulumi_ibm_quantum.documents import read_file

    return _made(lambda: read_file(Path(path)))


def parse_scenario(scenario: object) -> Fake:
    """Make a fake from a scenario that is data already.

    Raises:
        ScenarioError: All that is wrong in it.
    """
    from pulumi_ibm_quantum.documents import document_of

    return _made(lambda: document_of(scenario, "scenario"))


def _made(read: Callable[[], Document]) -> Fake:
    from pulumi_ibm_quantum.documents import DocumentError, validate

    from .scenario_file import ScenarioPart

    try:
        return _Builder(validate(read(), ScenarioPart)).fake()
    except DocumentError as error:
        raise ScenarioError(str(error)) from None


class _Builder:
    def __init__(self, scenario: ScenarioPart) -> None:
        self._scenario = scenario
        self._clock = Clock(scenario.now, real=scenario.real_time)
        self._today = datetime.combine(self._clock.now().date(), time(), UTC)

    def fake(self) -> Fake:
        scenario = self._scenario
        groups = {group.id: group.name for group in scenario.resource_groups}
        account = Account(
            account_id=scenario.account_id,
            clock=self._clock,
            subscriptions=[each for plan, part in scenario.plans.items() for each in _subscriptions(plan, part)],
            api_keys=[ApiKey(part.key, part.role, part.user) for part in scenario.api_keys],
            resource_groups=groups or None,
            staging=scenario.staging,
            seed=scenario.seed,
        )
        for part in scenario.instances:
            self._add(account, part)
        return Fake(account, behaviour=Behaviour(**vars(scenario.behaviour)))

    def _add(self, account: Account, part: InstancePart) -> None:
        instance = account.add_instance(
            part.name,
            plan=part.plan or next(iter(self._scenario.plans)),
            region=part.region,
            subscription_id=part.subscription,
            resource_group_id=part.resource_group,
            allocation_seconds=0 if part.archived else part.allocation_seconds,
            limit_seconds=part.limit_seconds,
            backends=part.backends,
            created_at=part.created,
            guid=part.guid,
            state=part.state,
            deleted_at=self._clock.now() if part.state.gone else None,
            locked=part.locked,
            service_keys=part.service_keys,
            tags=frozenset(part.tags),
        )
        account.add_usage(instance.crn, self._events(part))

    def _events(self, part: InstancePart) -> Iterator[UsageEvent]:
        from .scenario_file import Phase

        for position, usage in enumerate(part.usage):
            if isinstance(usage, Phase):
                chance = random.Random(f"{self._scenario.seed}:{part.name}:{position}")
                yield from self._phase(usage, chance)
            else:
                yield self._event(usage)

    def _event(self, event: Event) -> UsageEvent:
        moment = self._today + timedelta(days=event.day, hours=event.at.hour, minutes=event.at.minute)
        return UsageEvent(moment, event.seconds, event.queue_seconds, event.jobs, event.user, event.backend)

    def _phase(self, phase: Phase, chance: random.Random) -> Iterator[UsageEvent]:
        """Spread each day's usage over jobs between 7 and 19 o'clock, its amount varied within bounds."""
        for number in range(phase.from_day, phase.to_day):
            day = self._today + timedelta(days=number)
            if phase.weekdays_only and day.weekday() >= 5:
                continue
            seconds = phase.seconds_per_day * chance.uniform(1 - phase.variation, 1 + phase.variation)
            shares = [chance.uniform(0.5, 1.5) for _ in range(phase.jobs_per_day)]
            for share in shares:
                moment = day + timedelta(seconds=chance.randrange(7 * 3600, 19 * 3600))
                yield UsageEvent(
                    moment,
                    round(seconds * share / sum(shares), 3),
                    queue_seconds=round(chance.uniform(5, 600), 3),
                    user=chance.choice(phase.users),
                    backend=chance.choice(phase.backends),
                )


def _subscriptions(plan: str, part: PlanPart) -> Iterator[Subscription]:
    if not part.subscriptions:
        yield Subscription(plan, PLAN_IDS[plan], plan, part.budget_seconds, part.limit_seconds, part.backends)
    for each in part.subscriptions:
        backends = part.backends if each.backends is None else each.backends
        yield Subscription(plan, each.id, each.name, each.budget_seconds, each.limit_seconds, backends)
