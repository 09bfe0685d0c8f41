"""What is refused of a function before anything is sent: what the service would rewrite, or refuse late or never."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.resources.function_source import (
    LARGEST_ARCHIVE_BYTES,
    SourceError,
    SourceFile,
    archive_bytes,
    read_source,
)
from pulumi_ibm_quantum.resources.resource_type import Properties
from pulumi_ibm_quantum.resources.unknown import UNKNOWN, is_unknown

DEFAULT_ENTRYPOINT: Final = "main.py"
_SIZES: Final = ("S", "M", "L", "XL")
_REQUIREMENT: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==\s*([A-Za-z0-9.!+_-]+))?")
_SCHEMA_BYTES: Final = 64 * 1024
_SCHEMA_DEPTH: Final = 64
_SCHEMA_NODES: Final = 200

Problem = tuple[str, str]
"""A property's name and what is wrong with it."""


def problems(inputs: Properties, old: Properties) -> Iterator[Problem]:
    """Yield what is wrong between properties, each of which is right in itself."""
    given = [name for name in ("source_dir", "image") if inputs.get(name) is not None]
    if len(given) != 1:
        yield "source_dir", "give either source_dir, with the code, or image"
    if "image" in given and "function_provider" not in inputs:
        yield "image", "only functions of a provider have images: give function_provider"
    same = all(inputs.get(name) == old.get(name) for name in ("title", "function_provider"))
    if old and same and ("image" in given) != (old.get("image") is not None):
        yield given[0] if given else "image", "a function stays with code or with an image: choose another title"
    if not any(is_unknown(inputs.get(name)) for name in ("sizes", "default_size", "runner")):
        yield from _size_problems(inputs)
    if isinstance(schema := inputs.get("arguments_schema"), str) and not is_unknown(schema):
        yield from _schema_problems(schema)


def source_files(inputs: Properties, root: Path) -> tuple[list[SourceFile], list[Problem]]:
    """Read a function's folder; return its files, and what is wrong with it."""
    folder, entrypoint = inputs["source_dir"], inputs.get("entrypoint", DEFAULT_ENTRYPOINT)
    try:
        files = read_source(root / folder, inputs.get("exclude", ()))
    except SourceError as error:
        return [], [("source_dir", str(error))]
    if not is_unknown(entrypoint) and entrypoint not in {one.path for one in files}:
        return files, [("entrypoint", f"there is no {entrypoint} in {folder}")]
    if (size := archive_bytes(files)) > LARGEST_ARCHIVE_BYTES:
        largest = max(files, key=lambda one: len(one.content)).path
        megabytes = f"{size / 1024**2:.1f} MB of at most {LARGEST_ARCHIVE_BYTES / 1024**2:.1f}"
        return files, [("source_dir", f"{folder} makes an archive of {megabytes}; its largest file is {largest}")]
    return files, []


def requirements(value: object) -> list[str]:
    """Return dependencies in one spelling and order.

    Raises:
        ValueError: one is neither a name nor ``name==version``.
    """
    if not (isinstance(value, list | tuple) and all(isinstance(one, str) or is_unknown(one) for one in value)):
        raise ValueError("must be a list of dependencies")
    return sorted({UNKNOWN if is_unknown(one) else _requirement(one) for one in value})


def live_requirements(dependencies: Sequence[str]) -> list[str]:
    """Return what the service has in the same spelling and order, and what is none as it is."""
    return sorted(_requirement(one) if _REQUIREMENT.fullmatch(one.strip()) else one for one in dependencies)


def dependency_problems(dependencies: Sequence[str], allowed: Collection[str]) -> Iterator[Problem]:
    """Yield dependencies that the service does not allow."""
    known = {name: version for name, _, version in (_requirement(one).partition("==") for one in allowed)}
    for name, _, version in (one.partition("==") for one in dependencies):
        if name not in known:
            yield "dependencies", f"{name} is none that the service allows: {', '.join(sorted(known))}"
        elif version not in ("", known[name]):
            yield "dependencies", f"{name} is allowed in version {known[name]} alone, not {version}"


def _size_problems(inputs: Properties) -> Iterator[Problem]:
    labels = inputs.get("sizes", {})
    if labels and inputs.get("runner") != "fleets":
        yield "sizes", "only functions whose runner is fleets have sizes"
    if wrong := sorted(set(labels) - set(_SIZES)):
        yield "sizes", f"{wrong[0]!r} is no size; there are {', '.join(_SIZES)}"
    if inputs.get("default_size", "") not in ("", *labels):
        yield "default_size", "must be one of sizes"


def _requirement(text: str) -> str:
    match = _REQUIREMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no dependency: the service takes name==version, and no other comparison")
    name = re.sub(r"[-_.]+", "-", match[1]).lower()
    return f"{name}=={match[2]}" if match[2] else name


def _schema_problems(schema: str) -> Iterator[Problem]:
    if len(schema.encode()) > _SCHEMA_BYTES:
        yield "arguments_schema", f"has more than {_SCHEMA_BYTES // 1024} KiB"
    depth, nodes, references = _measure(json.loads(schema))
    if depth > _SCHEMA_DEPTH or nodes > _SCHEMA_NODES:
        yield "arguments_schema", f"is deeper than {_SCHEMA_DEPTH} or has more than {_SCHEMA_NODES} schemas"
    if outside := [one for one in references if not one.startswith("#")]:
        yield "arguments_schema", f"refers to {outside[0]}, outside of itself"


def _measure(value: Any, depth: int = 1) -> tuple[int, int, list[str]]:
    """Return the depth of a document, how many objects it has, and the targets of its ``$ref``."""
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    measured = [_measure(one, depth + 1) for one in inner]
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    return (
        max([depth, *(one[0] for one in measured)]),
        isinstance(value, Mapping) + sum(one[1] for one in measured),
        [*([reference] if isinstance(reference, str) else []), *(target for one in measured for target in one[2])],
    )
