"""What every other package may speak of, with nothing but the standard library below it.

CRNs, plans, regions, the rolling window, durations in and out, and limits: each is spelled here and nowhere else. The
fake alone keeps its own tables, because a fake that shared them could not contradict us.
"""

from pulumi_ibm_quantum.vocabulary.contract import Contract
from pulumi_ibm_quantum.vocabulary.crn import Crn, parse_crn
from pulumi_ibm_quantum.vocabulary.durations import (
    LARGEST_SECONDS,
    SECONDS_PER_UNIT,
    format_duration,
    format_signed,
    parse_duration,
    parse_seconds,
    whole_seconds,
)
from pulumi_ibm_quantum.vocabulary.instance_usage import InstanceUsage
from pulumi_ibm_quantum.vocabulary.limit import CLOSED_LIMIT, Limit, LimitSetting
from pulumi_ibm_quantum.vocabulary.plans import (
    BALANCED_PLANS,
    PLAN_ALIASES,
    PLANS,
    balanced_plan,
    find_plan,
    plan_name_of_id,
)
from pulumi_ibm_quantum.vocabulary.regions import MAIN_REGION, REGIONS, parse_region
from pulumi_ibm_quantum.vocabulary.rolling_window import ROLLING_WINDOW, ROLLING_WINDOW_DAYS, ROLLING_WINDOW_SECONDS
from pulumi_ibm_quantum.vocabulary.wording import format_value, printable, quote

__all__ = [
    "BALANCED_PLANS",
    "CLOSED_LIMIT",
    "LARGEST_SECONDS",
    "MAIN_REGION",
    "PLANS",
    "PLAN_ALIASES",
    "REGIONS",
    "ROLLING_WINDOW",
    "ROLLING_WINDOW_DAYS",
    "ROLLING_WINDOW_SECONDS",
    "SECONDS_PER_UNIT",
    "Contract",
    "Crn",
    "InstanceUsage",
    "Limit",
    "LimitSetting",
    "balanced_plan",
    "find_plan",
    "format_duration",
    "format_signed",
    "format_value",
    "parse_crn",
    "parse_duration",
    "parse_region",
    "parse_seconds",
    "plan_name_of_id",
    "printable",
    "quote",
    "whole_seconds",
]
