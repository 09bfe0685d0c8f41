"""The API key is nowhere: not in the state, its journal or history, not in what is printed."""

import base64
import json

import pytest
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.engine.state.passphrase import new_crypter
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.desk import Desk, said

BY_HAND = """
from pulumi_ibm_quantum import InstanceAllocation

crn = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-555555555555::"
InstanceAllocation("b", crn=crn, allocation_seconds=600)
"""


def test_the_key_of_the_environment_is_nowhere(at_desk: Desk, fake: Fake) -> None:
    """Previews, updates, failures and all files of the state are searched for it, plain and encoded."""
    results = [at_desk.preview(), at_desk.up(), at_desk.refresh()]
    fake.inject(Fault("instances.update", status=422, count=None))
    fake.add_usage("calm", 9_000)
    results += [at_desk.up(), at_desk.with_environment(IBMCLOUD_API_KEY=DEFAULT_API_KEY + "x").up()]
    fake.clear_faults()
    results.append(at_desk.destroy())
    needles = [DEFAULT_API_KEY.encode(), base64.b64encode(DEFAULT_API_KEY.encode())[:-4]]

    for result in results:
        assert not any(needle in repr(result.events).encode() for needle in needles)
        assert DEFAULT_API_KEY not in said(result)
    files = [file for file in at_desk.folder.rglob("*") if file.is_file()]
    assert any(file.name == "test.json" for file in files)
    for file in files:
        assert not any(needle in file.read_bytes() for needle in needles), file


def test_the_state_refers_to_the_provider_by_less_than_a_hundred_bytes(at_desk: Desk) -> None:
    """What the state holds of the provider is its name, the same for every resource of a kind."""
    at_desk.up()
    providers = {
        resource["type"]: resource["inputs"]["__provider"]
        for resource in at_desk.state()["resources"]
        if "__provider" in resource.get("inputs", {})
    }

    assert providers
    for serialized in providers.values():
        assert len(json.dumps(serialized)) < 100


def test_a_key_in_the_stacks_secret_settings_is_used_and_stays_encrypted(at_desk: Desk) -> None:
    """Where the environment has no key, the stack's secret setting signs in: for update, refresh and destroy."""
    crypter = new_crypter("passphrase")
    settings = at_desk.folder / "stacks" / "Pulumi.test.yaml"
    secure = crypter.encrypt(DEFAULT_API_KEY)
    settings.write_text(
        f"encryptionsalt: {crypter.salt}\nconfig:\n  ibm-quantum:apiKey:\n    secure: {secure}\n", encoding="utf-8"
    )
    at_desk = at_desk.with_environment(IBMCLOUD_API_KEY="")
    results = [at_desk.preview(), at_desk.up(), at_desk.refresh(), at_desk.preview(), at_desk.destroy()]

    assert all(result.ok for result in results)
    assert not any(DEFAULT_API_KEY in repr((result.outputs, result.config)) for result in results)
    assert not any(DEFAULT_API_KEY in said(result) for result in results)
    for file in at_desk.folder.rglob("*"):
        assert not file.is_file() or DEFAULT_API_KEY.encode() not in file.read_bytes(), file


CLEAR = f"config:\n  ibm-quantum:apiKey: {DEFAULT_API_KEY}\n"


@pytest.mark.parametrize("command", ["preview", "up --yes", "refresh --yes", "destroy --yes", "refresh --preview-only"])
def test_a_key_in_clear_in_the_stacks_settings_is_refused(at_desk: Desk, command: str) -> None:
    """By name and with what mends it, before anything is read or written, though the environment has a key as well."""
    (at_desk.folder / "stacks" / "Pulumi.test.yaml").write_text(CLEAR, encoding="utf-8")
    done = CliRunner().invoke(
        ibm_quantum, [*command.split(), "--stack", "test", "--cwd", str(at_desk.folder)], env=at_desk.environment
    )

    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Pulumi.test.yaml: ibm-quantum:apiKey is not encrypted" in done.stderr
    assert "`ibm-quantum config set --secret ibm-quantum:apiKey`" in done.stderr
    assert "set IBMCLOUD_API_KEY" in done.stderr
    assert DEFAULT_API_KEY not in done.output
    assert list(at_desk.state_folder.iterdir()) == []
    assert at_desk.fake.calls == ()


@pytest.mark.parametrize("program", ["", BY_HAND])
def test_a_program_refuses_a_key_in_clear_under_any_engine(at_desk: Desk, program: str) -> None:
    """FairShare and each resource ask whether it is a secret, before anything is declared."""
    (at_desk.folder / "stacks" / "Pulumi.test.yaml").write_text(CLEAR, encoding="utf-8")
    if program:
        (at_desk.folder / "stacks" / "__main__.py").write_text(program, encoding="utf-8")
    result = at_desk.preview()

    assert not result.ok
    assert "ibm-quantum:apiKey is not encrypted in the stack's settings" in said(result)
    assert "Traceback" not in said(result)
    assert DEFAULT_API_KEY not in said(result)
    assert at_desk.fake.calls == ()
