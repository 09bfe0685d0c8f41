"""Functions of Qiskit Serverless as code: the example's whole life, with a real state, on an account on loopback."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_ibm_quantum.engine import Result, import_state
from pulumi_ibm_quantum.engine.state.passphrase import Crypter, open_crypter
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Call, Fake
from pulumi_ibm_quantum.resources.function_source import read_source
from tests.support.desk import ROOT, Desk, bare_desk, changes, said, three_teams
from tests.support.passphrase import PASSPHRASE, SALT

EXAMPLE = ROOT / "examples" / "serverless"
STATE = Path(__file__).parent / "serverless_states" / "0.1.0.json"
HIDDEN = "https://hooks.example.org/hidden-value"
CRYPTER = open_crypter(PASSPHRASE, SALT)
TAR = read_source(EXAMPLE / "sampler")[1].content

MANY = """
import pulumi
from pulumi_ibm_quantum import ServerlessFunction

for number in range(30):
    ServerlessFunction(
        f"function-{number}", title=f"function-{number}", instance=pulumi.Config().require("crn"),
        source_dir=f"code/{number}", env_vars={"A": "given-" + "in-clear"},
    )
"""

RECORDED = """
import pulumi
from pulumi_ibm_quantum import ServerlessFile, ServerlessFunction

settings = pulumi.Config()
crn = settings.require("crn")
function = ServerlessFunction(
    "recorded", title="recorded", instance=crn, source_dir="code", version="1.0", description="d",
    dependencies=["ffsim"], env_vars={"A": settings.require_secret("webhook")}, arguments_schema={"maxProperties": 2},
)
ServerlessFile("data", function=function.title, instance=crn, text="1,2", name="data.csv", verify="content")
"""
"""What wrote the state that is kept; its code is one empty file."""


@contextmanager
def example(folder: Path, fake: Fake, crypter: Crypter = CRYPTER) -> Iterator[Desk]:
    """The example's project in a folder, its secret encrypted in the stack's settings."""
    shutil.copytree(EXAMPLE, folder)
    settings = {
        "encryptionsalt": crypter.salt,
        "config": {
            "quantum-serverless:crn": fake.instance("calm").crn,
            "quantum-serverless:webhook": {"secure": crypter.encrypt(HIDDEN)},
        },
    }
    (folder / "Pulumi.test.yaml").write_text(json.dumps(settings), encoding="utf-8")
    with bare_desk(folder, fake) as at:
        yield at


@pytest.fixture
def fake() -> Fake:
    """An account in the middle of its life, with nothing at the gateway."""
    return three_teams()


@pytest.fixture
def at(tmp_path: Path, fake: Fake) -> Iterator[Desk]:
    """The example at a desk."""
    with example(tmp_path / "project", fake) as it:
        yield it


def uploads(fake: Fake) -> list[str]:
    """What was uploaded since somebody looked last."""
    found = [call.route for call in fake.calls if call.route.endswith(".upload")]
    fake.forget_calls()
    return [route.removeprefix("serverless.") for route in found]


def upload_by_hand(fake: Fake, at: Desk, **fields: str) -> None:
    """Upload the function's title with other code, as anybody with the key may."""
    answer = requests.post(
        f"{at.environment['IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT']}/api/v1/programs/upload/",
        data={"title": "sampler", "entrypoint": "main.py", **fields},
        files={"artifact": ("artifact.tar", b"somebody else's code")},
        headers={"Authorization": f"Bearer {DEFAULT_API_KEY}", "Service-CRN": fake.instance("calm").crn},
        timeout=5,
    )
    assert answer.status_code == 200
    fake.forget_calls()


def append(path: Path) -> None:
    """Change one byte."""
    path.write_bytes(path.read_bytes() + b"#")


def test_what_did_not_change_is_not_uploaded(at: Desk, fake: Fake, tmp_path: Path) -> None:
    """One upload at first, none the second time or for another date, one for another byte, which the preview names."""
    main = at.folder / "sampler" / "main.py"
    assert at.up().ok
    assert uploads(fake) == ["functions.upload", "files.upload"]
    assert changes(at.up()) == {}
    os.utime(main, (1, 1))
    assert changes(at.up()) == {}
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(at.folder, elsewhere)
    there = Desk(fake, elsewhere, {**at.environment, "PULUMI_BACKEND_URL": f"file://{elsewhere / 'state'}"})
    assert changes(there.up()) == {}
    assert uploads(fake) == []

    append(main)
    assert changes(at.preview()) == {"sampler": "update"}
    assert uploads(fake) == []
    assert changes(at.up()) == {"sampler": "update"}
    assert uploads(fake) == ["functions.upload"]


@pytest.mark.parametrize(("marked", "fields"), [(True, {}), (False, {"version": "9"})], ids=["marked", "not marked"])
def test_what_others_uploaded_is_seen_and_replaced(at: Desk, fake: Fake, marked: bool, fields: dict[str, str]) -> None:
    """With a mark in the version, which they have left as it was, and without one."""
    program = at.folder / "__main__.py"
    if not marked:
        text = program.read_text(encoding="utf-8")
        program.write_text(text.replace('version="1.0.0"', 'version="1.0.0", version_mark=False'), encoding="utf-8")
    assert at.up().ok
    upload_by_hand(fake, at, **fields)

    assert changes(at.preview()) == {"sampler": "update"}
    assert changes(at.up()) == {"sampler": "update"}
    assert uploads(fake) == ["functions.upload"]
    (live,) = fake.account.gateway.functions
    assert TAR in live.content
    assert changes(at.up()) == {}


def test_destroying_leaves_a_name_and_nothing_else(at: Desk, fake: Fake) -> None:
    """The title stays, as the service deletes none; code, dependencies and environment go; `up` takes the same id."""
    assert at.up().ok
    before = at.state()
    destroyed = at.destroy()
    (retired,) = fake.account.gateway.functions

    assert destroyed.ok
    assert "only IBM can remove it" in said(destroyed)
    assert (retired.fields["env_vars"], retired.fields["dependencies"], retired.fields["version"]) == (
        {},
        [],
        "0+retired",
    )
    assert TAR not in retired.content
    assert b"This function was retired by the project in 'project' (IBMid-1000)" in retired.content
    assert fake.account.gateway.files == {("IBMid-1000",): {}}
    assert at.up().ok
    assert ids(at.state()) == ids(before)
    assert TAR in retired.content


def test_what_was_taken_over_is_left(at: Desk, fake: Fake) -> None:
    """A title that is taken stops a run, unless it is adopted; and what was adopted is not retired."""
    upload_by_hand(fake, at, dependencies="[]")
    refused = at.up()
    program = at.folder / "__main__.py"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('title="sampler"', 'title="sampler", adopt=True'), encoding="utf-8")

    assert "there is a function 'sampler' of this key already" in said(refused)
    assert at.up().ok
    assert at.destroy().ok
    (left,) = fake.account.gateway.functions
    assert TAR in left.content


def test_nothing_is_deployed_where_it_could_not_run(at: Desk, fake: Fake) -> None:
    """The example asks first, and says until when."""
    fake.change_instance("calm", limit_seconds=2_750)
    refused = at.up()

    assert "nothing can run in the instance: instance_limit, until 2026-11-" in said(refused)
    assert uploads(fake) == []


def test_neither_key_nor_environment_is_anywhere(at: Desk, fake: Fake) -> None:
    """Previews, updates, refusals, a failure that repeats them, destroy: events, state, settings and records."""
    calls: list[Call] = []
    fake.watch(calls.append)
    results: list[Result] = [at.preview(), at.up(), at.refresh()]
    append(at.folder / "sampler" / "main.py")
    upload_by_hand(fake, at, version="9")
    results += [at.preview(), at.with_environment(IBMCLOUD_API_KEY=DEFAULT_API_KEY + "x").up(), at.up()]
    results += [at.destroy()]
    files = [file.read_bytes() for file in at.folder.rglob("*") if file.is_file()]

    for needle in (DEFAULT_API_KEY, HIDDEN):
        assert not any(needle in repr(result.events) + said(result) for result in results)
        assert not any(needle.encode() in content for content in files)
        assert needle not in repr(calls)
    assert len(calls) > 20


def test_thirty_functions_are_compared_in_a_few_calls(
    tmp_path: Path, fake: Fake, record_property: Callable[[str, object], None]
) -> None:
    """A preview without a change lists them once to refresh and once to compare, and asks for none of them singly."""
    with example(tmp_path / "project", fake) as at:
        (at.folder / "__main__.py").write_text(MANY, encoding="utf-8")
        for number in range(30):
            code = at.folder / "code" / str(number)
            code.mkdir(parents=True)
            (code / "main.py").write_text("print()\n", encoding="utf-8")
            (code / "weights").write_bytes(os.urandom(1 << 20))
        assert at.up().ok
        assert uploads(fake) == ["functions.upload"] * 30
        begun = time.perf_counter()
        previewed = at.preview()
        record_property("seconds", time.perf_counter() - begun)

        assert "given-in-clear" not in json.dumps(at.state())
        assert changes(previewed) == {}
        assert [call.route for call in fake.calls if call.route != "iam.token"] == ["serverless.functions.list"] * 2


def test_a_state_of_a_release_is_taken_over(tmp_path: Path, fake: Fake) -> None:
    """It previews without changes and is destroyed, by today's code."""
    written = STATE.read_text(encoding="utf-8")
    resources = {one["type"].rpartition(":")[2]: one for one in json.loads(written)["deployment"]["resources"]}
    function = resources["ServerlessFunction"]
    outputs = function["outputs"]
    exported = json.loads(written.replace(function["inputs"]["instance"], fake.instance("calm").crn))
    gateway = fake.account.gateway
    live = gateway.create("IBMid-1000", "recorded", None)
    live.function_id, live.artifact = function["id"], outputs["artifact"]
    shown = {name: outputs[name] for name in ("description", "arguments_schema", "dependencies")}
    live.fields = {"entrypoint": "main.py", "version": outputs["live_version"], **shown}
    gateway.files["IBMid-1000",] = {"data.csv": b"1,2"}
    salt = exported["deployment"]["secrets_providers"]["state"]["salt"]
    with example(tmp_path / "project", fake, open_crypter("passphrase", salt)) as at:
        record(at)
        import_state(at.stack, exported)

        assert changes(at.preview()) == {}
        assert at.destroy().ok
    assert live.fields["version"] == "0+retired"


def record(at: Desk) -> None:
    """Lay out the program that wrote the state."""
    (at.folder / "__main__.py").write_text(RECORDED, encoding="utf-8")
    (at.folder / "code").mkdir()
    (at.folder / "code" / "main.py").touch()


@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH")
def test_the_cli_and_the_embedded_engine_take_turns(at: Desk, fake: Fake, tmp_path: Path) -> None:
    """What either of them has made, the other finds unchanged, with the environment encrypted."""
    home = {"PULUMI_HOME": str(tmp_path / "home"), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def pulumi(*arguments: str) -> str:
        command = ["pulumi", *arguments, "--non-interactive", "--stack", "test"]
        environment = {**at.environment, **home, "PATH": path}
        done = subprocess.run(command, cwd=at.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert HIDDEN not in done.stdout + done.stderr
        return done.stdout

    assert at.up().ok
    uploads(fake)
    for _ in range(2):
        pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
        assert uploads(fake) == []
        append(at.folder / "sampler" / "main.py")
        pulumi("up", "--yes")
        assert uploads(fake) == ["functions.upload"]
        assert changes(at.up()) == {}
    assert HIDDEN.encode() not in b"".join(file.read_bytes() for file in at.folder.rglob("*") if file.is_file())
    pulumi("destroy", "--yes")
    assert fake.account.gateway.functions[0].fields["version"] == "0+retired"


def ids(state: dict[str, Any]) -> list[str]:
    """The ids of our resources in a state."""
    return sorted(one["id"] for one in state["resources"] if "Serverless" in one["type"])
