"""The API key is nowhere: not in the state, its journal or history, not in what is printed."""

import base64
import json

from desk import Desk, said

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault


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
