"""SlurmSite: the files of a Slurm site, kept in a folder."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import Comparison, Lifecycle, Outputs
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.resources.site_folder import (
    TEMPORARY,
    WRITABLE_BY_OTHERS,
    Owned,
    SiteFolderError,
    mode_of,
    read_text,
    remove_site,
    write_site,
)
from pulumi_ibm_quantum.resources.unknown import is_unknown
from pulumi_ibm_quantum.slurm import (
    ENTRIES_FILE,
    Entry,
    entries_of_others,
    entry_differences,
    is_secret_key,
    read_entries,
)
from pulumi_ibm_quantum.vocabulary import quote


def _folder_text(value: object) -> str:
    """Return a path in one form, whose change is a change of the folder."""
    if not (isinstance(value, str) and value and value.isprintable()):
        raise ValueError("must be the path of a folder")
    return os.path.normpath(value)


def _files(value: object) -> dict[str, str]:
    """Return texts by path; what QRMI could not read would fail every job of the site that wants a backend."""
    if not (isinstance(value, Mapping) and value and all(isinstance(text, str) for text in value.values())):
        raise ValueError("must be texts by the paths of files")
    for path in value:
        parts = path.split("/")
        if not path.isprintable() or any(part in ("", ".", "..") or part.startswith(TEMPORARY) for part in parts):
            raise ValueError(f"must have paths within the folder, found {quote(path)}")
    entries = value.get(ENTRIES_FILE)
    if entries is not None and not is_unknown(entries):
        for entry in _entries(entries):
            if secrets := sorted(filter(is_secret_key, entry["environment"])):
                raise ValueError(
                    f"{ENTRIES_FILE}: {quote(entry['name'])} has {', '.join(secrets)}: no secret goes there"
                )
    return dict(value)


def _entries(text: str) -> list[Entry]:
    try:
        entries = read_entries(text)
    except ValueError as error:
        raise ValueError(f"{ENTRIES_FILE} {error}") from None
    if wrong := [quote(entry["name"]) for entry in entries if not isinstance(entry.get("environment"), dict)]:
        raise ValueError(f"{ENTRIES_FILE}: there is no environment in {', '.join(wrong)}")
    return entries


FOLDER: Final = kinds.Kind("path of a folder", str, _folder_text)
FILES: Final = kinds.Kind("texts by the paths of files", Mapping[str, str], _files)
_FILES = Property(
    "files",
    FILES,
    "What is to be there, as `FairShare` has it in `slurm_sites`; a site that is unknown still leaves the files of "
    "before. None of it may be secret: it is in the state.",
    required=True,
)
_DRIFT = Property(
    "drift",
    kinds.SENTENCES,
    "What a refresh found to be otherwise, by entry and key; secrets are not shown.",
    output_only=True,
)
SLURM_SITE = ResourceType(
    "SlurmSite",
    "The files of a Slurm site, kept in a folder: a checkout that others deploy, or a shared file system. Its id is "
    "the folder. Each file is replaced in one step. In `qrmi_config.json` it keeps its own entries, and those of "
    "others stay; deleting it removes what is its own.",
    (
        Property(
            "folder",
            FOLDER,
            "Where they are; a relative path begins at the folder of `Pulumi.yaml`.",
            required=True,
            replaces=True,
        ),
        _FILES,
        Property(
            "adopt",
            kinds.TRUTH,
            "Whether files and entries that are there already become the site's; else something else that is there is "
            "an error.",
            at_birth=True,
        ),
        _DRIFT,
    ),
)


def create(context: Context, properties: Properties) -> tuple[str, Outputs]:
    """Write the files; return the folder and the outputs.

    Raises:
        SiteFolderError: something else is there, or they cannot be written.
    """
    files = properties["files"]
    write_site(_folder(context, properties["folder"]), files, Owned.of(files) if properties.get("adopt") else Owned())
    return properties["folder"], _outputs(properties, [])


def update(context: Context, folder: str, old: Properties, new: Properties) -> Outputs:
    """Bring the files to what is wanted, and remove those that are no longer."""
    write_site(_folder(context, folder), new["files"], Owned.of(_FILES.value_in(old)))
    return _outputs(new, [])


def delete(context: Context, folder: str, properties: Properties) -> None:
    """Remove the files and entries; those of others stay."""
    remove_site(_folder(context, folder), Owned.of(_FILES.value_in(properties)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _SiteLifecycle(Lifecycle):
    def compare(
        self, connect: Callable[[], Context], id_: str, old: Properties, new: Properties, since: float
    ) -> Comparison:
        """Compare what is wanted with the outputs of before and, where they agree, with the folder."""
        if changed := self.type.diff(old, new):
            return Comparison(changed)
        folder, files = _folder(connect(), id_), self.type.inputs_of(new)["files"]
        with_notes = tuple(f"{id_}/{one} (changed outside of this stack)" for one in _differences(folder, files))
        others = tuple(f"{id_}/{ENTRIES_FILE}: {one}: added by others, left alone" for one in _others(folder, files))
        return Comparison([_DRIFT] if with_notes else [], notes=with_notes + others)

    def read(self, context: Context, id_: str, properties: Properties) -> Outputs | None:
        """Return the outputs with what differs in the folder; None where nothing of the site is there."""
        inputs = self.type.inputs_of(properties)
        if "files" not in inputs:
            raise CloudError("a SlurmSite is not imported: declare it with adopt, and it takes over what is there")
        folder = _folder(context, id_)
        if not any((folder / path).exists() or (folder / path).is_symlink() for path in inputs["files"]):
            return None
        return _outputs(inputs, list(_differences(folder, inputs["files"])))


def _folder(context: Context, folder: str) -> Path:
    return context.root_folder / folder


def _outputs(inputs: Properties, drift: list[str]) -> dict[str, Any]:
    return {**SLURM_SITE.inputs_of(inputs), "drift": drift}


def _differences(folder: Path, files: Properties) -> Iterator[str]:
    """Yield what is not as it is to be, without anything that may be a secret."""
    for path, wanted in files.items():
        try:
            present = read_text(folder, path)
        except (OSError, SiteFolderError) as error:
            yield (
                str(error).removeprefix(f"{folder}/") if isinstance(error, CloudError) else f"{path}: {error.strerror}"
            )
            continue
        if present is None:
            yield f"{path}: is not there"
        elif path == ENTRIES_FILE:
            yield from (f"{path}: {difference}" for difference in _of_entries(wanted, present))
        elif present != wanted:
            yield f"{path}: is not what was written"
        if (mode := mode_of(folder / path)) & WRITABLE_BY_OTHERS:
            yield f"{path}: others may write to it, its mode is {mode:04o}"


def _of_entries(wanted: str, present: str) -> Iterator[str]:
    if not present.strip():
        yield "is empty"
        return
    try:
        yield from entry_differences(wanted, present)
    except ValueError as error:
        yield f"{error}; mend it, or remove it if nobody else has entries in it"


def _others(folder: Path, files: Properties) -> list[str]:
    """Return the names of entries that somebody added by hand; none where that cannot be read."""
    try:
        present = read_text(folder, ENTRIES_FILE) if ENTRIES_FILE in files else None
        return list(entries_of_others(files[ENTRIES_FILE], present)) if present else []
    except (OSError, ValueError, SiteFolderError):
        return []


LIFECYCLE = _SiteLifecycle(type=SLURM_SITE, create=create, update=update, delete=delete)
