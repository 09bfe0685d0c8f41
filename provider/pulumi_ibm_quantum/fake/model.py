"""One IBM Cloud account with its instances, plans, keys, usage and time: state and sums, no HTTP."""

import random
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from .catalog import PLAN_IDS, REGIONS, SERVICE_NAME, WINDOW_DAYS
from .clock import Clock
from .instance import Instance
from .parameters import ANY_BACKEND, Configuration
from .serverless_model import Gateway
from .session import Session
from .usage import Series, UsageEvent, Window, microseconds

DEFAULT_ACCOUNT_ID: Final = "0123456789abcdef0123456789abcdef"
DEFAULT_API_KEY: Final = "fake-key-not-a-secret"
DEFAULT_RESOURCE_GROUP_ID: Final = "aaaabbbbccccddddeeeeffff00001111"


class Role(StrEnum):
    """What an API key may do."""

    ADMINISTRATOR = "administrator"
    """Everything."""
    MANAGER = "manager"
    """Reads and writes instances; 403 on the account and on analytics."""
    READER = "reader"
    """Reads everything, writes nothing."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key and whose it is."""

    key: str
    role: Role = Role.ADMINISTRATOR
    iam_id: str = "IBMid-1000"

    def __repr__(self) -> str:
        return f"ApiKey(role={self.role.value!r}, iam_id={self.iam_id!r})"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A contract for a plan. A plan may have several.

    Attributes:
        subscription_id: Its id; the plan's id where there is one subscription.
        budget_seconds: Largest sum of its instances' allocations (``usage_allocation_seconds``), None for no cap.
        limit_seconds: Usage of all its instances at which everything stops, None for none.
        backends: What the account may use.
    """

    plan: str
    subscription_id: str
    name: str
    budget_seconds: int | None = None
    limit_seconds: int | None = None
    backends: tuple[str, ...] = ("ibm_alpha", "ibm_beta")


class Account:
    """The one model behind every front door. Every change of an instance goes through :meth:`put`.

    Args:
        account_id: 32 hexadecimal digits, without ``a/``.
        clock: The account's time.
        subscriptions: Plans and their budgets.
        api_keys: Who may sign in.
        resource_groups: Id to name.
        staging: Whether CRNs say ``staging``.
        seed: Makes the ids of new instances repeatable.
    """

    def __init__(
        self,
        *,
        account_id: str = DEFAULT_ACCOUNT_ID,
        clock: Clock | None = None,
        subscriptions: Iterable[Subscription] = (),
        api_keys: Iterable[ApiKey] = (),
        resource_groups: dict[str, str] | None = None,
        staging: bool = False,
        seed: int = 0,
    ) -> None:
        self.account_id = account_id
        self.clock = clock or Clock()
        self.subscriptions = {subscription.subscription_id: subscription for subscription in subscriptions}
        self.api_keys = {api_key.key: api_key for api_key in api_keys}
        self.resource_groups = {DEFAULT_RESOURCE_GROUP_ID: "Default"} if resource_groups is None else resource_groups
        self.staging = staging
        self.revision = 0
        self.sessions: dict[str, Session] = {}
        self.gateway = Gateway(f"{account_id}:{seed}")
        self._random = random.Random(f"{account_id}:{seed}")
        self._instances: dict[str, Instance] = {}
        self._by_guid: dict[str, str] = {}
        self._totals: dict[tuple[str, str | None], int] = {
            key: 0 for one in self.subscriptions.values() for key in ((one.plan, None), (one.plan, one.subscription_id))
        }
        self._highest = dict(self._totals)
        self._usage: dict[str, Series] = {}
        self._subscription_usage = {subscription_id: Series() for subscription_id in self.subscriptions}

    @property
    def instances(self) -> tuple[Instance, ...]:
        """Return all instances, those that are gone too, in order of creation."""
        return tuple(self._instances.values())

    def find(self, identity: str) -> Instance | None:
        """Find an instance by CRN or GUID."""
        return self._instances.get(identity) or self._instances.get(self._by_guid.get(identity, ""))

    def instance(self, identity: str) -> Instance:
        """Get an instance by CRN, GUID or, where only one has it, name.

        Raises:
            KeyError: There is none, or the name is not unique.
        """
        found = self.find(identity)
        if found is not None:
            return found
        named = [instance for instance in self._instances.values() if instance.name == identity]
        if len(named) != 1:
            raise KeyError(f"{len(named)} instances are called {identity!r}; say which by CRN or GUID")
        return named[0]

    def put(self, instance: Instance) -> Instance:
        """Store an instance as new or in place of what it was, and keep the plan's totals."""
        before = self._instances.get(instance.crn)
        self._instances[instance.crn] = instance
        self._by_guid[instance.guid] = instance.crn
        step = instance.budgeted_seconds - (before.budgeted_seconds if before else 0)
        for key in ((instance.plan, None), (instance.plan, instance.subscription_id)):
            self._totals[key] += step
            self._highest[key] = max(self._highest[key], self._totals[key])
        if before is None or visible(before) != visible(instance):
            self.revision += 1
        return instance

    def add_instance(
        self,
        name: str,
        *,
        plan: str = "premium",
        region: str = "us-east",
        allocation_seconds: int | None = None,
        limit_seconds: int | None = None,
        backends: Iterable[str] = ANY_BACKEND,
        subscription_id: str | None = None,
        resource_group_id: str | None = None,
        created_by: str = "IBMid-1000",
        created_at: datetime | None = None,
        guid: str | None = None,
        **fields: Any,
    ) -> Instance:
        """Put a new instance into the account, with no rule applied.

        Args:
            name: Its name; need not be unique.
            plan: Name of a plan of the account.
            region: ``us-east`` or ``eu-de``.
            allocation_seconds: Allocation; 0 makes it archived, None was never set.
            limit_seconds: Limit; None is none.
            backends: Names, or ``["ANY"]``.
            subscription_id: Which of the plan's subscriptions; not given: the first.
            resource_group_id: Not given: the account's first.
            created_by: IAM id.
            created_at: Not given: now.
            guid: Not given: a made-up one, the same for the same seed.
            fields: Any other field of :class:`Instance`.

        Raises:
            KeyError: The account does not have the plan or the subscription.
        """
        if region not in REGIONS:
            raise KeyError(f"no region {region!r}; there are {', '.join(REGIONS)}")
        subscription = self.subscription_of(plan, subscription_id)
        guid = guid or str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        created_at = created_at or self.clock.now()
        configuration = Configuration(allocation_seconds, limit_seconds, tuple(backends))
        cloud = "staging" if self.staging else "bluemix"
        target = f"crn:v1:{cloud}:public:globalcatalog::::deployment:{PLAN_IDS[plan]}%3A{region}"
        instance = Instance(
            crn=f"crn:v1:{cloud}:public:{SERVICE_NAME}:{region}:a/{self.account_id}:{guid}::",
            guid=guid,
            name=name,
            account_id=self.account_id,
            region=region,
            plan=plan,
            subscription_id=subscription.subscription_id,
            resource_group_id=resource_group_id or next(iter(self.resource_groups)),
            target_crn=target,
            created_at=created_at,
            created_by=created_by,
            updated_at=created_at,
            updated_by=created_by,
            sequence=len(self._instances),
            configuration=configuration,
            effective=configuration,
        )
        return self.put(replace(instance, **fields) if fields else instance)

    def subscription_of(self, plan: str, subscription_id: str | None = None) -> Subscription:
        """Get a plan's subscription: the one named, else its first.

        Raises:
            KeyError: The account does not have it.
        """
        for subscription in self.subscriptions.values():
            if subscription.plan == plan and subscription_id in {None, subscription.subscription_id}:
                return subscription
        raise KeyError(f"the account has no plan {plan!r}" + (f" under {subscription_id}" if subscription_id else ""))

    def total(self, plan: str, subscription_id: str | None = None) -> int:
        """Sum the allocations of a plan (or of one of its subscriptions), in seconds."""
        return self._totals[plan, subscription_id]

    def highest_total(self, plan: str, subscription_id: str | None = None) -> int:
        """Return the highest that :meth:`total` has ever been, in seconds."""
        return self._highest[plan, subscription_id]

    def totals(self) -> dict[str, int]:
        """Return the total of every plan, in seconds."""
        return {plan: total for (plan, subscription_id), total in self._totals.items() if subscription_id is None}

    def add_usage(self, identity: str, events: Iterable[UsageEvent]) -> None:
        """Book usage on an instance; what lies in the future shows as the clock gets there."""
        instance = self.instance(identity)
        booked = list(events)
        self._usage.setdefault(instance.crn, Series()).extend(booked)
        self._subscription_usage[instance.subscription_id].extend(booked)

    def series(self, crn: str) -> Series | None:
        """Return an instance's usage, None if it never had any."""
        return self._usage.get(crn)

    def used(self) -> Iterator[tuple[Instance, Series]]:
        """Go through the instances that have usage, those that are gone too."""
        for crn, series in self._usage.items():
            yield self._instances[crn], series

    def rolling_window(self) -> Window:
        """Return the last 28 days up to and including this very moment."""
        now = self.clock.now()
        return Window(microseconds(now - timedelta(days=WINDOW_DAYS)), microseconds(now) + 1)

    def consumed_ms(self, instance: Instance, window: Window | None = None) -> int:
        """Sum an instance's usage in milliseconds, in the rolling window unless told otherwise."""
        series = self._usage.get(instance.crn)
        return series.usage_ms(window or self.rolling_window()) if series else 0

    def limit_reached(self, instance: Instance) -> bool | None:
        """Say whether the instance is stopped by its own or by the account's limit; None where there is neither.

        The Open and subscription plans look at the rolling window, paygo at everything since creation (documented).
        """
        account_limit = self.subscriptions[instance.subscription_id].limit_seconds
        own_limit = instance.effective.limit_seconds
        if own_limit is None and account_limit is None:
            return None
        window = self.rolling_window()
        if instance.plan == "paygo":
            window = Window(None, window.end)
        own = own_limit is not None and self.consumed_ms(instance, window) >= own_limit * 1000
        return own or (
            account_limit is not None
            and self._subscription_usage[instance.subscription_id].usage_ms(window) >= account_limit * 1000
        )


def visible(instance: Instance) -> tuple[object, ...]:
    """Return what makes a difference to someone: a write that leaves it as it was changed nothing."""
    return (
        instance.name,
        instance.configuration,
        instance.effective,
        instance.state,
        instance.locked,
        instance.tags,
        instance.allow_cleanup,
        instance.service_keys,
    )
