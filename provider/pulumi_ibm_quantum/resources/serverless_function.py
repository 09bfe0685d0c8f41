"""ServerlessFunction: a function of Qiskit Serverless, uploaded from a folder or named by its image."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.cloud.serverless import LiveFunction, Serverless
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.function_outputs import outputs
from pulumi_ibm_quantum.resources.function_retirement import RETIRED_VERSION, retire
from pulumi_ibm_quantum.resources.function_rules import dependency_problems, problems, requirements, source_files
from pulumi_ibm_quantum.resources.function_source import digest
from pulumi_ibm_quantum.resources.function_upload import upload
from pulumi_ibm_quantum.resources.lifecycle import Live, Outputs, ServiceLifecycle
from pulumi_ibm_quantum.resources.notices import write_notice, write_notice_once
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.resources.unknown import UNKNOWN, is_unknown

TITLE: Final = kinds.text_of("[A-Za-z0-9_-]{1,255}", "at most 255 letters, digits, underscores or hyphens")
_ENTRYPOINT: Final = kinds.text_of(
    r"(?!/)(?!(.*/)?\.\.(/|$))[A-Za-z0-9_./-]+\.py", "the relative path of a Python file, of letters, digits and ._/-"
)
_VERSION: Final = kinds.text_of(
    r"v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?"
    r"([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?",
    "a version as in PEP 440, such as 1.2.0",
)
DEPENDENCIES: Final = kinds.Kind("list of names", kinds.NAMES.annotation, requirements)
_RUNNER: Final = kinds.choice("ray", "fleets")

FUNCTION = ResourceType(
    "ServerlessFunction",
    "A function of Qiskit Serverless. Its id is the service's. It belongs to the person or service whose key uploads "
    "it: a key has one name space of titles, whatever stack and instance it is used with. The service cannot delete a "
    "function: deleting the resource retires it, or leaves it.",
    (
        Property("title", TITLE, "Its name.", required=True, replaces=True),
        Property(
            "instance",
            kinds.CRN,
            "The instance in whose name it is uploaded: it authorises, and has no function of its own.",
            required=True,
        ),
        Property("function_provider", TITLE, "The provider that it is of; not given, the key's own.", replaces=True),
        Property("source_dir", kinds.TEXT, "The folder with its code, from the project's folder on."),
        Property("entrypoint", _ENTRYPOINT, "The file in it that is run; not given, `main.py`."),
        Property("image", kinds.TEXT, "An image in the provider's registry, in place of code. It cannot be read back."),
        Property("exclude", kinds.NAMES, "Patterns of names or paths in the folder that are not uploaded."),
        Property("dependencies", DEPENDENCIES, "What it needs, of what the service allows, as `name==version`."),
        Property("env_vars", kinds.TEXTS, "Its environment, always a secret. It cannot be read back.", secret=True),
        Property("description", kinds.TEXT, "What people are told of it."),
        Property("version", _VERSION, "Its version, as in PEP 440."),
        Property(
            "version_mark",
            kinds.TRUTH,
            "Whether the version says by `+sha.` which code is live, so that whoever has no state knows; not given, it "
            "does.",
        ),
        Property("runner", _RUNNER, "What runs it; not given, `ray`."),
        Property(
            "type", kinds.choice("GENERIC", "APPLICATION", "CIRCUIT"), "What kind of function it is.", at_birth=True
        ),
        Property("arguments_schema", kinds.JSON_OBJECT, "The JSON Schema of its arguments."),
        Property("sizes", kinds.TEXTS, "Compute profiles by size (S, M, L, XL), for `fleets` alone."),
        Property("default_size", kinds.TEXT, "The size of a run that names none."),
        Property("adopt", kinds.TRUTH, "Whether to take over a function that exists already.", at_birth=True),
        Property(
            "on_delete",
            kinds.choice("retire", "keep"),
            "Whether deleting puts a stub in its place, without code, dependencies and environment, or leaves it; not "
            "given, what was taken over is left.",
        ),
        Property(
            "source_digest",
            kinds.TEXT,
            "The digest of paths, executable bits and contents, or of the image.",
            computed=True,
        ),
        Property(
            "artifact",
            kinds.TEXT,
            "What the service calls the upload: another name each time.",
            output_only=True,
            renewed=True,
        ),
        Property("live_version", kinds.TEXT, "The version with its mark.", output_only=True, renewed=True),
        Property("taken_over", kinds.TRUTH, "Whether it was there before.", output_only=True),
    ),
)
_NOT_UPLOADED: Final = frozenset({"instance", "exclude", "on_delete"})


@dataclass(frozen=True, kw_only=True)
class FunctionLifecycle(ServiceLifecycle):
    """The lifecycle of a function: what is wrong with it is found in its folder as well, and at the service."""

    noun = "function"

    def check(self, connect: Callable[[], Context], old: Properties, new: Properties) -> tuple[Outputs, dict[str, str]]:
        """Return the inputs with the digest of what would be uploaded, and what is wrong with them."""
        inputs, found = self.type.check(old, new)
        inputs.pop("source_digest", None)
        wrong = list(problems(inputs, self.type.inputs_of(old)))
        folder, exclude = inputs.get("source_dir"), inputs.get("exclude", ())
        if folder is not None and not {"source_dir", "entrypoint", "exclude"} & found.keys():
            if is_unknown(folder) or is_unknown(exclude):
                inputs["source_digest"] = UNKNOWN
            else:
                files, in_folder = source_files(inputs, connect().root_folder)
                inputs["source_digest"] = digest(files)
                wrong += in_folder
        elif "image" in inputs:
            inputs["source_digest"] = _image_digest(inputs["image"])
        if not (found or wrong or is_unknown(inputs["instance"])):
            try:
                wrong += _refused_by_service(connect(), inputs, self.type.inputs_of(old))
            except CloudError as error:
                write_notice_once(f"functions could not be compared with what the service allows: {error}")
        return inputs, {**dict(wrong), **found}

    def look(self, context: Context, id_: str, known: Properties, since: float) -> Live | None:
        """Return the function as it is; a listing will do where it shows what is expected."""
        before = self.type.by_name(known)
        if "title" not in before:
            raise CloudError("a function is not imported: declare it with adopt=True, which takes it over")
        functions = _serverless(context, before).functions
        where = before["title"], before.get("function_provider", "")
        listed = functions.recent(*where, since)
        if listed is not None and not self.type.diff(outputs(before, listed), before):
            live: LiveFunction | None = listed
        else:
            live = functions.get(*where)
        if live is None or live.function_id != id_:
            return None
        return Live(f"function {live.name!r}", outputs(before, live))


def create(context: Context, properties: Properties) -> tuple[str, Outputs]:
    """Upload the function, or take over what exists; return its id and the outputs.

    Raises:
        CloudError: there is one already that is not to be taken over, or the service refused.
    """
    title, provider = properties["title"], properties.get("function_provider", "")
    functions = _serverless(context, properties).functions
    live = functions.get(title, provider)
    if live is None:
        _demand_no_namesake(functions.list(), title, provider)
    elif not (_is_retired(live) or properties.get("adopt")):
        raise CloudError(_taken(live))
    taken_over = live is not None and not _is_retired(live)
    expected = {**properties, "artifact": "" if live is None else live.artifact}
    # An environment cannot be compared, nor code without a mark: it is sent.
    is_comparable = properties.get("version_mark", True) and not properties.get("env_vars")
    if live is None or not is_comparable or FUNCTION.diff(outputs(expected, live), properties):
        live = upload(context, properties)
    return live.function_id, {**outputs({**expected, "artifact": live.artifact}, live), "taken_over": taken_over}


def update(context: Context, id_: str, old: Properties, new: Properties) -> Outputs:
    """Upload the function anew where what is uploaded differs, or somebody has; return the outputs.

    Raises:
        CloudError: the files have changed since they were compared, or the service refused.
    """
    before = FUNCTION.by_name(old)
    kept = {"taken_over": before.get("taken_over", False), "artifact": before.get("artifact", "")}
    live = None
    if {one.name for one in FUNCTION.diff(before, new)} <= _NOT_UPLOADED:
        live = _serverless(context, new).functions.get(new["title"], new.get("function_provider", ""))
    if live is None or live.function_id != id_ or FUNCTION.diff(outputs({**new, **kept}, live), new):
        live = upload(context, new)
        _tell_of_queue(_serverless(context, new), new)
    return {**outputs({**new, **kept, "artifact": live.artifact}, live), "taken_over": kept["taken_over"]}


def delete(context: Context, id_: str, properties: Properties) -> None:
    """Put a stub in the function's place, or leave it, as declared.

    Raises:
        CloudError: jobs of it are queued, or the service refused.
    """
    before = FUNCTION.by_name(properties)
    if before.get("on_delete", "keep" if before.get("taken_over") else "retire") == "keep":
        return
    serverless = _serverless(context, before)
    live = serverless.functions.get(before["title"], before.get("function_provider", ""))
    if live is None or live.function_id != id_ or _is_retired(live):
        return
    by = f"the project in {context.root_folder.resolve().name!r} ({context.cloud.identity().iam_id})"
    retire(serverless, live, by, image=before.get("image", ""))
    write_notice(
        f"function {live.name!r} is retired: its code, dependencies and environment are gone. Its name remains, and "
        "only IBM can remove it"
    )


def _refused_by_service(context: Context, inputs: Properties, old: Properties) -> list[tuple[str, str]]:
    """Return what only the service can tell: of dependencies, and of a title that is new to this stack."""
    serverless, dependencies = _serverless(context, inputs), inputs.get("dependencies", ())
    wrong: list[tuple[str, str]] = []
    if dependencies and not any(map(is_unknown, dependencies)):
        wrong += dependency_problems(dependencies, serverless.allowed_dependencies())
    where = inputs["title"], inputs.get("function_provider", "")
    if where != (old.get("title"), old.get("function_provider", "")) and not any(map(is_unknown, where)):
        live = serverless.functions.recent(*where)
        if live is not None and not (_is_retired(live) or inputs.get("adopt")):
            wrong.append(("title", _taken(live)))
    return wrong


def _taken(live: LiveFunction) -> str:
    return (
        f"there is a function {live.name!r} of this key already (version {live.version or 'none'}): adopt=True takes "
        "it over; else choose another title, or another key: a key has one name space of titles, whatever stack and "
        "instance it is used with"
    )


def _demand_no_namesake(listed: list[LiveFunction], title: str, provider: str) -> None:
    """The service would put a function of one's own in the place of a provider's by the same author."""
    if not provider and (namesake := next((one for one in listed if one.title == title and one.provider), None)):
        raise CloudError(
            f"there is a function {namesake.name!r}, in whose place the service could put this one: choose another "
            "title"
        )


def _tell_of_queue(serverless: Serverless, properties: Properties) -> None:
    queued = serverless.jobs.list(
        status="QUEUED", function=properties["title"], provider=properties.get("function_provider")
    )
    if queued:
        write_notice(f"function {properties['title']!r}: {len(queued)} queued jobs of it will run the new code")


def _serverless(context: Context, properties: Mapping[str, Any]) -> Serverless:
    return context.cloud.serverless(properties["instance"])


def _image_digest(image: str) -> str:
    return image if is_unknown(image) else sha256(f"image {image}".encode()).hexdigest()


def _is_retired(live: LiveFunction) -> bool:
    return live.version == RETIRED_VERSION


LIFECYCLE = FunctionLifecycle(type=FUNCTION, create=create, update=update, delete=delete)
