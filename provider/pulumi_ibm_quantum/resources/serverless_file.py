"""ServerlessFile: a file that functions of Qiskit Serverless read."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.cloud import CloudError, NotFound
from pulumi_ibm_quantum.cloud.serverless import USER, Files, FileSpace
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.function_outputs import CHANGED_OUTSIDE
from pulumi_ibm_quantum.resources.function_source import LARGEST_ARCHIVE_BYTES
from pulumi_ibm_quantum.resources.lifecycle import Live, Outputs, ServiceLifecycle
from pulumi_ibm_quantum.resources.notices import write_notice_once
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.resources.serverless_function import TITLE
from pulumi_ibm_quantum.resources.unknown import is_unknown

FILE_NAME: Final = kinds.text_of(r"(?!.*\.\.)[A-Za-z0-9_.-]+", "of letters, digits and ._- without two points in a row")
_DOUBTFUL: Final = {b"\x89HDF": "HDF5", b"\x89PNG": "PNG"}

FILE = ResourceType(
    "ServerlessFile",
    "A file of a function of Qiskit Serverless. All of a key's own functions on Ray share one folder. Deleting it "
    "deletes the file.",
    (
        Property("function", TITLE, "The title of its function.", required=True, replaces=True),
        Property("instance", kinds.CRN, "The instance in whose name it is uploaded.", required=True),
        Property("function_provider", TITLE, "The provider that the function is of.", replaces=True),
        Property(
            "space",
            kinds.choice("user", "provider"),
            "Whose folder it is in: the key's own, or that of the provider, which all users of its function share; not "
            "given, `user`.",
            replaces=True,
        ),
        Property("source", kinds.TEXT, "Its path, from the project's folder on."),
        Property("text", kinds.TEXT, "Its content, in place of a path."),
        Property("name", FILE_NAME, "Its name in the folder; not given, that of the source.", replaces=True),
        Property("adopt", kinds.TRUTH, "Whether to overwrite other content of that name.", at_birth=True),
        Property(
            "verify",
            kinds.choice("size", "content"),
            "What of it is compared with the service; not given, whether it is there, and its size.",
        ),
        Property("content_digest", kinds.TEXT, "The digest of its content.", computed=True),
        Property("size_bytes", kinds.BYTES, "How large it is.", output_only=True, renewed=True),
    ),
)
_NOT_UPLOADED: Final = frozenset({"instance", "verify", "source", "text"})
"""Of these a change alone uploads nothing: what counts is the content."""


@dataclass(frozen=True, kw_only=True)
class FileLifecycle(ServiceLifecycle):
    """The lifecycle of a file: its content is read when it is checked, and again when it is uploaded."""

    noun = "file"

    def check(self, connect: Callable[[], Context], old: Properties, new: Properties) -> tuple[Outputs, dict[str, str]]:
        """Return the inputs with the content's digest, and what is wrong with them."""
        inputs, found = self.type.check(old, new)
        inputs.pop("content_digest", None)
        if ("source" in inputs) == ("text" in inputs):
            return inputs, {"source": "give either source, a path, or text", **found}
        given = inputs.get("source", inputs.get("text"))
        if is_unknown(given):
            return {**inputs, "content_digest": given}, found
        inputs.setdefault("name", Path(inputs.get("source", "")).name)
        problem = self.type.check({}, inputs)[1].get("name")
        try:
            content = _content(inputs, connect().root_folder)
        except CloudError as error:
            return inputs, {"source": str(error), **found}
        if not content or len(content) > LARGEST_ARCHIVE_BYTES:
            limits = f"the service takes files of 1 to {LARGEST_ARCHIVE_BYTES} bytes, not {len(content)}"
            return inputs, {"source": limits, **found}
        for magic, kind in _DOUBTFUL.items():
            if content.startswith(magic):
                write_notice_once(f"file {inputs['name']!r}: the service may refuse {kind}; put it into a tar")
        inputs["content_digest"] = sha256(content).hexdigest()
        return inputs, {**({"name": problem} if problem else {}), **found}

    def look(self, context: Context, id_: str, known: Properties, since: float) -> Live | None:
        """Return whether the file is there and as large as it was; its content where that is to be verified."""
        before = self.type.by_name(known)
        if "function" not in before:
            raise CloudError("a file is not imported: declare it with adopt=True")
        files, space, name = _files(context, before), _space(before), before["name"]
        try:
            size = files.size(space, name) if name in files.recent(space, since) else None
        except NotFound:
            size = None
        if size is None:
            return None
        is_same = size == before.get("size_bytes")
        if is_same and before.get("verify") == "content":
            is_same = _live_digest(files, space, name) == before["content_digest"]
        digest = before["content_digest"] if is_same else CHANGED_OUTSIDE
        return Live(f"file {name!r}", {**before, "content_digest": digest, "size_bytes": size})


def create(context: Context, properties: Properties) -> tuple[str, Outputs]:
    """Upload the file, unless it is there as declared; return its id and the outputs.

    Raises:
        CloudError: another content has its name and is not to be overwritten, or the service refused.
    """
    files, space, name = _files(context, properties), _space(properties), properties["name"]
    if name in files.list(space) and not properties.get("adopt"):
        if _live_digest(files, space, name) != properties["content_digest"]:
            raise CloudError(
                f"there is a file {name!r} with other content among {space.name}: adopt=True overwrites it; all of a "
                "key's own functions on Ray share one folder"
            )
        size = len(_content(properties, context.root_folder))
    else:
        size = _upload(context, properties)
    identity = f"{space.space}:{space.provider}/{space.function}:{name}"
    return identity, {**FILE.inputs_of(properties), "size_bytes": size}


def update(context: Context, _id: str, old: Properties, new: Properties) -> Outputs:
    """Upload the file anew, in the place of what is there, where its content differs; return the outputs."""
    before = FILE.by_name(old)
    changed = {one.name for one in FILE.diff(before, new)}
    if changed and changed <= _NOT_UPLOADED:
        return {**FILE.inputs_of(new), "size_bytes": before["size_bytes"]}
    return {**FILE.inputs_of(new), "size_bytes": _upload(context, new)}


def delete(context: Context, _id: str, properties: Properties) -> None:
    """Delete the file; one that is gone already is no error."""
    before = FILE.by_name(properties)
    _files(context, before).delete(_space(before), before["name"])


def _upload(context: Context, properties: Properties) -> int:
    content = _content(properties, context.root_folder)
    if sha256(content).hexdigest() != properties["content_digest"]:
        raise CloudError(f"{properties.get('source')} has changed since it was looked at for this run: run it again")
    _files(context, properties).upload(_space(properties), properties["name"], content)
    return len(content)


def _content(properties: Properties, root: Path) -> bytes:
    if (text := properties.get("text")) is not None:
        return str(text).encode()
    try:
        return Path(root, properties["source"]).read_bytes()
    except OSError as error:
        raise CloudError(f"{properties['source']}: {error.strerror}") from None


def _live_digest(files: Files, space: FileSpace, name: str) -> str:
    whole = sha256()
    files.download(space, name, whole.update)
    return whole.hexdigest()


def _files(context: Context, properties: Properties) -> Files:
    files: Files = context.cloud.serverless(properties["instance"]).files
    return files


def _space(properties: Properties) -> FileSpace:
    space: Any = properties.get("space", USER)
    return FileSpace(properties["function"], properties.get("function_provider", ""), space)


LIFECYCLE = FileLifecycle(type=FILE, create=create, update=update, delete=delete)
