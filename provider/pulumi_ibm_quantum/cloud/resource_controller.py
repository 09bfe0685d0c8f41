"""The Resource Controller: which quantum instances there are, and what each is configured to have.

Source of the calls and fields: IBM's ``ibm-platform-services`` client; of the quantum parameters: IBM's guides. What is
in force is read from ``extensions``; ``parameters`` only repeats the last request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.kept import Kept
from pulumi_ibm_quantum.cloud.plausibility import Implausible, figure, guid_of, text
from pulumi_ibm_quantum.cloud.transport import Transport, json_of, understanding
from pulumi_ibm_quantum.vocabulary import Limit, parse_crn

QUANTUM_RESOURCE_ID = "b6049020-80f4-11eb-a0f7-e35ec9b4054f"
"""The quantum service in IBM's catalogue (from client source; staging uses the same)."""

_ALLOCATION = "usage_allocation_seconds"
_LIMIT = "instance_limit_seconds"
_BACKENDS = "backends"
_TIMESTAMP = "timestamp"
_PAGE_SIZE = 100
_MOST_PAGES = 1000
_GONE = frozenset({"removed", "pending_removal", "pending_reclamation"})

ALL_BACKENDS = ("ANY",)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an instance may use: seconds of allocation, the limit in force, names of backends.

    ``("ANY",)`` stands for every backend of the plan, an empty tuple for none.
    """

    allocation_seconds: int
    limit: Limit
    backends: tuple[str, ...] = ALL_BACKENDS


@dataclass(frozen=True, slots=True)
class LiveInstance:
    """An instance as the service describes it.

    ``settings`` is None where the service reports no allocation for it. ``extra_parameters`` are those of the last
    request that we do not know, kept because a write replaces all parameters.
    """

    crn: str
    name: str
    region: str
    plan_id: str
    resource_group: str
    state: str
    settings: Settings | None
    created_at: str = ""
    updated_at: str = ""
    updated_by: str = ""
    operation_state: str = ""
    operation_description: str = ""
    extra_parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_archived(self) -> bool:
        """Whether it is archived: IBM models that as an allocation of 0 (documented, announced to be revisited)."""
        return self.settings is not None and self.settings.allocation_seconds == 0

    @property
    def is_gone(self) -> bool:
        """Whether it has been deleted; the service answers for deleted instances for some time."""
        return self.state in _GONE


class ResourceController:
    """The calls that we make of the Resource Controller; each raises CloudError where it fails."""

    def __init__(self, transport: Transport, endpoint: str) -> None:
        self._transport = transport
        self._url = f"{endpoint}/v2/resource_instances"
        self._groups_url = f"{endpoint}/v2/resource_groups"
        self._listing = Kept(lambda: {one.crn: one for one in self.instances(None)})
        self._changed: set[str] = set()

    def instances(self, plan_id: str | None, *, name: str | None = None) -> Iterator[LiveInstance]:
        """Yield the account's active and provisioning instances of a plan, or of all plans, page by page.

        One that comes twice, because another was created meanwhile and moved it to the next page, is taken once.

        Raises:
            CloudError: a page could not be read, or an instance came twice and not the same.
        """
        params: dict[str, str | int] = {"resource_id": QUANTUM_RESOURCE_ID, "limit": _PAGE_SIZE}
        if plan_id is not None:
            params["resource_plan_id"] = plan_id
        if name is not None:
            params["name"] = name
        listed: dict[str, LiveInstance] = {}
        for _ in range(_MOST_PAGES):
            page = self._transport.get_json(
                self._url,
                params=params,
                purpose="list the instances",
                permission="resource-controller.instance.retrieve",
            )
            with understanding("list the instances"):
                found = [_live_instance(document) for document in page["resources"]]
                # Only the token is taken from the address: the bearer token must not follow it elsewhere.
                start = parse_qs(urlsplit(page.get("next_url") or "").query).get("start")
                for one in found:
                    if plan_id is not None and one.plan_id not in ("", plan_id):
                        raise Implausible(f"instance {one.name!r} is of another plan than asked for")
            for one in found:
                if one.crn not in listed:
                    listed[one.crn] = one
                    yield one
                elif one != listed[one.crn]:
                    problem = f"instance {one.name!r} is listed twice, with different values; run again"
                    raise errors.CloudError(problem, purpose="list the instances")
            if not start:
                return
            params["start"] = start[0]
        raise errors.CloudError(f"more than {_MOST_PAGES} pages", purpose="list the instances")

    def instance(self, crn: str) -> LiveInstance | None:
        """Return one instance; None where there is none, or it has been deleted."""
        try:
            document = self._transport.get_json(self._url_of(crn), purpose=f"read instance {crn}")
        except errors.NotFound:
            return None
        with understanding(f"read instance {crn}"):
            instance = _live_instance(document)
            if parse_crn(instance.crn) != parse_crn(crn):
                raise Implausible(f"it is about another instance, {guid_of(instance.crn)}")
        return None if instance.is_gone else instance

    def recent_instance(self, crn: str, since: float = 0.0) -> LiveInstance | None:
        """Return an instance from a listing of all, some seconds old and shared by all threads; None if it cannot tell.

        A list may lag behind what is: one that lacks an instance says nothing, and none is asked about an instance that
        we have changed. ``since`` is when the listing may have begun at the earliest, by ``time.monotonic``.
        """
        return None if crn in self._changed else self._listing.get(since).get(crn)

    def was_changed(self, crn: str) -> bool:
        """Tell whether we have made or changed an instance since this connection was made."""
        return crn in self._changed

    def resource_groups(self, account_id: str) -> Mapping[str, str]:
        """Return the names of an account's resource groups, as far as the key may see them, by id (documented)."""
        purpose = "list the resource groups"
        page = self._transport.get_json(self._groups_url, params={"account_id": account_id}, purpose=purpose)
        with understanding(purpose):
            return {text(one["id"]): text(one["name"]) for one in page["resources"]}

    def create(
        self, *, name: str, target: str, resource_group: str, plan_id: str, settings: Settings, tags: Sequence[str] = ()
    ) -> LiveInstance:
        """Ask for a new instance and return it, perhaps still provisioning. Not repeatable: see ``Unreachable``."""
        body: dict[str, Any] = {
            "name": name,
            "target": target,
            "resource_group": resource_group,
            "resource_plan_id": plan_id,
            "parameters": _parameters(settings),
        }
        if tags:
            body["tags"] = list(tags)
        purpose = f"create instance {name!r}"
        answer = self._transport.request(
            "POST", self._url, json=body, purpose=purpose, permission="resource-controller.instance.create"
        )
        with understanding(purpose):
            created = _live_instance(json_of(answer, purpose))
        self._changed.add(created.crn)
        return created

    def write(self, instance: LiveInstance, settings: Settings) -> None:
        """Set allocation, limit and backends together: the service replaces all parameters by those of a request.

        A request that equals the one before is ignored silently, hence the fresh timestamp. The answer says only that
        the request was accepted; read back to see it in force, also where it is ``Unreachable``.
        """
        self._changed.add(instance.crn)
        parameters = {**instance.extra_parameters, **_parameters(settings), _TIMESTAMP: _timestamp()}
        self._patch(instance.crn, {"parameters": parameters}, f"write to instance {instance.name!r}")

    def rename(self, crn: str, name: str) -> None:
        """Give an instance another name."""
        self._changed.add(crn)
        self._patch(crn, {"name": name}, f"rename instance {crn}")

    def _patch(self, crn: str, body: Mapping[str, Any], purpose: str) -> None:
        permission = "resource-controller.instance.update"
        answer = self._transport.request("PATCH", self._url_of(crn), json=body, purpose=purpose, permission=permission)
        if answer.status_code == 200 or answer.content:
            json_of(answer, purpose)  # A proxy's page says nothing of what the service did.

    def delete(self, crn: str) -> None:
        """Delete an instance with its keys and bindings; one that is gone already is no error."""
        self._changed.add(crn)
        try:
            self._transport.request(
                "DELETE",
                self._url_of(crn),
                params={"recursive": "true"},
                purpose=f"delete instance {crn}",
                permission="resource-controller.instance.delete",
            )
        except errors.Refused:
            if self.instance(crn) is not None:
                raise

    def _url_of(self, crn: str) -> str:
        return f"{self._url}/{quote(crn, safe='')}"


def _parameters(settings: Settings) -> dict[str, Any]:
    """Write seconds as digit strings, the older and safest form; null removes a limit."""
    limit = settings.limit.seconds
    return {
        _ALLOCATION: str(settings.allocation_seconds),
        _LIMIT: None if limit is None else str(limit),
        _BACKENDS: list(settings.backends),
    }


def _timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _live_instance(document: Mapping[str, Any]) -> LiveInstance:
    operation = document.get("last_operation") or {}
    known = (_ALLOCATION, _LIMIT, _BACKENDS, _TIMESTAMP)
    name = text(document.get("name"))
    return LiveInstance(
        crn=text(document["crn"]),
        name=name,
        region=text(document.get("region_id")) or document["crn"].split(":")[5],
        plan_id=text(document.get("resource_plan_id")),
        resource_group=text(document.get("resource_group_id")),
        state=text(document.get("state")),
        settings=_settings(document.get("extensions") or {}, name),
        created_at=text(document.get("created_at")),
        updated_at=text(document.get("updated_at")),
        updated_by=text(document.get("updated_by")),
        operation_state=text(operation.get("state")),
        operation_description=text(operation.get("description")),
        extra_parameters={k: v for k, v in (document.get("parameters") or {}).items() if k not in known},
    )


def _settings(extensions: Mapping[str, Any], name: str) -> Settings | None:
    allocation, limit = extensions.get(_ALLOCATION), extensions.get(_LIMIT)
    if allocation is None:
        return None
    backends = extensions.get(_BACKENDS)
    return Settings(
        allocation_seconds=int(figure(allocation, f"{_ALLOCATION} of instance {name!r}")),
        limit=Limit.of(None if limit is None else int(figure(limit, f"{_LIMIT} of instance {name!r}"))),
        backends=ALL_BACKENDS if backends is None else tuple(map(text, backends)),
    )
