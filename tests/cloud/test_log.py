"""What is logged of requests, and what never is."""

import logging
import re

import pytest

from pulumi_ibm_quantum.cloud import (
    Cloud,
    CloudError,
    Credentials,
    Endpoints,
    connect,
    connect_from_environment,
)
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Fault, serve
from pulumi_ibm_quantum.vocabulary import find_plan

PREMIUM = find_plan("premium").plan_id
pytestmark = pytest.mark.usefixtures("hurry")
TOKEN_START = "eyJ"
"""How every JSON Web Token begins: ``{"`` in base64."""


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that any package logs."""
    caplog.set_level(logging.DEBUG)
    return caplog


def ours(log: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in log.records if record.name == "pulumi_ibm_quantum"]


def test_each_answer_is_a_line(fake: Fake, cloud: Cloud, log: pytest.LogCaptureFixture) -> None:
    """Method, address with its query, status, time and the transaction that IBM's support asks for."""
    cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
    sign_in, signed_in, answer = ours(log)

    assert sign_in.startswith("POST https://iam.cloud.ibm.com/identity/token 200 in ")
    assert signed_in == "signed in at https://iam.cloud.ibm.com, for 3600 s" or "for 3599 s" in signed_in
    address = re.escape(f"https://quantum.cloud.ibm.com/api/v1/accounts/{DEFAULT_ACCOUNT_ID}?plan_id={PREMIUM}")
    assert re.fullmatch(rf"GET {address} 200 in \d+ ms, transaction [0-9a-f-]+", answer)


def test_a_repetition_is_logged_with_its_pause(log: pytest.LogCaptureFixture) -> None:
    """What failed and when the next try begins; the answer says which one it was."""
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("usage.get", status=503, retry_after="1"))
    with serve(fake) as server:
        cloud = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})
        cloud.quantum_platform.instance_usage(crn)

    failed, pause, answer = ours(log)[-3:]
    assert re.search(r"GET http://127.0.0.1:\d+/us-east/api/v1/instances/usage 503 in \d+ ms", failed)
    assert pause.endswith("/us-east/api/v1/instances/usage again in 1.0 s")
    assert re.search(r"/instances/usage 200 in \d+ ms, attempt 2, ", answer)


def test_no_record_holds_the_key_or_a_token(log: pytest.LogCaptureFixture) -> None:
    """Not in a run in which everything that can fail does, in no package's log, and not in the errors or causes."""
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100).crn
    told: list[object] = []
    with serve(fake) as server:
        patience = {"IBM_QUANTUM_TIMEOUT_SECONDS": "0.3"}
        for key in (DEFAULT_API_KEY, DEFAULT_API_KEY + "-wrong"):
            for fault in (
                None,
                Fault(status=503, retry_after="1"),
                Fault("usage.get", reset=True, count=None),
                Fault("usage.get", delay_seconds=5, count=None),
                Fault("usage.get", malformed=True),
                Fault("iam.token", malformed=True),
                Fault("iam.token", status=200, body={"access_token": DEFAULT_API_KEY}),
                Fault("iam.token", status=500, count=None),
                Fault("usage.get", status=403, body={"message": "no"}),
            ):
                fake.clear_faults()
                fake.inject(*([fault] if fault else []))
                cloud = connect_from_environment({**server.environment, **patience, "IBMCLOUD_API_KEY": key})
                fake.expire_tokens()
                try:
                    cloud.quantum_platform.instance_usage(crn)
                except CloudError as error:
                    told += [str(error), repr(error), error.__dict__, error.__cause__]
    lines = [logging.Formatter("%(message)s").format(record) for record in log.records]

    assert len(ours(log)) > 20
    assert any("urllib3" in record.name for record in log.records)
    for line in [*lines, *map(str, told)]:
        assert DEFAULT_API_KEY not in line
        assert TOKEN_START not in line
        assert "Bearer" not in line


def test_user_and_password_of_an_address_are_refused_and_not_shown(log: pytest.LogCaptureFixture) -> None:
    """A gateway's address may have them; neither the log nor the refusal shows them."""
    with serve(Fake()) as server:
        variables = {name: url.replace("//", "//user:pass@word@") for name, url in server.environment.items()}
    with pytest.raises(CloudError, match="must have no user or password in it") as caught:
        connect_from_environment({**variables, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})

    assert not [line for line in [*ours(log), str(caught.value)] if "pass@" in line or "word@" in line]


def test_the_variable_writes_the_log_to_standard_error(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each, with the time; a connection without the variable ends it."""
    for variables in ({"IBM_QUANTUM_LOG": "debug"}, {}):
        cloud = connect_from_environment({"IBMCLOUD_API_KEY": DEFAULT_API_KEY, **variables})
        cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
    lines = capsys.readouterr().err.splitlines()

    assert len(lines) == 3
    assert all(re.match(r"\d{4}-\d\d-\d\dT[\d:]+\.\d{3}Z pulumi_ibm_quantum\[\d+\] \S", line) for line in lines)


def test_nothing_is_written_unless_asked_for(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that has not set up logging sees no lines, not even of failures."""
    fake.inject(Fault("account.get", status=500, count=None))
    with pytest.raises(CloudError):
        connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud()).quantum_platform.account("0", PREMIUM)

    assert capsys.readouterr().err == ""
