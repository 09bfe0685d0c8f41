"""Answers that break off, are no JSON, never end, or say when to come back: tried again, or told in plain words."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest

from pulumi_ibm_quantum.cloud import (
    Cloud,
    CloudError,
    Credentials,
    Endpoints,
    Settings,
    Unreachable,
    connect,
    connect_from_environment,
)
from pulumi_ibm_quantum.cloud.transport import Transport
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault, serve
from pulumi_ibm_quantum.fake import DEFAULT_RESOURCE_GROUP_ID as GROUP
from pulumi_ibm_quantum.vocabulary import Limit, find_plan

PREMIUM = find_plan("premium").plan_id
BAD_BODIES = {
    "cut": ({"cut_body": True}, "no connection to http://127.0.0.1:0, or it broke off"),
    "cut off": ({"malformed": True}, "answered 200 with a body that is not JSON"),
    "html": ({"content": "<html>Sorry</html>"}, "answered 200 with a body that is not JSON"),
    "empty": ({"content": ""}, "answered 200 with an empty body"),
    "a long number": ({"content": "1" * 5000}, "answered 200 with a body that is not JSON"),
    "deep": ({"content": "[" * 100_000}, "answered 200 with a body that is not JSON"),
}


@pytest.fixture
def fake() -> Fake:
    """An account, to be served over TCP."""
    fake = Fake()
    fake.add_instance("a", allocation_seconds=100)
    return fake


@contextmanager
def served(fake: Fake, **environment: str) -> Iterator[Cloud]:
    with serve(fake) as server:
        yield connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY, **environment})


def calls(fake: Fake, route: str) -> int:
    return sum(call.route == route for call in fake.calls)


@pytest.mark.usefixtures("hurry")
class TestBodies:
    """What is wrong with the body of an answer of success."""

    @pytest.mark.parametrize("bad", BAD_BODIES)
    @pytest.mark.parametrize("route", ["instances.list", "iam.token"])
    def test_a_read_is_tried_again(self, fake: Fake, bad: str, route: str) -> None:
        """As after a 503; so is signing in, and nobody notices."""
        fake.inject(Fault(route, **BAD_BODIES[bad][0]))  # type: ignore[arg-type]
        with served(fake) as cloud:
            assert [one.name for one in cloud.resource_controller.instances(PREMIUM)] == ["a"]

        assert calls(fake, route) == 2

    @pytest.mark.parametrize("bad", BAD_BODIES)
    def test_for_good_it_is_told_in_plain_words(self, fake: Fake, bad: str) -> None:
        """After a few tries: what could not be done and what is wrong, without the name of an exception."""
        fault, sentence = BAD_BODIES[bad]
        fake.inject(Fault("instances.list", count=None, **fault))  # type: ignore[arg-type]
        with served(fake) as cloud, pytest.raises(Unreachable) as caught:
            list(cloud.resource_controller.instances(PREMIUM))
        told = re.sub(r"127.0.0.1:\d+", "127.0.0.1:0", str(caught.value))

        assert told.startswith("could not list the instances: ")
        assert told.endswith(sentence)
        assert 3 <= calls(fake, "instances.list") <= 5

    @pytest.mark.parametrize("bad", ["cut", "html", "empty"])
    def test_a_creation_is_sent_once(self, fake: Fake, bad: str) -> None:
        """What answers a write may have done it: whoever asked looks before asking again."""
        fake.inject(Fault("instances.create", applied=True, **BAD_BODIES[bad][0]))  # type: ignore[arg-type]
        with served(fake) as cloud, pytest.raises(Unreachable):
            cloud.resource_controller.create(
                name="b", target="us-east", resource_group=GROUP, plan_id=PREMIUM, settings=Settings(100, Limit.NONE)
            )

        assert [one.name for one in fake.account.instances] == ["a", "b"]
        assert calls(fake, "instances.create") == 1

    @pytest.mark.parametrize("bad", ["cut off", "html", "empty"])
    def test_a_write_is_not_taken_for_done(self, fake: Fake, bad: str) -> None:
        """A proxy's page says nothing of what the service did; to find out is to read back."""
        fake.inject(Fault("instances.update", count=None, **BAD_BODIES[bad][0]))  # type: ignore[arg-type]
        with served(fake) as cloud:
            (live,) = cloud.resource_controller.instances(PREMIUM)
            with pytest.raises(Unreachable, match=f"could not write to instance 'a': .* {BAD_BODIES[bad][1]}"):
                cloud.resource_controller.write(live, Settings(200, Limit.NONE))
            with pytest.raises(Unreachable, match="could not rename instance"):
                cloud.resource_controller.rename(live.crn, "b")

        assert calls(fake, "instances.update") == 2

    def test_a_redirect_is_told_as_one(self, fake: Fake) -> None:
        """Neither followed nor taken for an answer, and no write is taken for done."""
        fake.inject(Fault(method="GET", status=302), Fault("instances.update", status=307))
        with served(fake) as cloud:
            with pytest.raises(CloudError, match="could not list the instances: 302 a redirect, which is not followed"):
                list(cloud.resource_controller.instances(PREMIUM))
            (live,) = cloud.resource_controller.instances(PREMIUM)
            with pytest.raises(CloudError, match="could not write to instance 'a': 307 a redirect"):
                cloud.resource_controller.write(live, Settings(200, Limit.NONE))


@pytest.mark.parametrize(
    ("given", "pause"),
    [
        ("1.5", 1.5),
        ("7", 7),
        ("99999999", 60),
        ("date", 9),
        *((text, 0) for text in ("soon", "-5", "1e400", "nan", "")),
    ],
)
def test_any_retry_after_is_understood_or_ignored(fake: Fake, pauses: list[float], given: str, pause: float) -> None:
    """Seconds, fractions and dates by the service's clock, a minute at most; else the pauses are our own."""
    later = format_datetime(fake.now + timedelta(seconds=9), usegmt=True)
    fake.inject(Fault("instances.list", status=503, retry_after=later if given == "date" else given))
    with served(fake) as cloud:
        assert list(cloud.resource_controller.instances(PREMIUM))

    assert pauses == [pause]


class TestDeadline:
    """A byte now and then is no silence, and yet no answer."""

    def test_an_answer_that_drips_is_given_up(self, fake: Fake) -> None:
        """After four read time-outs, and not after as many bytes as it has."""
        fake.inject(Fault("instances.list", drip_seconds=0.04, count=None))
        begun = time.monotonic()
        with served(fake, IBM_QUANTUM_TIMEOUT_SECONDS="0.1") as cloud:
            with pytest.raises(Unreachable, match=r"could not list the instances: http.* did not answer in time"):
                list(cloud.resource_controller.instances(PREMIUM))
            assert 0.4 < time.monotonic() - begun < 2

        assert calls(fake, "instances.list") == 1

    def test_an_answer_that_drips_from_its_first_line_on_is_given_up(self) -> None:
        """Not only the body has to come in time."""

        def drip(listener: socket.socket) -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                for byte in b"HTTP/1.1 200 OK\r\n" * 10:
                    time.sleep(0.04)
                    connection.sendall(bytes([byte]))

        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=drip, args=(listener,), daemon=True)
            thread.start()
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            begun = time.monotonic()
            with pytest.raises(Unreachable, match=r"could not sign in: .* did not answer in time"):
                connect(Credentials("key"), Endpoints(address, address, {}), read_timeout_seconds=0.1).identity()
            assert time.monotonic() - begun < 2
            thread.join()

    def test_an_answer_that_is_slow_but_complete_in_time_is_taken(self, fake: Fake) -> None:
        """It may take longer than the service may be silent."""
        fake.inject(Fault("resource_groups.list", drip_seconds=0.001))
        with serve(fake) as server:
            environment = {**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}
            transport = Transport(
                Credentials.from_environment(environment),
                environment["IBMCLOUD_IAM_API_ENDPOINT"],
                read_timeout_seconds=0.2,
            )
            begun = time.monotonic()
            url = f"{environment['IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT']}/v2/resource_groups"
            assert transport.get_json(url, purpose="list groups")["resources"]
            assert time.monotonic() - begun > 0.2
