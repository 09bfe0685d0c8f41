"""The API key is nowhere: not in the state, its journal or history, not in what is printed."""

import base64
import json

from pulumi_ibm_quantum.engine.state.passphrase import new_crypter
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.desk import Desk, said


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
