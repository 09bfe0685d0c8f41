"""The cloud client against the fake: what it sends, what it makes of answers, and how it fails."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from pulumi_ibm_quantum.cloud import (
    Cloud,
    CloudError,
    Credentials,
    Endpoints,
    Refused,
    Settings,
    SignInError,
    Unreachable,
    connect,
    connect_from_environment,
)
from pulumi_ibm_quantum.cloud.transport import Transport
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    Account,
    ApiKey,
    Fake,
    Fault,
    PatchMode,
    Subscription,
    mock_ibm_quantum,
    serve,
)
from pulumi_ibm_quantum.planning import PlanningError
from pulumi_ibm_quantum.vocabulary import Limit, find_plan
from tests.support.decisions import decision_of

pytestmark = pytest.mark.usefixtures("hurry")

PREMIUM = find_plan("premium").plan_id


def routes(fake: Fake) -> list[str]:
    return [call.route for call in fake.calls]


def test_all_pages_of_the_list_are_read(fake: Fake, cloud: Cloud) -> None:
    """An account of 230 instances is listed completely, in three calls."""
    for index in range(230):
        fake.add_instance(f"team-{index}", allocation_seconds=100)
    listed = list(cloud.resource_controller.instances(PREMIUM))

    assert len({instance.crn for instance in listed}) == 230
    assert routes(fake).count("instances.list") == 3


def test_instances_of_other_plans_are_not_listed() -> None:
    """The list is of one plan."""
    account = Account(
        subscriptions=[Subscription(plan, find_plan(plan).plan_id, plan) for plan in ("premium", "paygo")],
        api_keys=[ApiKey(DEFAULT_API_KEY)],
    )
    with mock_ibm_quantum(Fake(account)) as fake:
        fake.add_instance("ours", allocation_seconds=100)
        fake.add_instance("other", plan="paygo", allocation_seconds=100)
        cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())

        assert [instance.name for instance in cloud.resource_controller.instances(PREMIUM)] == ["ours"]


def test_a_token_that_dies_is_replaced(fake: Fake, cloud: Cloud) -> None:
    """A 401 in the middle of a run leads to a new token, not to a failure."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    cloud.resource_controller.instance(crn)
    fake.expire_tokens()
    cloud.resource_controller.instance(crn)

    assert [call.status for call in fake.calls if call.route == "instances.get"] == [200, 401, 200]


def test_a_wrong_key_is_refused_without_being_shown(fake: Fake) -> None:
    """The message names IAM's code and not the key."""
    wrong = connect(Credentials("a-wrong-key-1234"), Endpoints.of_ibm_cloud())
    with pytest.raises(SignInError, match="refused") as refusal:
        list(wrong.resource_controller.instances(PREMIUM))

    assert "a-wrong-key-1234" not in str(refusal.value)


def test_a_missing_key_names_the_variable() -> None:
    """Without a key nothing is sent; the message says where it is expected."""
    with pytest.raises(SignInError, match="IBMCLOUD_API_KEY"):
        connect_from_environment({})


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(fake: Fake, cloud: Cloud, status: int) -> None:
    """Reads and writes are repeated after 429 and 5xx."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("instances.get", status=status), Fault("instances.update", status=status))
    live = cloud.resource_controller.instance(crn)
    assert live is not None
    cloud.resource_controller.write(live, Settings(200, Limit.NONE))

    assert fake.instance(crn).allocation_seconds == 200


def test_retry_after_is_honoured(pauses: list[float]) -> None:
    """A service that asks for seven seconds gets seven seconds."""
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("instances.get", status=429, retry_after="7"))
    with serve(fake) as server:
        cloud = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})
        cloud.resource_controller.instance(crn)

    assert pauses == [7]
    assert [call.status for call in fake.calls if call.route == "instances.get"] == [429, 200]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [(Fault(count=None, reset=True), "broke off"), (Fault(count=None, delay_seconds=5), "did not answer in time")],
)
def test_a_service_that_does_not_answer_is_given_up(fault: Fault, sentence: str) -> None:
    """Neither a connection that breaks off nor one that stays silent is waited for longer than the variable says."""
    fake = Fake()
    fake.inject(fault)
    patience = {"IBMCLOUD_API_KEY": DEFAULT_API_KEY, "IBM_QUANTUM_TIMEOUT_SECONDS": "0.2"}
    with serve(fake) as server:
        cloud = connect_from_environment({**server.environment, **patience})
        with pytest.raises(Unreachable, match=sentence):
            list(cloud.resource_controller.instances(PREMIUM))


def test_a_service_that_is_not_there_is_told_from_one_that_is_silent() -> None:
    """Nothing listens at the address: that is no time-out."""
    nowhere = "http://127.0.0.1:1"
    cloud = connect(Credentials("key"), Endpoints(iam=nowhere, resource_controller=nowhere, quantum={}))
    with pytest.raises(Unreachable, match=f"could not sign in: no connection to {nowhere},"):
        list(cloud.resource_controller.instances(PREMIUM))


def test_a_create_is_never_sent_twice_by_the_client(fake: Fake, cloud: Cloud) -> None:
    """POST is not repeatable, so the client does not repeat it; the lifecycle decides."""
    fake.inject(Fault.lost_answer("instances.create"))
    with pytest.raises(Unreachable):
        cloud.resource_controller.create(
            name="a", target="us-east", resource_group="g", plan_id=PREMIUM, settings=Settings(100, Limit.NONE)
        )

    assert routes(fake).count("instances.create") == 1


def test_a_service_that_keeps_failing_is_named(fake: Fake, cloud: Cloud) -> None:
    """After all retries the error says what could not be done, and what the service said."""
    fake.inject(Fault("account.get", status=503, count=None))
    with pytest.raises(Refused, match=rf"could not read the budget of account {DEFAULT_ACCOUNT_ID}: 503"):
        cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)


@pytest.mark.parametrize("mode", list(PatchMode))
def test_a_write_keeps_what_it_does_not_change(fake: Fake, cloud: Cloud, mode: PatchMode) -> None:
    """Limit, back-ends and parameters that we do not know survive a change of the allocation, however PATCH merges."""
    fake.behaviour.patch_mode = mode
    crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=500, backends=("ibm_alpha",)).crn
    live = cloud.resource_controller.instance(crn)
    assert live is not None
    assert live.settings == Settings(100, Limit.of(500), ("ibm_alpha",))
    cloud.resource_controller.write(live, Settings(200, Limit.of(500), ("ibm_alpha",)))
    instance = fake.instance(crn)

    assert (instance.allocation_seconds, instance.limit_seconds, instance.backends) == (200, 500, ("ibm_alpha",))


def test_a_write_keeps_parameters_that_are_not_ours(fake: Fake, cloud: Cloud) -> None:
    """What another tool has set beside allocation and limit, such as functions, is sent along and not wiped."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    functions = [{"provider": "ibm", "name": "estimator"}]
    other_tool = Transport(Credentials(DEFAULT_API_KEY), "https://iam.cloud.ibm.com")
    url = f"https://resource-controller.cloud.ibm.com/v2/resource_instances/{quote(crn, safe='')}"
    parameters = {"usage_allocation_seconds": "100", "functions": functions}
    other_tool.request("PATCH", url, purpose="set functions", json={"parameters": parameters})
    live = cloud.resource_controller.instance(crn)
    assert live is not None
    cloud.resource_controller.write(live, Settings(200, Limit.NONE))

    assert other_tool.get_json(url, purpose="read back")["parameters"]["functions"] == functions


def test_writing_the_same_twice_is_not_ignored(fake: Fake, cloud: Cloud) -> None:
    """A value that was changed behind our back can be written again: each request is distinct."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    for _ in range(2):
        fake.change_instance(crn, allocation_seconds=100)
        live = cloud.resource_controller.instance(crn)
        assert live is not None
        cloud.resource_controller.write(live, Settings(200, Limit.NONE))
        assert fake.instance(crn).allocation_seconds == 200


def test_a_deleted_instance_reads_as_none(fake: Fake, cloud: Cloud) -> None:
    """The service still answers for what was deleted; to us it is gone, and deleting it again is no error."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    cloud.resource_controller.delete(crn)

    assert cloud.resource_controller.instance(crn) is None
    cloud.resource_controller.delete(crn)


def test_usage_is_whole_seconds(fake: Fake, cloud: Cloud) -> None:
    """Milliseconds and fractions are truncated, as the figures that people compare with are."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.add_usage(crn, 12.9)
    now = fake.now
    quantum = cloud.quantum_platform

    assert quantum.instance_usage(crn) == 12
    assert quantum.plan_usage(DEFAULT_ACCOUNT_ID, "premium", now - timedelta(days=1), now) == 12
    assert quantum.usage_by_instance(DEFAULT_ACCOUNT_ID, "premium", "us-east", now - timedelta(days=1), now) == {
        crn: 12
    }


def test_an_instance_without_figures_is_an_error(fake: Fake, cloud: Cloud) -> None:
    """A null in place of the usage is not taken for zero."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("usage.get", status=200, body={"instance_id": crn, "usage_consumed_seconds": None}))
    with pytest.raises(CloudError, match="reports none"):
        cloud.quantum_platform.instance_usage(crn)


@pytest.mark.parametrize("address", ["http://10.0.0.5/iam", "http://example.com", "ftp://127.0.0.1", "nonsense"])
def test_an_endpoint_is_https_or_on_this_machine(address: str) -> None:
    """A key is never sent in clear to another machine."""
    with pytest.raises(CloudError, match="IBMCLOUD_IAM_API_ENDPOINT"):
        connect_from_environment({"IBMCLOUD_API_KEY": DEFAULT_API_KEY, "IBMCLOUD_IAM_API_ENDPOINT": address})


@pytest.mark.parametrize(
    "address", ["https://ann:hush@iam.example", "http://ann:hush@10.0.0.5", "ann:hush@iam.example"]
)
def test_an_endpoint_with_a_password_in_it_is_refused_without_repeating_it(address: str) -> None:
    """An address from the environment is in messages and logs; the API key is what signs in."""
    with pytest.raises(CloudError, match="IBMCLOUD_IAM_API_ENDPOINT must have no user or password") as raised:
        connect_from_environment({"IBMCLOUD_API_KEY": DEFAULT_API_KEY, "IBMCLOUD_IAM_API_ENDPOINT": address})
    assert "hush" not in str(raised.value)


def test_an_overridden_quantum_endpoint_serves_all_regions_unless_told_otherwise() -> None:
    """Whoever points the tool at a fake does not reach the public cloud by omission."""
    main = {"IBMCLOUD_QUANTUM_API_ENDPOINT": "http://127.0.0.1:1/api/"}
    both = {**main, "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT": "http://127.0.0.1:2/api"}

    assert Endpoints.from_environment(main).quantum_of("eu-de") == "http://127.0.0.1:1/api"
    assert Endpoints.from_environment(both).quantum_of("eu-de") == "http://127.0.0.1:2/api"


def test_no_representation_shows_the_key() -> None:
    """Neither a log line nor a traceback that prints the credentials gives the key away."""
    assert "hush" not in repr(Credentials("hush"))


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("instances.list", {"rows_count": 0}),
        ("instances.list", {"resources": [{"name": "without a crn"}]}),
        ("account.get", {"plans": None}),
        ("analytics.grouped", {}),
        ("analytics.grouped", {"data": [{"key": "crn"}]}),
        ("usage.get", {"usage_consumed_seconds": "a lot"}),
    ],
)
def test_an_answer_of_another_shape_is_never_taken_for_no_usage(
    fake: Fake, cloud: Cloud, route: str, body: dict[str, object]
) -> None:
    """Whatever the service leaves out is an error that says what could not be read; nothing is planned around it."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault(route, status=200, body=body, count=None))
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": "a", "crn": crn}],
    }
    with pytest.raises(PlanningError, match=r"could not .* has not the documented shape"):
        decision_of(parse_configuration(document).configuration, cloud)


@pytest.mark.parametrize(
    ("variable", "given"),
    [*(("IBM_QUANTUM_TIMEOUT_SECONDS", given) for given in ("soon", "0", "-1", "inf")), ("IBM_QUANTUM_LOG", "loud")],
)
def test_a_variable_without_a_value_of_its_kind_is_explained(variable: str, given: str) -> None:
    """The message names the variable and what it holds."""
    with pytest.raises(CloudError, match=f"{variable} must be .*, not '{given}'"):
        connect_from_environment({"IBMCLOUD_API_KEY": "key", variable: given})
