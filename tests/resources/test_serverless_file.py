"""A file of Qiskit Serverless: what is refused, and its whole life."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError
from pulumi_ibm_quantum.cloud.serverless import FileSpace, Upload
from pulumi_ibm_quantum.fake import Fake, Fault, Provider
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.serverless_file import LIFECYCLE, create, delete, update

pytestmark = pytest.mark.usefixtures("hurry")
SPACE = FileSpace("f")


@pytest.fixture
def crn(fake: Fake, cloud: Cloud) -> str:
    """An instance, and two functions of the key."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    for title in ("f", "g"):
        cloud.serverless(crn).functions.upload(Upload(title, artifact=b"x"))
    return crn


@pytest.fixture
def context(cloud: Cloud, tmp_path: Path) -> Context:
    """A project with a file."""
    (tmp_path / "data.csv").write_bytes(b"1,2\n")
    return Context(lambda: cloud, tmp_path)


@pytest.fixture
def checked(context: Context, crn: str) -> Callable[..., Any]:
    """Checks the inputs of a new file, and returns them; or what is wrong with them."""

    def check(**given: Any) -> Any:
        wanted = {"function": "f", "instance": crn, "source": "data.csv", **given}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        inputs, problems = LIFECYCLE.check(lambda: context, {}, wanted)
        return problems or inputs

    return check


def uploads(fake: Fake) -> int:
    return sum(call.route.endswith("files.upload") for call in fake.calls)


def stored(fake: Fake) -> dict[str, bytes]:
    """The folder that all of the key's own functions share."""
    return fake.account.gateway.files["IBMid-1000",]


@pytest.mark.parametrize(
    ("given", "name", "problem"),
    [
        ({"name": "my data.tar"}, "name", "must be of letters, digits and ._-"),
        ({"name": "a..b.tar"}, "name", "must be of letters, digits and ._-"),
        ({"name": "données.tar"}, "name", "must be of letters, digits and ._-"),
        ({"source": "nowhere.csv"}, "source", "nowhere.csv: No such file or directory"),
        ({"source": None}, "source", "give either source, a path, or text"),
        ({"text": "a"}, "source", "give either source, a path, or text"),
        ({"source": None, "text": "a"}, "name", "must be given"),
        ({"space": "shared"}, "space", "must be user or provider"),
    ],
)
def test_what_could_not_be_fetched_again_is_refused(
    checked: Callable[..., Any], fake: Fake, given: dict[str, Any], name: str, problem: str
) -> None:
    """The service would take such names, rewrite them, and find the file under neither."""
    assert checked()["name"] == "data.csv"
    found = checked(**given)
    assert list(found) == [name]
    assert found[name].startswith(problem)


def test_an_empty_file_is_refused_and_a_doubtful_one_warned_of(
    checked: Callable[..., Any], context: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the service takes it decides by content, and can change: only what is sure is refused."""
    (context.root_folder / "empty").touch()
    (context.root_folder / "state.h5").write_bytes(b"\x89HDF\r\n")

    assert checked(source="empty")["source"] == "the service takes files of 1 to 52363264 bytes, not 0"
    assert "content_digest" in checked(source="state.h5")
    assert capsys.readouterr().err == "file 'state.h5': the service may refuse HDF5; put it into a tar\n"


@pytest.mark.parametrize("provider", ["", "acme"])
def test_a_file_is_made_changed_and_deleted(
    context: Context, checked: Callable[..., Any], fake: Fake, provider: str
) -> None:
    """In one's own folder, or in the one that all users of a provider's function share."""
    where = {"function_provider": provider, "space": "provider"} if provider else {}
    if provider:
        fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}))
        crn = checked()["instance"]
        context.cloud.serverless(crn).functions.upload(Upload("f", "acme", artifact=b"x"))
    inputs = checked(**where)
    id_, outputs = create(context, inputs)
    assert id_ == ("provider:acme/f:data.csv" if provider else "user:/f:data.csv")
    assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []
    (context.root_folder / "data.csv").write_bytes(b"3,4,5\n")
    with pytest.raises(CloudError, match=r"data\.csv has changed since it was looked at"):
        update(context, id_, outputs, inputs)
    outputs = update(context, id_, outputs, checked(**where))

    (folder,) = (one for one in fake.account.gateway.files.values() if one)
    assert folder == {"data.csv": b"3,4,5\n"}
    delete(context, id_, outputs)
    delete(context, id_, outputs)
    assert folder == {}
    assert LIFECYCLE.read(context, id_, outputs) is None


@pytest.mark.parametrize(
    ("verify", "case"),
    [
        (None, (b"1,2,3\n", True)),
        (None, (b"3,4\n", False)),
        ("content", (b"3,4\n", True)),
        ("content", (b"1,2\n", False)),
    ],
)
def test_drift_is_seen_by_size_or_by_content(
    context: Context, checked: Callable[..., Any], fake: Fake, verify: str | None, case: tuple[bytes, bool]
) -> None:
    """Its content is fetched only where that is asked for; what differs is uploaded again."""
    there, changed = case
    inputs = checked(verify=verify)
    id_, outputs = create(context, inputs)
    stored(fake)["data.csv"] = there
    assert bool(LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed) == changed
    refreshed = LIFECYCLE.read(context, id_, outputs)
    assert refreshed is not None
    assert bool(LIFECYCLE.compare(lambda: context, id_, refreshed, inputs, 0).changed) == changed
    update(context, id_, refreshed, inputs)

    assert stored(fake)["data.csv"] == b"1,2\n"


def test_other_content_is_not_overwritten(context: Context, checked: Callable[..., Any], fake: Fake, crn: str) -> None:
    """All of a key's functions share the folder: the same content is taken as it is, other content needs adopt=True."""
    context.cloud.serverless(crn).files.upload(FileSpace("g"), "data.csv", b"others")
    with pytest.raises(CloudError, match=r"there is a file 'data\.csv' with other content among the files of 'f'"):
        create(context, checked())
    create(context, checked(adopt=True))
    create(context, checked())

    assert stored(fake)["data.csv"] == b"1,2\n"
    assert uploads(fake) == 2


def test_one_listing_serves_all_files(context: Context, checked: Callable[..., Any], fake: Fake) -> None:
    """Of each file only its size is asked, which fetches no content."""
    made = [(text, create(context, text)) for text in (checked(source=None, text="a", name=f"t{n}") for n in range(20))]
    fake.forget_calls()
    for inputs, (id_, outputs) in made:
        assert LIFECYCLE.compare(lambda: context, id_, outputs, inputs, 0).changed == []

    assert [call.route for call in fake.calls].count("serverless.files.list") == 1


def test_another_source_of_the_same_content_is_no_upload(
    context: Context, checked: Callable[..., Any], fake: Fake
) -> None:
    """What counts is the content."""
    id_, outputs = create(context, checked())
    update(context, id_, outputs, checked(source=None, text="1,2\n", name="data.csv"))

    assert uploads(fake) == 1


def test_what_the_service_refuses_by_content_is_said(context: Context, checked: Callable[..., Any], fake: Fake) -> None:
    """With what to do about it; a lost answer is repeated."""
    fake.inject(Fault.lost_answer("serverless.files.upload"))
    create(context, checked())
    assert uploads(fake) == 2
    (context.root_folder / "state.h5").write_bytes(b"\x89HDF\r\n")
    with pytest.raises(CloudError, match="takes whatever it refuses inside a tar"):
        create(context, checked(source="state.h5"))
