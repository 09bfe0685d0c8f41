"""Scenario files: an account in YAML, made into a fake."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .behaviour import Behaviour
from .catalog import PLAN_IDS
from .clock import Clock
from .fake import Fake
from .model import Account, ApiKey, Subscription
from .parameters import PatchMode
from .usage import UsageEvent

if TYPE_CHECKING:
    from pydantic import ValidationError

    from .scenario_file import Event, InstancePart, Phase, PlanPart, ScenarioPart


class ScenarioError(ValueError):
    """A scenario file that cannot be used: one line with the file, the path in it and what is wrong."""


def load_scenario(path: Path | str) -> Fake:
    """Make a fake from a scenario file (``examples/demo/account.yaml`` explains the format).

    Args:
        path: The YAML file.

    Raises:
        ScenarioError: The file cannot be read, is no YAML, or something in it is wrong.
    """
    import yaml

    path = Path(path)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: the file is not UTF-8") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ScenarioError(f"{path}: {_in_one_line(error)}") from None
    try:
        return parse_scenario(document)
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from None


def parse_scenario(document: object) -> Fake:
    """Make a fake from a scenario that is already parsed.

    Raises:
        ScenarioError: Something in it is wrong.
    """
    from pydantic import ValidationError

    from .scenario_file import ScenarioPart

    if not isinstance(document, dict):
        raise ScenarioError("a scenario is a mapping with account_id, api_keys, plans and instances")
    try:
        scenario = ScenarioPart.model_validate(document)
    except ValidationError as error:
        raise ScenarioError(_first_problem(error)) from None
    return _Builder(scenario).fake()


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
        for position, part in enumerate(scenario.instances):
            try:
                self._add(account, part)
            except KeyError as error:
                raise ScenarioError(f"instances[{position}]: {error.args[0]}") from None
        return Fake(account, behaviour=_behaviour(scenario.behaviour))

    def _add(self, account: Account, part: InstancePart) -> None:
        plans = list(self._scenario.plans)
        if part.plan is None and len(plans) > 1:
            raise KeyError(f"plan is missing: the account has {', '.join(plans)}")
        if part.guid is not None and account.find(part.guid) is not None:
            raise KeyError(f"guid {part.guid} is taken by another instance")
        if part.resource_group is not None and part.resource_group not in account.resource_groups:
            raise KeyError(f"there is no resource group {part.resource_group!r}")
        instance = account.add_instance(
            part.name,
            plan=part.plan or plans[0],
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


def _behaviour(settings: dict[str, Any]) -> Behaviour:
    behaviour = Behaviour(**settings)
    try:
        behaviour.patch_mode = PatchMode(behaviour.patch_mode)
    except ValueError:
        modes = ", ".join(mode.value for mode in PatchMode)
        raise ScenarioError(f"behaviour.patch_mode: want one of {modes}, found {behaviour.patch_mode!r}") from None
    return behaviour


def _first_problem(error: ValidationError) -> str:
    from .scenario_file import EVENT_TAG, PHASE_TAG

    problems = error.errors(include_url=False)
    first = problems[0]
    path = ""
    for step in first["loc"]:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in {EVENT_TAG, PHASE_TAG}:
            path += f".{step}" if path else str(step)
    message = first["msg"].removeprefix("Value error, ")
    if not message.startswith("want") and first["type"] not in {"value_error", "missing", "extra_forbidden"}:
        message = f"{message}, found {first['input']!r}"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{path}: {message}{more}" if path else f"{message}{more}"


def _in_one_line(error: BaseException) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None)
    if mark is not None and problem:
        return f"line {mark.line + 1}, column {mark.column + 1}: {problem}"
    return " ".join(str(error).split())
