"""A function of Qiskit Serverless: what is refused before anything is sent, and its whole life."""

import io
import json
import os
import re
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError, Credentials, Endpoints, NotFound, Settings, Unreachable, connect
from pulumi_ibm_quantum.cloud.serverless import Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, DEFAULT_RESOURCE_GROUP_ID, PLAN_IDS, Fake, Fault, Provider
from pulumi_ibm_quantum.resources.context import Clock, Context
from pulumi_ibm_quantum.resources.function_outputs import CHANGED_OUTSIDE
from pulumi_ibm_quantum.resources.function_source import SourceError, archive, digest, read_source
from pulumi_ibm_quantum.resources.serverless_function import LIFECYCLE, create, delete, update
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.passing_time import PassingTime

pytestmark = pytest.mark.usefixtures("hurry")
SECRET = "a-secret-of-the-environment"


@pytest.fixture
def crn(fake: Fake) -> str:
    """The instance that everything is done in the name of."""
    return fake.add_instance("a", allocation_seconds=100).crn


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with the code of a function."""
    (tmp_path / "code" / "inner").mkdir(parents=True)
    (tmp_path / "code" / "main.py").write_text("print()\n", encoding="utf-8")
    (tmp_path / "code" / "inner" / "part.py").write_text("", encoding="utf-8")
    return tmp_path


@pytest.fixture
def context(fake: Fake, cloud: Cloud, folder: Path) -> Context:
    """What the lifecycle works with, on a time that passes only while somebody waits, which is the account's too."""
    time = PassingTime()

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        fake.advance(seconds)

    return Context(lambda: cloud, folder, Clock(time.now, sleep))


@pytest.fixture
def checked(context: Context, fake: Fake, crn: str) -> Callable[..., Any]:
    """Checks the inputs of a function, of a new one where there is none, and returns them; or what is wrong."""

    def check(old: Any = None, **given: Any) -> Any:
        wanted = {"title": "f", "instance": crn, "source_dir": "code", **given}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        if old is None and fake.account.gateway.functions:
            old = {name: wanted[name] for name in ("title", "function_provider") if name in wanted}
        inputs, problems = LIFECYCLE.check(lambda: context, old or {}, wanted)
        return problems or inputs

    return check


def live(fake: Fake) -> Any:
    """The only function that there is."""
    (function,) = fake.account.gateway.functions
    return function


def uploads(fake: Fake) -> int:
    return sum(call.route == "serverless.functions.upload" for call in fake.calls)


@pytest.mark.parametrize(
    ("given", "name", "problem"),
    [
        ({"title": "my function!"}, "title", "must be at most 255 letters, digits, underscores or hyphens"),
        ({"title": "a/b"}, "title", "must be at most 255 letters"),
        ({"title": "\u212aelvin"}, "title", "must be at most 255 letters"),
        ({"title": "x" * 256}, "title", "must be at most 255 letters"),
        ({"entrypoint": "../main.py"}, "entrypoint", "must be the relative path of a Python file"),
        ({"entrypoint": "/main.py"}, "entrypoint", "must be the relative path of a Python file"),
        ({"entrypoint": "main.sh"}, "entrypoint", "must be the relative path of a Python file"),
        ({"entrypoint": "run.py"}, "entrypoint", "there is no run.py in code"),
        ({"exclude": ["main.*"]}, "entrypoint", "there is no main.py in code"),
        ({"source_dir": "nowhere"}, "source_dir", "there is no folder "),
        ({"source_dir": None}, "source_dir", "give either source_dir, with the code, or image"),
        (
            {"image": "icr.io/a/f", "function_provider": "a"},
            "source_dir",
            "give either source_dir, with the code, or image",
        ),
        ({"source_dir": None, "image": "icr.io/acme/f:1"}, "image", "only functions of a provider have images"),
        ({"version": "one"}, "version", "must be a version as in PEP 440"),
        ({"runner": "slurm"}, "runner", "must be ray or fleets"),
        ({"type": "OTHER"}, "type", "must be GENERIC or APPLICATION or CIRCUIT"),
        ({"sizes": {"S": "bx3d-24x120"}}, "sizes", "only functions whose runner is fleets have sizes"),
        ({"sizes": {"tiny": "x"}, "runner": "fleets"}, "sizes", "'tiny' is no size; there are S, M, L, XL"),
        ({"sizes": {"S": "x"}, "runner": "fleets", "default_size": "M"}, "default_size", "must be one of sizes"),
        ({"env_vars": {"A": 1}}, "env_vars", "must be a mapping of names to texts"),
        ({"arguments_schema": "[1]"}, "arguments_schema", "must be a JSON object"),
        ({"arguments_schema": {"$ref": "https://e.org/s"}}, "arguments_schema", "refers to https://e.org/s, outside"),
        ({"arguments_schema": {"a": "x" * 70_000}}, "arguments_schema", "has more than 64 KiB"),
        ({"arguments_schema": {"a": [{}] * 300}}, "arguments_schema", "is deeper than 64 or has more than 200"),
        (
            {"dependencies": ["numpy>=1"]},
            "dependencies",
            "'numpy>=1' is no dependency: the service takes name==version",
        ),
        ({"dependencies": ["left-pad==1.0"]}, "dependencies", "left-pad is none that the service allows: ffsim, "),
        ({"dependencies": ["Qiskit_Aer==0.1"]}, "dependencies", "qiskit-aer is allowed in version 0.17.2 alone"),
    ],
)
def test_what_the_service_would_rewrite_or_refuse_late_is_refused_at_once(
    checked: Callable[..., Any], fake: Fake, given: dict[str, Any], name: str, problem: str
) -> None:
    """Each under its property's name; and nothing is written."""
    assert "source_digest" in checked()
    found = checked(**given)
    assert list(found) == [name]
    assert found[name].startswith(problem)
    assert fake.writes == ()


def test_what_is_allowed_is_asked_once(checked: Callable[..., Any], fake: Fake) -> None:
    """One call serves all functions of a run; names and order of dependencies have one form."""
    for _ in range(30):
        assert checked(dependencies=["qiskit_aer == 0.17.2", "ffsim"])["dependencies"] == [
            "ffsim",
            "qiskit-aer==0.17.2",
        ]

    assert [call.route for call in fake.calls] == ["serverless.dependencies", "serverless.functions.list"]


def test_a_preview_goes_on_where_nobody_tells_what_is_allowed(
    checked: Callable[..., Any], fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and the service decides when the function is uploaded."""
    fake.inject(Fault("serverless.dependencies", status=403, count=None))

    assert "source_digest" in checked(dependencies=["ffsim"])
    assert "functions could not be compared" in capsys.readouterr().err


def test_an_archive_that_is_too_large_is_refused(checked: Callable[..., Any], folder: Path) -> None:
    """By its size and its largest file, before anything is packed."""
    with (folder / "code" / "weights.bin").open("wb") as file:
        file.truncate(50 << 20)

    assert (
        checked()["source_dir"] == "code makes an archive of 50.0 MB of at most 49.9; its largest file is weights.bin"
    )


def test_code_and_image_are_not_exchanged(checked: Callable[..., Any], crn: str) -> None:
    """IBM keeps the image of a function for ever, and what runs then depends on its runner."""
    old = {"title": "f", "instance": crn, "image": "icr.io/acme/f:1", "function_provider": "acme"}

    assert checked(old, function_provider="acme") == {
        "source_dir": "a function stays with code or with an image: choose another title"
    }
    assert "source_digest" in checked(old, title="g", function_provider="acme")


def test_the_digest_is_of_what_runs(folder: Path) -> None:
    """Paths, executable bits and contents count; dates and what is never uploaded do not."""
    code = folder / "code"

    def now() -> str:
        return digest(read_source(code, ["*.log"]))

    before = now()
    for junk in ("__pycache__/main.pyc", ".git/HEAD", "artifact.tar", "run.log", ".venv/pyvenv.cfg"):
        (code / junk).parent.mkdir(exist_ok=True)
        (code / junk).write_text("", encoding="utf-8")
    os.utime(code / "main.py", (1, 1))
    assert now() == before
    seen = {before}
    (code / "main.py").chmod(0o755)
    seen.add(now())
    (code / "inner" / "part.py").rename(code / "inner" / "piece.py")
    seen.add(now())
    assert len(seen) == 3
    with tarfile.open(fileobj=io.BytesIO(archive(read_source(code, ["*.log"])))) as tar:
        assert [(one.name, oct(one.mode)) for one in tar] == [("inner/piece.py", "0o644"), ("main.py", "0o755")]


def test_links_do_not_lead_out_of_the_folder(folder: Path) -> None:
    """A link to a file within it is that file; any other is refused by name, unless it is excluded."""
    code = folder / "code"
    (folder / "secret").touch()
    (code / "alias.py").symlink_to("main.py")
    assert [one.path for one in read_source(code)] == ["alias.py", "inner/part.py", "main.py"]
    (code / "out").symlink_to("../secret")
    with pytest.raises(SourceError, match="out is a link that leads out of the folder"):
        read_source(code)
    assert read_source(code, ["out"])


def test_files_that_changed_after_the_check_are_not_uploaded(
    context: Context, checked: Callable[..., Any], fake: Fake, folder: Path
) -> None:
    """What runs is what was previewed."""
    inputs = checked()
    (folder / "code" / "main.py").write_text("other", encoding="utf-8")
    with pytest.raises(CloudError, match="the files in code have changed since they were looked at"):
        create(context, inputs)

    assert uploads(fake) == 0


def test_everything_is_sent_each_time(context: Context, checked: Callable[..., Any], fake: Fake) -> None:
    """What is no longer declared is cleared: description, dependencies, environment and schema."""
    rich = checked(
        description="d", dependencies=["ffsim"], env_vars={"A": "1"}, arguments_schema={"required": ["n"]}, version="2"
    )
    id_, outputs = create(context, rich)
    assert live(fake).fields["env_vars"] == {"A": "1"}
    plain = checked()
    updated = update(context, id_, outputs, plain)

    fields = live(fake).fields
    assert (fields["description"], fields["dependencies"], fields["env_vars"]) == ("", [], {})
    assert json.loads(fields["arguments_schema"]) == {}
    assert re.fullmatch(r"0\+sha\.[0-9a-f]{12}", fields["version"])
    assert LIFECYCLE.compare(lambda: context, id_, updated, plain, 0).changed == []


@pytest.mark.parametrize("version", [None, "0", "1.0", "1.0+linux"])
@pytest.mark.parametrize("mark", [None, True, False])
def test_a_version_reads_back_as_it_was_declared(
    context: Context, checked: Callable[..., Any], fake: Fake, version: str | None, mark: bool | None
) -> None:
    """With or without a mark in it, a second comparison finds no difference."""
    inputs = checked(version=version, version_mark=mark)
    id_, outputs = create(context, inputs)

    assert outputs.get("version") == version
    assert ("sha." in live(fake).fields["version"]) == (mark is not False)
    assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []


def test_what_is_none_of_the_services_business_uploads_nothing(
    context: Context, checked: Callable[..., Any], fake: Fake
) -> None:
    """Another instance to authorise, or another end of its life, is a change of the state alone."""
    id_, outputs = create(context, checked())
    other = fake.add_instance("b", allocation_seconds=100).crn
    updated = update(context, id_, outputs, checked(instance=other, on_delete="keep"))

    assert (updated["instance"], updated["on_delete"]) == (other, "keep")
    assert uploads(fake) == 1


OTHER_DEPENDENCIES = {"dependencies": ("ffsim",), "entrypoint": "b.py"}


@pytest.mark.parametrize(
    ("others", "drift"),
    [
        ({}, {"source_digest"}),
        ({"version": "3"}, {"source_digest", "version"}),
        (OTHER_DEPENDENCIES, {"source_digest", "dependencies", "entrypoint"}),
    ],
)
def test_uploads_by_others_are_drift(
    context: Context, checked: Callable[..., Any], crn: str, others: dict[str, Any], drift: set[str]
) -> None:
    """A refresh shows them, and so does a comparison without one; a refreshed state still differs from the program."""
    inputs = checked()
    id_, outputs = create(context, inputs)
    context.cloud.serverless(crn).functions.upload(Upload("f", artifact=b"x", **others))
    compared = LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0)
    refreshed = LIFECYCLE.read(context, id_, outputs)

    assert {one.name for one in compared.changed} == drift
    assert refreshed is not None
    assert refreshed["source_digest"] == CHANGED_OUTSIDE
    again = LIFECYCLE.read(context, id_, refreshed)
    assert again is not None
    assert {one.name for one in LIFECYCLE.compare(lambda: context, id_, again, inputs, 0).changed} == drift


def test_a_title_that_is_taken_is_left_alone(
    context: Context, checked: Callable[..., Any], fake: Fake, crn: str
) -> None:
    """A preview says so. It takes adopt=True, which uploads what differs; a provider's title is never overwritten."""
    inputs = checked()
    id_, outputs = create(context, inputs)
    sentence = r"there is a function 'f' of this key already \(version 0\+sha\.\w+\): adopt=True takes it over"
    with pytest.raises(CloudError, match=sentence):
        create(context, inputs)
    of_another_run = Context(
        lambda: connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud()), context.root_folder
    )
    for adopt, problem in ((False, True), (True, False)):
        wanted = {"title": "f", "instance": crn, "source_dir": "code", "adopt": adopt}
        _, problems = LIFECYCLE.check(lambda: of_another_run, {}, wanted)
        assert bool(re.match(sentence, problems.get("title", ""))) == problem
    adopted, taken = create(context, {**inputs, "adopt": True})
    assert (adopted, taken["taken_over"], outputs["taken_over"], uploads(fake)) == (id_, True, False, 1)
    assert create(context, {**inputs, "adopt": True, "description": "d"})[1]["description"] == "d"
    assert uploads(fake) == 2
    delete(context, id_, taken)
    assert uploads(fake) == 2

    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}))
    create(context, checked(title="g", function_provider="acme"))
    with pytest.raises(CloudError, match="there is a function 'acme/g', in whose place the service could put this one"):
        create(context, checked(title="g"))


def test_what_is_taken_over_is_sent_where_it_cannot_be_compared(
    context: Context, checked: Callable[..., Any], fake: Fake
) -> None:
    """Code without a mark, and an environment, which never reads back."""
    inputs = {**checked(version_mark=False), "adopt": True}
    for count in (1, 2):
        create(context, inputs)
        assert uploads(fake) == count
    marked = {**checked(), "adopt": True}
    for environment, count in (({}, 3), ({}, 3), ({"A": "1"}, 4), ({"A": "1"}, 5)):
        create(context, {**marked, "env_vars": environment})
        assert uploads(fake) == count


def test_an_upload_that_the_service_puts_elsewhere_fails(cloud: Cloud, fake: Fake, crn: str) -> None:
    """It happens where a provider's function of that title has the same author."""
    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}))
    functions = cloud.serverless(crn).functions
    functions.upload(Upload("g", "acme", artifact=b"x"))
    with pytest.raises(CloudError, match="it in the place of the function 'g' of provider 'acme'"):
        functions.upload(Upload("g", artifact=b"y"))


def test_a_function_is_retired_and_comes_back(context: Context, checked: Callable[..., Any], fake: Fake) -> None:
    """Not while jobs of it are queued; then a stub takes its place, and a new declaration takes the same id."""
    inputs = checked(env_vars={"A": SECRET})
    id_, outputs = create(context, inputs)
    job = context.cloud.serverless(inputs["instance"]).jobs.run("f", {})
    with pytest.raises(CloudError, match="function 'f' has 1 queued jobs, which would run what takes its place"):
        delete(context, id_, outputs)
    assert live(fake).fields["env_vars"] == {"A": SECRET}
    fake.advance(3600)
    assert context.cloud.serverless(inputs["instance"]).jobs.get(job).is_done  # type: ignore[union-attr]
    delete(context, id_, outputs)
    delete(context, id_, outputs)

    assert (live(fake).fields["env_vars"], live(fake).fields["version"], uploads(fake)) == ({}, "0+retired", 2)
    again, outputs = create(context, inputs)
    assert (again, outputs["taken_over"], live(fake).fields["env_vars"]) == (id_, False, {"A": SECRET})


def test_an_upload_tells_of_the_queue(
    context: Context, checked: Callable[..., Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A job runs the code of the moment at which it is started."""
    id_, outputs = create(context, inputs := checked())
    context.cloud.serverless(inputs["instance"]).jobs.run("f", {})
    (folder / "code" / "main.py").write_text("new", encoding="utf-8")
    update(context, id_, outputs, checked())

    assert capsys.readouterr().err == "function 'f': 1 queued jobs of it will run the new code\n"


def test_a_permission_that_this_run_gave_is_waited_for(
    context: Context, checked: Callable[..., Any], fake: Fake, crn: str
) -> None:
    """The gateway remembers for a minute what an instance may do; without such a write it is refused at once."""
    made = context.cloud.resource_controller.create(
        name="b",
        target="eu-de",
        resource_group=DEFAULT_RESOURCE_GROUP_ID,
        plan_id=PLAN_IDS["premium"],
        settings=Settings(100, Limit.NONE),
    )
    assert context.cloud.resource_controller.was_changed(made.crn)
    fake.behaviour.permission_cache_seconds = 60
    fake.change_instance(crn, parameters={"custom_functions": {"permissions": ["function-custom.run"]}})
    with pytest.raises(NotFound, match=r"lacks the permission function-custom\.write"):
        create(context, checked())
    assert uploads(fake) == 1
    instance = context.cloud.resource_controller.instance(crn)
    assert instance is not None
    context.cloud.resource_controller.write(instance, Settings(200, Limit.NONE))
    fake.change_instance(crn, parameters={})

    assert create(context, checked())[1]["title"] == "f"


def test_a_function_that_is_gone_or_another_is_not_ours(
    context: Context, checked: Callable[..., Any], fake: Fake
) -> None:
    """IBM can remove one; a title that somebody made anew has another id, and is left alone."""
    id_, outputs = create(context, inputs := checked())
    live(fake).function_id = "00000000-0000-4000-8000-000000000000"

    assert LIFECYCLE.read(context, id_, outputs) is None
    with pytest.raises(NotFound, match=f"function {id_} has been deleted"):
        LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0)
    delete(context, id_, outputs)
    assert uploads(fake) == 1


@pytest.mark.parametrize("version", ["0.33.0", "0.35.0", "0.37.0"])
def test_gateways_of_any_age_agree_with_us(
    context: Context, checked: Callable[..., Any], fake: Fake, version: str
) -> None:
    """An update and a comparison after it: older ones lose what is not sent, and do not know all fields."""
    fake.behaviour.gateway_version = version
    id_, outputs = create(context, checked(env_vars={"A": "1"}))
    inputs = checked(env_vars={"A": "1"}, description="d")
    outputs = update(context, id_, outputs, inputs)

    assert live(fake).fields["env_vars"] == {"A": "1"}
    assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []


def test_an_image_is_uploaded_and_compared_by_its_mark(
    context: Context, checked: Callable[..., Any], fake: Fake
) -> None:
    """It cannot be read back; another image makes another mark."""
    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}), "icr.io/acme")
    of_acme = {"source_dir": None, "function_provider": "acme"}
    inputs = checked(image="icr.io/acme/f:1", **of_acme)
    id_, outputs = create(context, inputs)
    assert (live(fake).fields["image"], live(fake).artifact) == ("icr.io/acme/f:1", None)
    assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []
    others = Upload("f", "acme", image="icr.io/acme/f:9", version="0+sha.000000000000")
    context.cloud.serverless(inputs["instance"]).functions.upload(others)
    drifted = LIFECYCLE.compare(lambda: context, id_, outputs, inputs, time.monotonic())
    assert [one.name for one in drifted.changed] == ["source_digest"]
    other = checked(outputs, image="icr.io/acme/f:2", **of_acme)
    assert {one.name for one in LIFECYCLE.compare(lambda: context, id_, outputs, other, 0).changed} == {
        "image",
        "source_digest",
    }
    update(context, id_, outputs, other)

    assert live(fake).fields["image"] == "icr.io/acme/f:2"


@pytest.mark.parametrize(
    "fault",
    [Fault.lost_answer("serverless.functions.upload"), Fault("serverless.functions.upload", status=503)],
    ids=["lost answer", "busy"],
)
def test_an_upload_is_repeated(context: Context, checked: Callable[..., Any], fake: Fake, fault: Fault) -> None:
    """Twice is there once, with the second upload's name in the state."""
    fake.inject(fault)
    id_, outputs = create(context, inputs := checked())

    assert outputs["artifact"] == live(fake).artifact
    assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []


def test_errors_repeat_no_secret(context: Context, checked: Callable[..., Any], fake: Fake) -> None:
    """Neither the key nor the environment, even where the service does."""
    body = {"message": f"env_vars {SECRET} of {DEFAULT_API_KEY} cannot be right"}
    fake.inject(Fault("serverless.functions.upload", status=400, body=body))
    with pytest.raises(CloudError) as refused:
        create(context, checked(env_vars={"A": SECRET}))
    assert "env_vars *** of *** cannot be right" in str(refused.value)
    fake.inject(Fault("serverless.functions.upload", content=SECRET, count=None))
    with pytest.raises(Unreachable) as unreadable:
        create(context, checked(env_vars={"A": SECRET}))
    assert SECRET not in repr(unreadable.value) + str(unreadable.value) + str(unreadable.value.__cause__)


def test_a_function_is_not_imported(context: Context) -> None:
    """It has no code to compare with: adopt=True is for that."""
    with pytest.raises(CloudError, match="declare it with adopt=True"):
        LIFECYCLE.read(context, "6c1f", {})
