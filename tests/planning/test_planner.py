"""From a configuration and an account to a plan: what is matched, what is chosen, what is refused."""

from datetime import timedelta
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    Account,
    ApiKey,
    Fake,
    Fault,
    Subscription,
    mock_ibm_quantum,
)
from pulumi_ibm_quantum.planning import PlanningError
from tests.support.decisions import decision_of

pytestmark = pytest.mark.usefixtures("hurry")

CREATE = {"target": "eu-de", "resource_group": "Default"}


def configuration(*instances: dict[str, Any], **changes: Any) -> ProjectConfiguration:
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": list(instances),
        **changes,
    }
    return parse_configuration(document).configuration


def entry(fake: Fake, name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "crn": fake.instance(name).crn, **changes}


def test_an_instance_to_be_created_is_found_by_name_and_region(fake: Fake, cloud: Cloud) -> None:
    """One of the same name elsewhere is another instance."""
    fake.add_instance("new", region="us-east", allocation_seconds=100)
    decided = decision_of(configuration({"name": "new", "create": CREATE}), cloud)
    assert [one.live for one in decided.instances] == [None]
    crn = fake.add_instance("new", region="eu-de", allocation_seconds=100).crn
    again = decision_of(configuration({"name": "new", "create": CREATE}), cloud).instances[0].live

    assert again is not None
    assert again.crn == crn


def test_a_renamed_instance_is_pointed_out(fake: Fake, cloud: Cloud) -> None:
    """A CRN is what counts; another name in the account is worth a warning."""
    fake.add_instance("a", allocation_seconds=100)
    listed = configuration(entry(fake, "a"))
    fake.change_instance("a", name="b")
    decided = decision_of(listed, cloud)

    assert decided.balance.instances[0].name == "a"
    assert "instance a is called 'b'" in decided.warnings[0]


def test_of_several_contracts_the_configuration_says_which() -> None:
    """Nothing is guessed: the error lists the subscriptions, and naming one settles it."""
    account = Account(
        subscriptions=[Subscription("premium", f"sub-{n}", f"contract {n}", n * 1_000) for n in (1, 2)],
        api_keys=[ApiKey(DEFAULT_API_KEY)],
    )
    with mock_ibm_quantum(Fake(account)) as fake:
        cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())
        fake.add_instance("a", allocation_seconds=100, subscription_id="sub-2")
        with pytest.raises(PlanningError, match=r"subscription_id.*sub-1 \(contract 1\), sub-2"):
            decision_of(configuration(entry(fake, "a")), cloud)
        decided = decision_of(configuration(entry(fake, "a"), subscription_id="sub-2"), cloud)
        with pytest.raises(PlanningError, match="no subscription sub-3"):
            decision_of(configuration(entry(fake, "a"), subscription_id="sub-3"), cloud)

    assert decided.balance.account.budget_seconds == 2_000


def test_days_of_many_granted_instances_are_read_in_few_calls(fake: Fake, cloud: Cloud) -> None:
    """Seventy grants take three calls, and each is charged with its own days."""
    start = (fake.now - timedelta(days=9)).isoformat()
    entries = []
    for index in range(70):
        fake.add_instance(f"team-{index}", allocation_seconds=1_000)
        fake.add_usage(f"team-{index}", 10 + index, when=fake.now - timedelta(days=2))
        grants = [{"start_date": start, "net_grant_seconds": 500}]
        entries.append(entry(fake, f"team-{index}", limit_seconds=100, net_grants=grants))
    decided = decision_of(configuration(*entries), cloud)
    funded = [one.bounds.breakdown.grant_funded_seconds for one in decided.balance.instances if one.bounds.breakdown]

    assert funded == [10 + index for index in range(70)]
    assert [call.route for call in fake.calls].count("analytics.by_date") == 3


def test_calls_grow_with_the_instances_and_not_with_the_windows(fake: Fake, cloud: Cloud) -> None:
    """A hundred instances take a call each, and a dozen besides."""
    for index in range(100):
        fake.add_instance(f"team-{index}", allocation_seconds=1_000)
    decision_of(configuration(*(entry(fake, f"team-{index}") for index in range(100))), cloud)

    assert [call.route for call in fake.calls].count("usage.get") == 100
    assert len(fake.calls) <= 112


def test_all_that_does_not_fit_is_reported_at_once(fake: Fake, cloud: Cloud) -> None:
    """Each instance that is archived, gone or doubtful has its line."""
    for name in ("archived", "gone"):
        fake.add_instance(name, allocation_seconds=0 if name == "archived" else 100)
    listed = configuration(entry(fake, "archived"), entry(fake, "gone"), {"name": "new", "create": CREATE})
    fake.change_instance("gone", state="removed")
    for _ in range(2):
        fake.add_instance("new", region="eu-de", allocation_seconds=100)
    with pytest.raises(PlanningError) as refused:
        decision_of(listed, cloud)

    assert [problem.split(":")[0] for problem in refused.value.problems] == [
        "instance archived",
        "instance gone",
        "instance new",
    ]


def test_everything_happens_at_the_services_moment(fake: Fake, cloud: Cloud) -> None:
    """The day of the plan is the service's, not the machine's."""
    fake.add_instance("a", allocation_seconds=100)
    fake.advance(timedelta(days=400))
    decided = decision_of(configuration(entry(fake, "a")), cloud)

    assert decided.observation.moment == fake.now.replace(microsecond=0)


def test_a_failed_reading_names_every_instance_that_failed(fake: Fake, cloud: Cloud) -> None:
    """No plan is made around usage that could not be read."""
    for name in ("a", "b"):
        fake.add_instance(name, allocation_seconds=100)
    fake.inject(Fault("usage.get", crn=fake.instance("b").crn, status=500, count=None))
    with pytest.raises(PlanningError, match=r"could not read the usage of instance b: \d"):
        decision_of(configuration(entry(fake, "a"), entry(fake, "b")), cloud)


def test_a_contract_that_differs_from_the_services_stops_the_run(fake: Fake, cloud: Cloud) -> None:
    """Both budgets are named; the right one is no obstacle."""
    fake.add_instance("a", allocation_seconds=100)
    with pytest.raises(PlanningError, match=r"budget_seconds is 96000 .* the service has 480000"):
        decision_of(configuration(entry(fake, "a"), contract={"budget_seconds": "1qau"}), cloud)
    decided = decision_of(configuration(entry(fake, "a"), contract={"budget_seconds": "5qau"}), cloud)

    assert decided.balance.account.budget_seconds == 480_000


def test_shares_of_the_file_reach_the_balancer(fake: Fake, cloud: Cloud) -> None:
    """Weight, priority, minimum, hold and end have their effect on an account."""
    names = ("heavy", "plain", "deadline", "modest", "held", "ended")
    for name in names:
        fake.add_instance(name, allocation_seconds=1_000)
        if name not in ("deadline", "modest"):
            fake.add_usage(name, 100, when=fake.now - timedelta(hours=1))
    day = timedelta(days=1)
    priority = {"weight": 2, "from": (fake.now - day).isoformat(), "until": (fake.now + day).isoformat(), "reason": "x"}
    wills: dict[str, dict[str, Any]] = {
        "heavy": {"weight": 3},
        "deadline": {"priority": priority},
        "modest": {"minimum_allocation_seconds": "5m"},
        "held": {"hold": True},
        "ended": {"state": "ended"},
    }
    plan = decision_of(configuration(*(entry(fake, name, **wills.get(name, {})) for name in names)), cloud).balance
    new = {one.name: one.new_allocation_seconds for one in plan.instances}

    assert (new["modest"], new["held"], new["ended"]) == (300, 1_000, 100)
    assert new["heavy"] - 100 == pytest.approx(3 * (new["plain"] - 100), abs=10)
    assert new["deadline"] > new["plain"]


def test_usage_since_a_balance_period_began_counts_towards_a_target(fake: Fake, cloud: Cloud) -> None:
    """Usage of 60 days ago counts in a period of 90 days, though not in the window; outside a period nothing does."""
    for name in ("spent", "left"):
        fake.add_instance(name, allocation_seconds=1_000)
        fake.add_usage(name, 500, when=fake.now - timedelta(days=60))
    targets = {"spent": 400, "left": 900}
    entries = [entry(fake, n, limit_seconds=2_000, target_usage_seconds=t) for n, t in targets.items()]

    def limits(begins: int, ends: int) -> dict[str, int | None]:
        period = {
            "start_date": (fake.now + timedelta(days=begins)).isoformat(),
            "end_date": (fake.now + timedelta(days=ends)).isoformat(),
        }
        plan = decision_of(configuration(*entries, balance_period=period), cloud).balance
        return {one.name: one.new_limit.seconds for one in plan.instances}

    assert limits(-90, 90) == {"spent": 1, "left": 2_000}
    assert limits(-50, 90) == {"spent": 2_000, "left": 2_000}
    assert limits(-90, -1) == {"spent": 2_000, "left": 2_000}
