"""A failure that is no single call's own is found out once, and shared by all threads for a while."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pulumi_ibm_quantum.cloud import Cloud, CloudError, Credentials, Endpoints, SignInError, Unreachable, connect
from pulumi_ibm_quantum.cloud.http_client import TRIES, HttpClient
from pulumi_ibm_quantum.cloud.sign_in import TokenSource
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Fault
from pulumi_ibm_quantum.vocabulary import find_plan

PREMIUM = find_plan("premium").plan_id
THREADS = 8
GROUPS = "https://resource-controller.cloud.ibm.com/v2/resource_groups"

pytestmark = pytest.mark.usefixtures("hurry")


def calls(fake: Fake, route: str) -> int:
    return sum(call.route == route for call in fake.calls)


def failure(call: Callable[[], object]) -> str:
    """Make a call, and give what it says if it fails."""
    try:
        call()
    except CloudError as error:
        return str(error)
    return ""


def read_all(cloud: Cloud, crns: list[str]) -> set[str]:
    """Read instances, several at once; give the different ways in which that fails, instances left out."""
    with ThreadPoolExecutor(THREADS) as pool:
        told = pool.map(lambda crn: failure(lambda: cloud.resource_controller.instance(crn)).replace(crn, "it"), crns)
        return set(told)


@pytest.fixture
def crns(fake: Fake) -> list[str]:
    """Forty instances."""
    return [fake.add_instance(f"team-{number}", allocation_seconds=1).crn for number in range(40)]


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": True}, {"content": "<html>"}], ids=str)
def test_a_sign_in_that_fails_is_tried_for_one_thread_only(
    fake: Fake, cloud: Cloud, crns: list[str], fault: dict[str, object]
) -> None:
    """The other threads, and all calls after them, fail with the same sentence, and ask nobody."""
    fake.inject(Fault("iam.token", count=None, **fault))  # type: ignore[arg-type]

    assert len(read_all(cloud, crns)) == 1
    assert len(fake.calls) <= TRIES


def test_a_refused_key_is_sent_once(fake: Fake, crns: list[str]) -> None:
    """It will be refused again."""
    wrong = connect(Credentials("a-wrong-key"), Endpoints.of_ibm_cloud())

    assert read_all(wrong, crns) == {"could not sign in: the API key was refused (BXNIM0415E)"}
    assert len(fake.calls) == 1


def test_after_a_while_a_sign_in_is_tried_again(fake: Fake) -> None:
    """A process that goes on for longer than the outage does not have to be started again."""
    now = [0.0]
    client = HttpClient(30, requests.Session())
    tokens = TokenSource(Credentials(DEFAULT_API_KEY), "https://iam.cloud.ibm.com", client, lambda: now[0])
    fake.inject(Fault("iam.token", status=400))
    for now[0], told in ((0, "refused"), (29, "refused"), (31, "")):
        if told:
            with pytest.raises(SignInError, match=told):
                tokens.identity()
        else:
            assert tokens.identity().account_id == DEFAULT_ACCOUNT_ID

    assert len(fake.calls) == 2


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"reset": True}, {"malformed": True}], ids=str)
def test_a_service_that_is_down_is_asked_by_as_many_calls_as_were_under_way(
    fake: Fake, cloud: Cloud, crns: list[str], fault: dict[str, object]
) -> None:
    """All others fail as those did, with the same transaction for IBM's support."""
    fake.inject(Fault("instances.get", count=None, **fault))  # type: ignore[arg-type]

    assert len(read_all(cloud, crns)) == 1
    assert calls(fake, "instances.get") <= THREADS * TRIES


def test_instances_that_cannot_be_read_are_no_outage(fake: Fake, cloud: Cloud, crns: list[str]) -> None:
    """However often they fail, the others are read."""
    fake.inject(*(Fault("instances.get", crn=bad, status=500, count=None) for bad in crns[:3]))
    for _ in range(3):
        with ThreadPoolExecutor(THREADS) as pool:
            told = list(pool.map(lambda crn: failure(lambda: cloud.resource_controller.instance(crn)), crns))
        assert [text != "" for text in told] == [True] * 3 + [False] * 37


def test_one_service_that_is_down_is_not_the_others(fake: Fake, cloud: Cloud, crns: list[str]) -> None:
    """The budget can be read while instances cannot."""
    fake.inject(Fault("instances.get", status=503, count=None))
    read_all(cloud, crns)

    assert cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM).contracts


class TestTime:
    """How long an outage is shared, by a clock of the test's own."""

    @pytest.fixture
    def now(self) -> list[float]:
        return [0.0]

    @pytest.fixture
    def client(self, now: list[float]) -> HttpClient:
        return HttpClient(30, requests.Session(), tries=2, clock=lambda: now[0])

    @staticmethod
    def ask(client: HttpClient) -> int:
        def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
            return request

        return client.send("GET", GROUPS, purpose="ask", auth=unsigned).status_code

    def test_it_ends(self, fake: Fake, client: HttpClient, now: list[float]) -> None:
        """Half a minute after the last failure the service is asked again, and may be well."""
        fake.inject(Fault("resource_groups.list", status=503, count=4))
        seen = []
        for now[0] in (0, 1, 2, 30, 32, 33):
            seen.append((self.ask(client), len(fake.calls)))

        assert seen == [(503, 2), (503, 4), (503, 4), (503, 4), (401, 5), (401, 6)]

    def test_it_goes_on(self, fake: Fake, client: HttpClient, now: list[float]) -> None:
        """Where it is still down, one call finds out for all."""
        fake.inject(Fault("resource_groups.list", status=503, count=None))
        seen = []
        for now[0] in (0, 1, 32, 33, 63):
            self.ask(client)
            seen.append(len(fake.calls))

        assert seen == [2, 4, 6, 6, 8]

    def test_a_success_in_between_ends_the_count(self, fake: Fake, client: HttpClient) -> None:
        """Two calls in a row make an outage, not two in a day."""
        for _ in range(5):
            fake.inject(Fault("resource_groups.list", status=503, count=2))
            assert [self.ask(client), self.ask(client)] == [503, 401]


def test_nothing_is_written_to_a_service_that_is_down(fake: Fake, cloud: Cloud, crns: list[str]) -> None:
    """A write that is not sent is an error too."""
    live = cloud.resource_controller.instance(crns[0])
    assert live is not None
    fake.inject(Fault("instances.get", reset=True, count=None))
    read_all(cloud, crns)
    with pytest.raises(Unreachable, match="could not rename instance"):
        cloud.resource_controller.rename(live.crn, "other")

    assert fake.writes == ()
