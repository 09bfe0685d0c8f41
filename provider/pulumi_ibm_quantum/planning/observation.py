"""The account as it was observed at one moment: a plain value that can be saved, compared and decided on again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter, ValidationError

from pulumi_ibm_quantum.vocabulary import Contract, Limit, printable

SCHEMA: Final = "ibm-quantum-observation-1"
"""The form in which observations are written; another form has another name."""

WINDOW_DAYS: Final = (28, 14, 7, 3, 1)
"""The windows that end now and over which usage is observed, in days; the first is the rolling window."""

_LimitInForce = Annotated[
    Limit,
    BeforeValidator(lambda value: value if isinstance(value, Limit) else Limit.of(value)),
    PlainSerializer(lambda limit: limit.seconds, return_type=int | None),
]


@dataclass(frozen=True, slots=True)
class ObservedInstance:
    """An instance as it was configured; ``allocation_seconds`` is None where the service reports none.

    ``updated_at`` is a timestamp of the service and ``updated_by`` an IAM id, each "" where it does not tell.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    crn: str
    name: str
    region: str
    allocation_seconds: int | None
    limit: _LimitInForce = Limit.NONE
    backends: tuple[str, ...] = ()
    updated_at: str = ""
    updated_by: str = ""

    @property
    def label(self) -> str:
        """Its name where people read it: names are of whatever characters the service took."""
        return printable(self.name)

    @property
    def is_archived(self) -> bool:
        """Whether it is archived: IBM models that as an allocation of 0 (documented, announced to be revisited)."""
        return self.allocation_seconds == 0


@dataclass(frozen=True, slots=True)
class ObservedUsage:
    """Whole seconds that an instance consumed.

    Attributes:
        by_window: In the windows that end now, by their length in days; those that were asked for.
        by_day: On whole days before today, from ``days_from`` on; a missing day is 0.
        days_from: The first day that was asked for; None where none was.
        since: From a moment, the start of a balance period, until now.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    by_window: Mapping[int, int]
    by_day: Mapping[date, int] = field(default_factory=dict)
    days_from: date | None = None
    since: Mapping[datetime, int] = field(default_factory=dict)

    @property
    def last_28_days(self) -> int:
        """In the rolling window."""
        return self.by_window[28]

    def holds(self, days_from: date | None, since: datetime | None) -> bool:
        """Tell whether every window is there, and the days and the period that are named, if any."""
        has_days = days_from is None or (self.days_from is not None and self.days_from <= days_from)
        return has_days and set(WINDOW_DAYS) <= set(self.by_window) and (since is None or since in self.since)


@dataclass(frozen=True, slots=True)
class Observation:
    """One account and plan at one moment. It holds no secrets: names, CRNs, figures and IAM ids.

    Attributes:
        account_id: Whose it is.
        plan: The plan of the instances, by name.
        moment: When the service gave the first answer, UTC.
        instances: Every instance of the plan, archived ones included.
        contracts: The account's contracts for the plan; none where they were not asked for.
        consumed_seconds: What all instances of the plan consumed in the rolling window; None where it was not asked.
        usage: By CRN, of those instances whose usage was asked for and told.
        refusals: By CRN, why the service did not tell an instance's usage.
        resource_groups: Their names by id; None where they were not asked for or the service did not tell.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    account_id: str
    plan: str
    moment: datetime
    instances: tuple[ObservedInstance, ...]
    contracts: tuple[Contract, ...] = ()
    consumed_seconds: int | None = None
    usage: Mapping[str, ObservedUsage] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    resource_groups: Mapping[str, str] | None = None

    @property
    def day(self) -> date:
        """The day of the moment, UTC."""
        return self.moment.date()

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of the canonical JSON: equal for equal observations, and for no others."""
        return f"sha256:{hashlib.sha256(self.to_json().encode()).hexdigest()}"

    def to_json(self) -> str:
        """Return the canonical JSON: one line, keys in order, times in UTC."""
        document = {"schema": SCHEMA, **_ADAPTER.dump_python(self, mode="json")}
        return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> "Observation":
        """Read what ``to_json`` wrote.

        Raises:
            ValueError: it is something else; the message says what is wrong with it.
        """
        document = json.loads(text)
        schema = document.pop("schema", None) if isinstance(document, dict) else None
        if schema != SCHEMA:
            raise ValueError(f"is not an observed account of the form {SCHEMA}")
        try:
            return _ADAPTER.validate_json(json.dumps(document))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


_ADAPTER: Final = TypeAdapter(Observation)

Usage = Literal["rolling", "all"]
"""How much of the instances' usage is observed: the rolling window, or all that a decision needs."""
