"""Look-ups in a program: what there is, as of now, and one sentence where it cannot be told."""

import pulumi
import pytest

from pulumi_ibm_quantum import (
    get_backends,
    get_dependencies,
    get_files,
    get_function,
    get_functions,
    get_jobs,
)
from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.cloud.serverless import FileSpace, Upload
from pulumi_ibm_quantum.component import look_ups
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault, mock_ibm_quantum
from pulumi_ibm_quantum.resources.connections import Connections


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """An empty account, for a program with its key in the environment."""
    monkeypatch.setenv("IBMCLOUD_API_KEY", DEFAULT_API_KEY)
    monkeypatch.setattr(look_ups, "CONNECTIONS", Connections())
    return Fake()


def test_each_tells_what_there_is(fake: Fake, cloud: Cloud) -> None:
    """Functions, their files and jobs, what they may depend on, and the backends of the instance."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    with mock_ibm_quantum(fake):
        gateway = cloud.serverless(crn)
        gateway.functions.upload(Upload("f", artifact=b"x"))
        gateway.files.upload(FileSpace("f"), "a.txt", b"a")
        job = gateway.jobs.run("f", {})
        gateway.jobs.stop(gateway.jobs.run("f", {}))

        function = get_function("f", instance=crn)
        assert function is not None
        assert get_function("g", instance=crn) is None
        assert get_functions(instance=crn, filter="serverless") == [function]
        assert get_functions(instance=crn, function_provider="acme") == []
        assert get_files("f", instance=crn) == ["a.txt"]
        assert [one.job_id for one in get_jobs(instance=crn, status="QUEUED", function="f")] == [job]
        assert "qiskit-aer==0.17.2" in get_dependencies(instance=crn)
        assert [one.name for one in get_backends(instance=crn, minimum_qubits=100)] == ["ibm_alpha", "ibm_beta"]
        assert get_backends(instance=crn, minimum_qubits=200) == []


@pytest.mark.parametrize(
    ("instance", "sentence"),
    [("a", "is not a CRN"), (None, "could not list the functions: 403")],
    ids=["crn", "refused"],
)
def test_what_cannot_be_told_ends_the_program_in_a_sentence(fake: Fake, instance: str | None, sentence: str) -> None:
    """Without a trace through this package."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("serverless.functions.list", status=403))
    with mock_ibm_quantum(fake), pytest.raises(pulumi.RunError, match=sentence):
        get_functions(instance=instance or crn)
