"""The kinds of values in a project configuration: how each is read, and what an editor is told about it."""

import re
from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
)

from pulumi_ibm_quantum.documents import Text, moment_from
from pulumi_ibm_quantum.slurm import SHELL_NAME, is_shell_name
from pulumi_ibm_quantum.vocabulary import (
    BALANCED_PLANS,
    PLAN_ALIASES,
    REGIONS,
    Limit,
    balanced_plan,
    format_value,
    parse_crn,
    parse_region,
    parse_seconds,
    quote,
    whole_seconds,
)

LARGEST_WEIGHT: Final = 1_000_000
"""Far more than anyone can mean; scores multiplied by it are still exact enough to be compared."""


def dialect_in(info: ValidationInfo) -> int:
    """Return the dialect that is being read; 3 where a model is made in Python."""
    return info.context["dialect"] if info.context else 3


def _is_old(info: ValidationInfo) -> bool:
    return dialect_in(info) < 3


def _seconds(value: object, info: ValidationInfo) -> int:
    if _is_old(info):
        longer = '; durations such as "10h" need version: 3' if isinstance(value, str) else ""
        try:
            return whole_seconds(value)
        except ValueError as error:
            raise ValueError(f"{error}{longer}") from None
    return parse_seconds(value)


def _limit(value: object, info: ValidationInfo) -> Limit:
    if isinstance(value, Limit):
        return value
    is_setting = value is None or (value == "none" and not _is_old(info))
    return Limit.from_setting(value if is_setting else _seconds(value, info))


def _some_seconds(value: object, info: ValidationInfo) -> int:
    if (seconds := _seconds(value, info)) == 0:
        raise ValueError("must be more than 0 seconds")
    return seconds


def _moment(value: object, info: ValidationInfo) -> datetime:
    return moment_from(value, plain_dates=dialect_in(info) != 2, naive=dialect_in(info) == 1)


def _account(text: str) -> str:
    if text.startswith("a/"):
        raise ValueError(f"wants the bare account id: write {quote(text.removeprefix('a/'))} without a/")
    if not all(c.isascii() and (c.isalnum() or c in "-_") for c in text):
        raise ValueError(f"is not an account id (letters, digits, - and _), found {quote(text)}")
    return text


def _number(value: object) -> object:
    if isinstance(value, int) and abs(value) > 10**15:
        raise ValueError(f"is out of range, found {format_value(value)}")
    return value


def _distinct(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(items)) < len(items):
        twice = next(item for item, times in Counter(items).items() if times > 1)
        raise ValueError(f"lists {quote(twice)} more than once")
    return items


def _backend(text: str) -> str:
    if not is_shell_name(text):
        raise ValueError(
            f"cannot begin the name of a shell variable, as QRMI needs it: wants letters, digits and _, "
            f"found {quote(text)}"
        )
    return text


def _site(text: str) -> str:
    if not re.fullmatch(_SITE, text):
        raise ValueError(f"wants letters, digits and - . _, to begin with a letter or digit, found {quote(text)}")
    return text


def _account_name(text: str) -> str:
    if not re.fullmatch(_ONE_WORD, text):
        raise ValueError(f"wants a Slurm account, without blanks and commas, found {quote(text)}")
    return text


def _node_path(text: str) -> str:
    if not re.fullmatch(_NODE_PATH, text):
        raise ValueError(f"wants a path from the root, without blanks and commas, found {quote(text)}")
    return text


_SITE: Final = "[A-Za-z0-9][A-Za-z0-9._-]*"
_ONE_WORD: Final = r"[^\s,]+"
_NODE_PATH: Final = r"/[^\s,]+"
_DURATION: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": r"^\+?([0-9]{1,20}(\.[0-9]{1,20})? ?([sSmMhHdD]|[qQ][aA][uU])?"
    r"|(?=[0-9])([0-9]{1,20} ?[dD] ?)?([0-9]{1,20} ?[hH] ?)?([0-9]{1,20} ?[mM] ?)?([0-9]{1,20} ?[sS])?)$",
    "examples": ["45s", "1h 30m", "10h", "2.5d", "1qau"],
}
_MOMENT: Final[dict[str, Any]] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]*)?)?[ \t]*([Zz]|[+-][0-9]{1,2}(:?[0-9]{2})?))?$",
    "examples": ["2026-03-01", "2026-03-01T09:00:00+00:00"],
}
_CRN: Final = (
    rf"^crn:v1:(bluemix|staging):public:quantum-computing:({'|'.join(REGIONS)}):a/[^:]+:"
    r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}:{0,2}$"
)


def _pattern(pattern: str) -> Any:
    return Field(json_schema_extra={"pattern": f"^{pattern}$"})


def _duration(least: int, *others: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": "integer", "minimum": least}, _DURATION, *others]})


Texts: TypeAlias = Annotated[
    tuple[Text, ...], Field(json_schema_extra={"uniqueItems": True}), AfterValidator(_distinct)
]
BackendNames: TypeAlias = Annotated[
    tuple[Annotated[Text, AfterValidator(_backend), _pattern(SHELL_NAME)], ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]
SlurmAccounts: TypeAlias = Annotated[
    tuple[Annotated[Text, AfterValidator(_account_name), _pattern(_ONE_WORD)], ...],
    Field(json_schema_extra={"uniqueItems": True}),
    AfterValidator(_distinct),
]
JobCount: TypeAlias = Annotated[int, Field(strict=True, ge=1), BeforeValidator(_number)]
SiteName: TypeAlias = Annotated[Text, AfterValidator(_site), _pattern(_SITE)]
NodePath: TypeAlias = Annotated[Text, AfterValidator(_node_path), _pattern(_NODE_PATH)]
AccountId: TypeAlias = Annotated[
    Text, AfterValidator(_account), Field(json_schema_extra={"pattern": "^[A-Za-z0-9_-]+$"})
]
PlanName: TypeAlias = Annotated[
    str, Field(strict=True), AfterValidator(balanced_plan), WithJsonSchema({"enum": [*BALANCED_PLANS, *PLAN_ALIASES]})
]
RegionName: TypeAlias = Annotated[
    str, Field(strict=True), AfterValidator(parse_region), WithJsonSchema({"type": "string", "enum": [*REGIONS]})
]
CrnText: TypeAlias = Annotated[
    str,
    Field(strict=True),
    AfterValidator(lambda text: str(parse_crn(text))),
    WithJsonSchema({"type": "string", "pattern": _CRN}),
]
Seconds: TypeAlias = Annotated[int, BeforeValidator(_seconds), _duration(0)]
SomeSeconds: TypeAlias = Annotated[int, BeforeValidator(_some_seconds), _duration(1)]
LimitSeconds: TypeAlias = Annotated[
    Limit,
    PlainValidator(_limit),
    PlainSerializer(lambda limit: limit.setting),
    _duration(0, {"enum": ["none"]}),
    # No value in a file stands for the default.
    Field(json_schema_extra=lambda schema: schema.pop("default", None)),
]
Moment: TypeAlias = Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_MOMENT)]
Weight: TypeAlias = Annotated[
    float, Field(strict=True, gt=0, le=LARGEST_WEIGHT, allow_inf_nan=False), BeforeValidator(_number)
]
Percent: TypeAlias = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False), BeforeValidator(_number)]
Reserve: TypeAlias = Annotated[float, Field(strict=True, ge=0, lt=100, allow_inf_nan=False), BeforeValidator(_number)]
