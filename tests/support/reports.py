"""Reports of balances, without an account to observe."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from pulumi_ibm_quantum.balancer import Balance
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.planning import Decision, Observation
from pulumi_ibm_quantum.planning.forecasting import TimedForecast
from pulumi_ibm_quantum.report.report import Report
from tests.support.accounts import TODAY

_CONFIGURATION = parse_configuration(
    {"version": 3, "account_id": "a" * 32, "plan": "premium", "instances": []}
).configuration


def decision_of_balance(balance: Balance) -> Decision:
    """A decision of today that came to this balance."""
    now = datetime.combine(TODAY, datetime.min.time(), UTC)
    observation = Observation(balance.account.account_id, balance.account.plan, now, ())
    return Decision(_CONFIGURATION, observation, balance, (), (), balance.warnings)


def report_of(
    balance: Balance,
    *,
    usage: Mapping[str, Mapping[date, int]] | None = None,
    forecast: TimedForecast | None = None,
) -> Report:
    """The report of a balance of today."""
    return Report.of(decision_of_balance(balance), forecast, usage)
