"""The gateway as its own code answered on loopback: what it rewrites, refuses, keeps and loses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from pulumi_ibm_quantum.fake import (
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Provider,
    Subscription,
    mock_ibm_quantum,
)
from tests.support.fake_cloud import READER_KEY, make_fake

HOST = "https://qiskit-serverless.quantum.ibm.com"
Ask = Callable[..., requests.Response]
TAR = {"artifact": ("artifact.tar", b"code")}
NEW = {"title": "f", "entrypoint": "main.py"}
NOWHERE = "11111111-2222-4333-8444-555555555555"
BIG = {"artifact": ("artifact.tar", b"x" * (50 << 20))}


@pytest.fixture
def fake() -> Iterator[Fake]:
    """An account with an instance of 100 s, and a provider that the administrator's user may write to."""
    fake = make_fake()
    fake.add_instance("a", allocation_seconds=100, limit_seconds=15)
    fake.account.gateway.providers["acme"] = Provider("acme", frozenset({"IBMid-1000"}), "icr.io/acme")
    with mock_ibm_quantum(fake):
        yield fake


@pytest.fixture
def ask(fake: Fake) -> Ask:
    """Calls the gateway with the raw key."""

    def call(method: str, path: str, *, key: str | None = DEFAULT_API_KEY, **options: Any) -> requests.Response:
        headers = {"Service-CRN": fake.instance("a").crn, **options.pop("headers", {})}
        signed = {"Authorization": f"Bearer {key}"} if key else {}
        return requests.request(method, f"{HOST}{path}", headers={**signed, **headers}, timeout=5, **options)

    return call


def upload(ask: Ask, **fields: Any) -> requests.Response:
    return ask("POST", "/api/v1/programs/upload/", data={**NEW, **fields}, files=TAR)


def read(ask: Ask, title: str = "f", **query: str) -> Any:
    return ask("GET", f"/api/v1/programs/get_by_title/{title}", params=query).json()


UPLOAD = "/api/v1/programs/upload/"
REFUSALS: list[Any] = [
    ("GET", "/api/v1/programs/", {"key": None}, 401, {"detail": "Authorization token was not provided."}),
    (
        "GET",
        "/api/v1/programs",
        {"key": "no-key"},
        401,
        {"detail": "You couldn't be authenticated, please review your API Key."},
    ),
    (
        "GET",
        "/api/v1/programs",
        {"headers": {"Service-CRN": "crn:none"}},
        401,
        {"detail": "You couldn't be authenticated, please review your CRN."},
    ),
    ("POST", UPLOAD, {"data": {"entrypoint": "a.py"}}, 400, {"message": "This field is required."}),
    (
        "POST",
        UPLOAD,
        {"data": {"title": "f"}},
        400,
        {"message": "At least one of attributes (entrypoint, image) is required."},
    ),
    (
        "POST",
        UPLOAD,
        {"data": {**NEW, "version": "one"}, "files": TAR},
        400,
        {"message": "Invalid version - expected format x.y.z"},
    ),
    ("POST", UPLOAD, {"data": {**NEW, "version": ""}}, 400, {"message": "Invalid version - expected format x.y.z"}),
    ("POST", UPLOAD, {"data": {**NEW, "env_vars": "{"}}, 500, {"message": "Internal server error"}),
    ("POST", UPLOAD, {"data": {**NEW, "entrypoint": "../a.py"}}, 400, None),
    ("POST", UPLOAD, {"data": {**NEW, "dependencies": '["ffsim>=0.1"]'}}, 400, None),
    ("POST", UPLOAD, {"data": NEW, "files": {"artifact": ("code.zip", b"x")}}, 400, None),
    ("POST", UPLOAD, {"data": {**NEW, "provider": "acme", "image": "docker.io/x"}}, 400, None),
    (
        "POST",
        UPLOAD,
        {"data": {**NEW, "provider": "nobody"}},
        404,
        {"message": "Qiskit Function nobody/f doesn't exist."},
    ),
    ("POST", UPLOAD, {"data": {**NEW, "title": "acme/f", "provider": "acme"}}, 400, None),
    ("POST", UPLOAD, {"data": NEW, "files": BIG}, 413, "413 Request Entity Too Large"),
    ("GET", "/api/v1/programs/get_by_title/g", {}, 404, {"message": "Qiskit Function g doesn't exist."}),
    ("GET", f"/api/v1/jobs/{NOWHERE}/", {}, 404, {"message": f"Job [{NOWHERE}] not found"}),
    ("GET", "/api/v1/jobs/5/", {}, 404, "Not Found"),
    ("GET", "/api/v1/none/", {}, 404, "Not Found"),
    ("DELETE", "/api/v1/programs/", {}, 500, {"error": "Server Error (500)"}),
    ("GET", "/api/v1/jobs/", {"params": {"limit": "-1"}}, 400, None),
    ("GET", "/api/v1/files", {}, 400, {"message": "This field is required."}),
]


@pytest.mark.parametrize(("method", "path", "options", "status", "body"), REFUSALS, ids=range(len(REFUSALS)))
def test_refusals(ask: Ask, fake: Fake, method: str, path: str, options: Any, status: int, body: Any) -> None:  # noqa: PLR0917
    """Each with the gateway's own status, shape and text where that is known; nothing is made."""
    answer = ask(method, path, **options)

    assert answer.status_code == status
    if isinstance(body, str):
        assert answer.headers["Content-Type"].startswith("text/html")
        assert body in answer.text
    else:
        assert answer.json() == body or (body is None and list(answer.json()) == ["message"])
    assert fake.account.gateway.functions == []


def test_an_iam_token_and_an_open_plan_are_refused(ask: Ask, fake: Fake) -> None:
    """The gateway exchanges the key itself; plans are on a list."""
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": DEFAULT_API_KEY}
    token = requests.post("https://iam.cloud.ibm.com/identity/token", data=form, timeout=5).json()["access_token"]
    assert ask("GET", "/api/v1/programs", key=token).json() == {
        "detail": "You couldn't be authenticated, please review your API Key."
    }
    assert ask("GET", "/version/", key=None).json() == {"version": "0.37.0"}
    plan = Subscription("open", PLAN_IDS["open"], "open")
    with mock_ibm_quantum(Fake(Account(subscriptions=[plan], api_keys=[ApiKey(DEFAULT_API_KEY)]))) as free:
        crn = free.add_instance("b", plan="open").crn
        assert "not entitled" in ask("GET", "/api/v1/programs", headers={"Service-CRN": crn}).json()["detail"]


def test_an_upload_makes_or_overwrites(ask: Ask, fake: Fake) -> None:
    """The id stays, the artifact has another name each time; what is not sent is kept, what is empty is cleared."""
    made = upload(
        ask, dependencies='["ffsim"]', env_vars='{"my_token": "t", "A": "1"}', description="d", version="1.0+x"
    )
    first = read(ask)
    upload(ask, version="2")
    kept = read(ask)
    upload(ask, dependencies="[]", env_vars="{}", description="")

    assert "id" not in made.json()
    assert json.loads(made.json()["env_vars"]) == {"my_token": "gAAAAA-encrypted", "A": "1"}
    assert made.json()["provider"] is None
    assert {"env_vars", "image", "provider"}.isdisjoint(first)
    assert (first["artifact"].endswith("/artifact.tar"), first["dependencies"]) == (True, '["ffsim"]')
    assert re.search(r"/artifact_\w{7}\.tar$", kept["artifact"])
    assert (kept["id"], kept["description"], kept["version"]) == (first["id"], "d", "2")
    assert (read(ask)["dependencies"], read(ask)["description"]) == ("[]", "")
    assert fake.account.gateway.functions[0].fields["env_vars"] == {}


def test_names_are_rewritten_without_a_word(ask: Ask) -> None:
    """Titles lose what they may not have; a file of another name can neither be fetched nor deleted."""
    upload(ask, title="my function!")
    assert read(ask, "myfunction")["title"] == "myfunction"
    folder = {"function": "myfunction"}
    for name in ("my data.tar", "a..b.tar", "donn\u00e9es.tar"):
        ask("POST", "/api/v1/files/upload/", params=folder, files={"file": (name, b"x")})

    assert ask("GET", "/api/v1/files", params=folder).json() == {"results": ["a_b.tar", "donn_es.tar", "my_data.tar"]}
    missing = ask("GET", "/api/v1/files/download", params={**folder, "file": "my data.tar"})
    assert (missing.status_code, missing.json()) == (404, {"message": "Requested file was not found."})


def test_a_title_of_a_providers_function_is_overwritten(ask: Ask, fake: Fake) -> None:
    """A fault of theirs: the answer names the provider, and the title of one's own still does not exist."""
    upload(ask, provider="acme")
    answer = upload(ask)

    assert answer.json()["provider"] == "acme"
    assert len(fake.account.gateway.functions) == 1
    assert ask("GET", "/api/v1/programs/get_by_title/f").status_code == 404
    assert read(ask, provider="acme")["provider"] == "acme"


def test_older_gateways_lose_and_lack_fields(ask: Ask, fake: Fake) -> None:
    """Before 0.35 what is not sent is set to nothing; schemas, sizes and the filter by provider came one by one."""
    fake.behaviour.gateway_version = "0.34.1"
    upload(ask, env_vars='{"A": "1"}')
    ask("POST", "/api/v1/programs/upload/", json={"title": "f", "description": "d"})

    live = fake.account.gateway.functions[0]
    assert (live.artifact, live.fields["env_vars"]) == (None, {})
    assert {"arguments_schema", "sizes"}.isdisjoint(read(ask))
    assert len(ask("GET", "/api/v1/programs", params={"provider": "acme"}).json()) == 1
    fake.behaviour.gateway_version = "0.37.0"
    assert ask("GET", "/api/v1/programs", params={"provider": "acme"}).json() == []


def test_functions_and_files_belong_to_the_person(ask: Ask, fake: Fake) -> None:
    """Not to the instance; own functions on Ray share a folder, those on Fleets have one each."""
    other = fake.add_instance("b", allocation_seconds=100).crn
    upload(ask)
    upload(ask, title="g")
    upload(ask, title="h", runner="fleets")
    ask("POST", "/api/v1/files/upload/", params={"function": "f"}, files={"file": ("a.txt", b"a")})

    def listed(title: str, **options: Any) -> Any:
        return ask("GET", "/api/v1/files", params={"function": title}, **options).json()

    assert listed("g", headers={"Service-CRN": other}) == {"results": ["a.txt"]}
    assert listed("h") == {"results": []}
    assert listed("f", key=READER_KEY) == {"message": "Qiskit Function f doesn't exist."}
    gone = {title: ask("DELETE", "/api/v1/files/delete", params={"function": title, "file": "b"}) for title in "fh"}
    assert {title: answer.status_code for title, answer in gone.items()} == {"f": 404, "h": 200}


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"a,b\n", 200), (b"\x80\x04pickle", 200), (b"\x89HDF\r\n", 400), (b"\x89PNG\r\n", 400), (b"", 400)],
)
def test_a_files_content_decides(ask: Ask, content: bytes, status: int) -> None:
    """Not its name."""
    upload(ask)
    files = {"file": ("a.tar", content)}
    assert ask("POST", "/api/v1/files/upload/", params={"function": "f"}, files=files).status_code == status


def test_permissions_come_from_the_instance_and_are_remembered(ask: Ask, fake: Fake) -> None:
    """Never set, all of one's own is allowed; a change is seen when the gateway's memory ends."""
    fake.behaviour.permission_cache_seconds = 60
    assert upload(ask).status_code == 200
    fake.change_instance("a", parameters={"custom_functions": {"permissions": ["function-custom.run"]}})
    assert upload(ask).status_code == 200
    fake.advance(60)
    refused = upload(ask)
    assert (refused.status_code, refused.json()) == (404, {"message": "Qiskit Function f doesn't exist."})
    assert run(ask).status_code == 200


def run(ask: Ask, title: str = "f", **arguments: Any) -> requests.Response:
    body: dict[str, Any] = {"title": title, "provider": None, "arguments": json.dumps(arguments), "config": {}}
    return ask("POST", "/api/v1/programs/run/", json=body)


def test_jobs_use_their_instances_time(ask: Ask, fake: Fake) -> None:
    """What a job used counts as usage; at the limit the next one waits until time returns, or for a day at most."""
    fake.behaviour.job_quantum_seconds = 15
    upload(ask)
    first = run(ask).json()["id"]
    fake.advance(600)
    second = run(ask).json()["id"]
    fake.advance(timedelta(hours=3))

    def status(job: str) -> Any:
        found = ask("GET", f"/api/v1/jobs/{job}/").json()
        return found["status"], found["sub_status"]

    assert fake.account.consumed_ms(fake.instance("a")) == 15_000
    assert (status(first), status(second)) == (("SUCCEEDED", None), ("RUNNING", "WAITING_QPU"))
    fake.change_instance("a", limit_seconds=100)
    fake.advance(600)
    assert status(second) == ("SUCCEEDED", None)
    assert fake.account.consumed_ms(fake.instance("a")) == 30_000
    fake.change_instance("a", limit_seconds=30)
    third = run(ask).json()["id"]
    fake.advance(timedelta(hours=25))
    assert status(third) == ("STOPPED", "WAITING_QPU")
    kinds = [one["event_type"] for one in ask("GET", f"/api/v1/jobs/{third}/events/").json()]
    assert kinds.count("SUB_STATUS_CHANGE") == 4


def test_jobs_are_counted_stopped_and_refused(ask: Ask, fake: Fake) -> None:
    """50 at a time; what IBM has disabled, and what lacks an argument of the schema, does not begin."""
    upload(ask, arguments_schema='{"required": ["n"]}')
    assert run(ask).json() == {"message": "'required' validation failed, 'n' is a required property", "path": []}
    jobs = [run(ask, n=1).json()["id"] for _ in range(50)]
    full = run(ask, n=1)
    assert (full.status_code, full.json()) == (429, {"message": "Active job limit reached. The maximum allowed is 50."})
    assert "Retry-After" not in full.headers
    for _ in range(2):
        assert ask("POST", f"/api/v1/jobs/{jobs[0]}/stop/", json={"service": "null"}).status_code == 200
        fake.advance(10)
    assert ask("GET", f"/api/v1/jobs/{jobs[0]}/").json()["status"] == "STOPPED"
    fake.account.gateway.functions[0].disabled = True
    assert (run(ask, n=1).status_code, run(ask, n=1).json()["message"]) == (
        423,
        "IBM has temporarily disabled access to this function",
    )
    page = ask("GET", "/api/v1/jobs/", params={"limit": "2", "offset": "49"}).json()
    assert (page["count"], [one["id"] for one in page["results"]]) == (50, [jobs[0]])


def test_results_of_fleets_are_on_another_host(ask: Ask, fake: Fake) -> None:
    """Before there are any it is 204; then object storage has them, which takes no key."""
    upload(ask, runner="fleets")
    path = f"/api/v1/jobs/{run(ask).json()['id']}/result/"
    assert ask("GET", path).status_code == 204
    fake.advance(600)
    moved = ask("GET", path, allow_redirects=False)

    assert (moved.status_code, moved.headers["Location"].split("/")[2][:3]) == (302, "s3.")
    assert requests.get(moved.headers["Location"], timeout=5).json() == {"result": "nothing was executed"}
    with_key = requests.get(moved.headers["Location"], headers={"Authorization": "Bearer x"}, timeout=5)
    assert with_key.status_code == 400
