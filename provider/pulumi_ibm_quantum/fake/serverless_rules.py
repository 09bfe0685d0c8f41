"""What the gateway refuses of an upload, and how it shows a function. Rules observed, texts too unless said."""

import json
import re
from pathlib import PurePosixPath
from typing import Any, Final

from .behaviour import Behaviour
from .errors import Refused
from .forms import Part
from .serverless_model import ALLOWED_DEPENDENCIES, Function
from .service import Context

_VERSION: Final = re.compile(
    r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.post[0-9]+)?(\.dev[0-9]+)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?"
)
_SHOWN_SINCE: Final = {"arguments_schema": "0.35", "sizes": "0.36", "default_size": "0.36"}


def is_since(behaviour: Behaviour, version: str) -> bool:
    """Say whether the gateway is of a version or newer."""
    return _numbers(behaviour.gateway_version) >= _numbers(version)


def check_upload(
    fields: dict[str, Any],
    artifact: Part | None,
    dependencies: Any,
    context: Context,
    *,
    is_new: bool,
    provider: str | None,
) -> None:
    """Refuse what the gateway refuses: the first problem only.

    Raises:
        Refused: 400.
    """
    entrypoint, image = fields.get("entrypoint"), fields.get("image")
    if is_new and not (entrypoint or image):
        raise _bad("At least one of attributes (entrypoint, image) is required.")
    if entrypoint and (
        not re.fullmatch(r"[A-Za-z0-9_./-]+\.py", str(entrypoint))
        or entrypoint.startswith("/")
        or ".." in PurePosixPath(entrypoint).parts
    ):
        raise _bad("Entrypoint must be a relative path of a Python file.")  # The text is assumed.
    if artifact is not None and not artifact.name.endswith(".tar"):
        raise _bad("File needs to be a .tar file.")  # The text is assumed.
    if artifact is not None and not artifact.content:
        raise _bad("The submitted file is empty.")
    if image:
        known = context.account.gateway.providers.get(provider or "")
        if known is None or not known.registry or not f"{image}/".startswith(f"{known.registry}/"):
            raise _bad("Custom images must be in the provider's registry.")  # The text is assumed.
    version = fields.get("version")
    if version is not None and not _VERSION.fullmatch(str(version)):
        raise _bad("Invalid version - expected format x.y.z")
    for dependency in dependencies or []:
        _check_dependency(dependency)
    sizes = json.loads(fields.get("sizes") or "null")
    if sizes and not set(sizes) <= {"S", "M", "L", "XL", "s", "m", "l", "xl"}:
        raise _bad("sizes: a label must be one of S, M, L, XL.")  # The text is assumed.


def documented(function: Function, behaviour: Behaviour, *, uploaded: bool = False) -> dict[str, Any]:
    """Show a function: reads lack environment and image, an upload's answer lacks the id (observed)."""
    fields = function.fields
    shown: dict[str, Any] = {
        "id": function.function_id,
        "title": function.title,
        "entrypoint": fields.get("entrypoint"),
        "artifact": function.artifact,
        "dependencies": json.dumps(fields.get("dependencies") or []),
        "description": fields.get("description"),
        "documentation_url": None,
        "type": function.type,
        "version": fields.get("version"),
        "runner": function.runner,
    }
    for name, version in _SHOWN_SINCE.items():
        if is_since(behaviour, version):
            value = fields.get(name)
            shown[name] = json.loads(value or "null") if name == "sizes" else value
    if uploaded:
        environment = fields.get("env_vars") or {}
        del shown["id"]
        shown |= {
            "env_vars": json.dumps({name: _masked(name, value) for name, value in environment.items()}),
            "image": fields.get("image"),
            "provider": function.provider,
        }
    elif function.provider:
        shown["provider"] = function.provider
    return shown


def _masked(name: str, value: Any) -> Any:
    """Encrypt values whose name has "token" in it; all others come back in clear (observed)."""
    return "gAAAAA-encrypted" if "token" in name.lower() else value


def _check_dependency(dependency: Any) -> None:
    """Take allow-listed names in the allow-listed version, or without one."""
    text = "==".join(next(iter(dependency.items()))) if isinstance(dependency, dict) else str(dependency)
    name, _, version = text.partition("==")
    if text not in ALLOWED_DEPENDENCIES and (
        version or name not in {one.partition("==")[0] for one in ALLOWED_DEPENDENCIES}
    ):
        raise _bad(f"Dependency {text} is not allowed.")  # The text is assumed.


def _bad(text: str) -> Refused:
    return Refused(400, "bad_request", text)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
