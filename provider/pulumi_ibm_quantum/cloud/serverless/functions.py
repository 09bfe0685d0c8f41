"""Functions: what is uploaded, what reads back, and the calls between."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.kept import Kept
from pulumi_ibm_quantum.cloud.plausibility import Implausible, text
from pulumi_ibm_quantum.cloud.serverless.gateway import Gateway, given
from pulumi_ibm_quantum.cloud.transport import json_of, understanding

_HINTS: Final = {
    404: "on an upload that means one of three: the instance lacks the permission function-custom.write (a change "
    "takes up to a minute), its plan has no functions of one's own, or the provider is none that the key may write to"
}


@dataclass(frozen=True, slots=True)
class LiveFunction:
    """A function as the gateway tells it: neither its code, nor its environment, nor its image.

    Attributes:
        function_id: Its UUID, the same over all uploads.
        provider: "" for one of one's own.
        artifact: The name of what was uploaded; another one after each upload.
        version: "" where it has none, as with ``runner`` and ``type``.
        arguments_schema: None where it has none, as with ``sizes``.
    """

    function_id: str
    title: str
    provider: str = ""
    entrypoint: str = ""
    artifact: str = ""
    dependencies: tuple[str, ...] = ()
    description: str = ""
    type: str = ""
    version: str = ""
    runner: str = ""
    arguments_schema: Mapping[str, Any] | None = None
    sizes: Mapping[str, str] | None = None
    default_size: str = ""

    @property
    def name(self) -> str:
        """Its title, after its provider where it has one."""
        return f"{self.provider}/{self.title}" if self.provider else self.title


@dataclass(frozen=True, slots=True)
class Upload:
    """A whole function to be uploaded; whatever is not sent may be kept or lost, by the gateway's age.

    Attributes:
        artifact: A tar; None with an image.
        type: Counts when the function is made.
        version: None sends none, which keeps what there is; it cannot be removed.
        arguments_schema: ``{}`` removes it; None sends none, as with ``sizes`` and ``default_size``, which only newer
            gateways know.
    """

    title: str
    provider: str = ""
    entrypoint: str = "main.py"
    artifact: bytes | None = field(default=None, repr=False)
    image: str = ""
    dependencies: tuple[str, ...] = ()
    env_vars: Mapping[str, str] = field(default_factory=dict, repr=False)
    description: str = ""
    version: str | None = None
    runner: str = "ray"
    type: str | None = None
    arguments_schema: Mapping[str, Any] | None = None
    sizes: Mapping[str, str] | None = None
    default_size: str | None = None

    @property
    def fields(self) -> dict[str, str]:
        """The form, in the order in which IBM's client sends it."""
        optional = {
            "version": self.version,
            "type": self.type,
            "arguments_schema": _json(self.arguments_schema),
            "sizes": _json(self.sizes),
            "default_size": self.default_size,
        }
        return {
            "title": self.title,
            **({"provider": self.provider} if self.provider else {}),
            **({"image": self.image} if self.image else {"entrypoint": self.entrypoint}),
            "runner": self.runner,
            "arguments": "{}",
            "dependencies": json.dumps(list(self.dependencies)),
            "env_vars": json.dumps(dict(self.env_vars)),
            "description": self.description,
            **{name: value for name, value in optional.items() if value is not None},
        }


class Functions:
    """The calls about functions."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._listing = Kept(lambda: {(one.provider, one.title): one for one in self.list()})

    def list(self, *, filter: str | None = None, provider: str | None = None) -> list[LiveFunction]:
        """Return functions: all that the key sees, or by ``filter`` its own (``serverless``) or others' (``catalog``).

        Gateways before 0.37 do not know ``provider``, so it is applied here once more.
        """
        purpose = "list the functions"
        listed = self._gateway.get_json(
            "programs/", params=given({"filter": filter, "provider": provider}), purpose=purpose
        )
        with understanding(purpose):
            functions = [_live_function(one) for one in listed]
        return [one for one in functions if provider in (None, one.provider)]

    def get(self, title: str, provider: str = "") -> LiveFunction | None:
        """Return a function; None where there is none that the key may see."""
        purpose = f"read function {title!r}"
        try:
            document = self._gateway.get_json(
                f"programs/get_by_title/{quote(title, safe='')}", params=given({"provider": provider}), purpose=purpose
            )
        except errors.NotFound:
            return None
        with understanding(purpose):
            live = _live_function(document)
            if (live.title, live.provider) != (title, provider):
                raise Implausible(f"it is about another function, {live.name!r}")
        return live

    def recent(self, title: str, provider: str = "", since: float = 0.0) -> LiveFunction | None:
        """Return a function from a listing of all, some seconds old and shared by all threads; None if it has none.

        ``since`` is when the listing may have begun at the earliest, by ``time.monotonic``.
        """
        return self._listing.get(since).get((provider, title))

    def upload(self, function: Upload) -> None:
        """Make a function, or put another in its place; nothing tells which. What is uploaded twice is there once.

        Raises:
            CloudError: the gateway refused, or put it in the place of a provider's function of the same title.
        """
        purpose = f"upload function {function.title!r}"
        archive = function.artifact
        answer = self._gateway.send(
            "POST",
            "programs/upload/",
            purpose=purpose,
            hints=_HINTS,
            secrets=function.env_vars.values(),
            expects_json=True,
            repeatable=True,
            data=function.fields,
            files=None if archive is None else {"artifact": ("artifact.tar", archive)},
        )
        with understanding(purpose):
            provider = text(json_of(answer, purpose).get("provider"))
        if provider != function.provider:
            raise errors.CloudError(
                f"the service put it in the place of the function {function.title!r} of provider {provider!r}, which "
                "has the same author: upload that one again, and choose another title",
                purpose=purpose,
            )


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value)


def _live_function(document: Mapping[str, Any]) -> LiveFunction:
    schema = json.loads(text(document.get("arguments_schema")) or "{}")
    sizes = document.get("sizes")
    return LiveFunction(
        function_id=text(document["id"]),
        title=text(document["title"]),
        provider=text(document.get("provider")),
        entrypoint=text(document.get("entrypoint")),
        artifact=text(document.get("artifact")),
        dependencies=tuple(_requirement(one) for one in json.loads(text(document.get("dependencies")) or "[]")),
        description=text(document.get("description")),
        type=text(document.get("type")),
        version=text(document.get("version")),
        runner=text(document.get("runner")),
        arguments_schema=dict(schema) or None,
        sizes={text(label): text(profile) for label, profile in sizes.items()} if sizes else None,
        default_size=text(document.get("default_size")),
    )


def _requirement(value: object) -> str:
    """Return a dependency as text; some clients have sent an object of name and version."""
    if isinstance(value, dict):
        ((name, version),) = value.items()
        return f"{name}=={text(version).removeprefix('==')}"
    return text(value)
