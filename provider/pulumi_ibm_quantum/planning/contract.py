"""Which of an account's contracts a configuration is about."""

from collections.abc import Sequence
from datetime import date

from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.vocabulary import Contract


def choose_contract(configuration: ProjectConfiguration, contracts: Sequence[Contract]) -> Contract:
    """Return the contract that the configuration is about; raise PlanningError where that is not clear."""
    account = f"account {configuration.account_id}"
    if not contracts:
        raise PlanningError([f"{account} has no plan {configuration.plan}"])
    wanted = configuration.subscription_id
    chosen = [one for one in contracts if wanted in (None, one.subscription_id)]
    listed = ", ".join(f"{one.subscription_id} ({one.name})" for one in contracts)
    if not chosen:
        raise PlanningError([f"{account} has no subscription {wanted} of plan {configuration.plan}; it has {listed}"])
    if len(chosen) > 1:
        several = f"{account} has several subscriptions of plan {configuration.plan}"
        raise PlanningError([f"{several}; set subscription_id to one of {listed}"])
    _demand_same_budget(configuration, chosen[0])
    return chosen[0]


def contract_warnings(configuration: ProjectConfiguration, day: date) -> tuple[str, ...]:
    """Return what deserves notice of the contract that the configuration expects, on a day (UTC)."""
    expected = configuration.contract
    if expected is None or expected.ends is None or day < expected.ends.date():
        return ()
    return (f"contract.ends in the configuration is {expected.ends.date()}, which is over; renew it in the file",)


def _demand_same_budget(configuration: ProjectConfiguration, found: Contract) -> None:
    expected = configuration.contract
    if expected is None or expected.budget_seconds == found.budget_seconds:
        return
    ours = f"contract.budget_seconds is {expected.budget_seconds} in the configuration"
    theirs = f"the service has {found.budget_seconds} for {found.subscription_id} ({found.name})"
    raise PlanningError([f"{ours}, but {theirs}; correct the file, or clear it up with IBM"])
