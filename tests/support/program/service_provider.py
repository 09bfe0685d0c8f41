"""A dynamic provider over a service that is a folder: one file an object, a log of calls, faults on demand."""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

SERVICE = Path(os.environ.get("TEST_SERVICE", "."))


class ServiceError(Exception):
    """What the service answers when it is told to fail."""


def call(kind: str, name: str, detail: object = None) -> None:
    """Log a call, and fail if a fault is set for it."""
    with (SERVICE / "calls.jsonl").open("a") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.write(json.dumps({"call": kind, "name": name, "detail": detail}) + "\n")
    faults = SERVICE / "faults.json"
    fault = json.loads(faults.read_text()).get(f"{kind} {name}") if faults.exists() else None
    if fault == "slow":
        time.sleep(0.6)
    elif fault and fault.startswith("late "):
        time.sleep(0.2)
        raise ServiceError(fault.removeprefix("late "))
    elif fault == "stuck":
        (SERVICE / "stuck").touch()
        time.sleep(60)
    elif fault:
        raise ServiceError(fault)


def object_file(id_: str) -> Path:
    """The file of an object."""
    return SERVICE / "objects" / f"{id_}.json"


class Provider(ResourceProvider):
    """The lifecycle; `name` replaces, `mode` says how it compares."""

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        call("configure", str(req.config.get("token") or ""))

    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        failures = [CheckFailure(key, f"{key} is not valid") for key in sorted(news) if key.startswith("bad")]
        if news.get("mode") == "remembers":
            news = {"since": olds.get("since", news["key"]), **news}
        return CheckResult({"size": 1, **news}, failures)

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        if news.get("mode") == "engine":
            return DiffResult()
        changed = [key for key in news if key not in ("__provider", "extra") and olds.get(key) != news[key]]
        changed += [key for key in olds if key not in news and key not in ("__provider", "extra", "computed")]
        replaces = [key for key in changed if key == "key"]
        return DiffResult(bool(changed), replaces, delete_before_replace=news.get("mode") == "before")

    def create(self, props: dict[str, Any]) -> CreateResult:
        name = str(props.get("key", ""))
        call("create", name, {key: item for key, item in props.items() if key != "__provider"})
        (SERVICE / "objects").mkdir(exist_ok=True)
        number = len((SERVICE / "calls.jsonl").read_text().splitlines())
        id_ = f"{name}-{number}" if props.get("mode") == "numbered" else f"id-{name}"
        outs = {**props, "extra": None, "computed": f"computed by {name}"}
        del outs["extra"]
        object_file(id_).write_text(json.dumps(outs))
        return CreateResult(id_, outs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        call("read", str(props.get("key", "")))
        if not object_file(id_).exists():
            return ReadResult("", {})
        live = json.loads(object_file(id_).read_text())
        inputs = {key: item for key, item in live.items() if key not in ("computed", "__provider")}
        return ReadResult(id_, live, inputs if live.get("mode") != "outputs-only" else None)

    def update(self, id_: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        call("update", str(news.get("key", "")), {key: item for key, item in news.items() if key != "__provider"})
        outs = {**news, "computed": f"computed by {news.get('key')}"}
        object_file(id_).write_text(json.dumps(outs))
        return UpdateResult(outs)

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        call("delete", str(props.get("key", "")))
        object_file(id_).unlink(missing_ok=True)


class SecretProvider(Provider):
    """The same with the SDK's default: the provider itself is a secret."""

    serialize_as_secret_always = True


class Thing(Resource, module="test", name="Thing"):
    """An object of the service."""

    computed: pulumi.Output[str]

    def __init__(self, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions) -> None:
        provider = SecretProvider() if props.pop("secret_provider", False) else Provider()
        super().__init__(provider, name, {"key": name, "computed": None, **props}, opts)
