"""A file, a text or a mapping into a validated configuration, or into everything that is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

from pulumi_ibm_quantum.config.folder import joined
from pulumi_ibm_quantum.config.model import ProjectConfiguration
from pulumi_ibm_quantum.config.translation import FORMER_KEYS, Translated, translate
from pulumi_ibm_quantum.documents import (
    Document,
    DocumentError,
    Path,
    Placed,
    Problem,
    document_of,
    read_file,
    read_yaml,
    unreadable,
    validate,
)

_SUFFIXES: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class LoadedConfiguration:
    """A configuration and what is worth knowing of where it came from.

    Attributes:
        configuration: the validated model.
        dialect: the one that it was written in: 1, 2 or 3.
        warnings: what was ignored in it.
        source: the file or folder, or what stands for it.
    """

    configuration: ProjectConfiguration
    dialect: int
    warnings: tuple[Problem, ...]
    source: str
    _translated: Translated = field(repr=False, compare=False)

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that was found later, such as with ``("instances", 2, "crn")``, at its place in the text."""
        return self._translated.problem(path, message)


def load_configuration(path: FilePath, *, source: str | None = None) -> LoadedConfiguration:
    """Read a project configuration from a YAML file, or from all ``*.yaml`` and ``*.yml`` files of a folder.

    In a folder exactly one file holds the account-wide keys; each may list instances, which are taken in the order of
    the files' names and held to the same rules as those of one file. Problems call it ``source``, if not its path.

    Raises:
        ConfigurationError: a file cannot be read, or all that is wrong with the content.
    """
    source = source or str(path)
    try:
        names = _yaml_files(path) if path.is_dir() else None
    except (OSError, ValueError) as error:
        raise unreadable(error, source) from None
    if names is None:
        return _judged(read_file(path, source))
    if not names:
        message = "is a directory without a .yaml or .yml file: name the configuration file, or the folder of files"
        raise DocumentError([Problem("", message, source=source)])
    return _judged(_folder(path, names, source))


def parse_configuration(
    mapping_or_text: Mapping[str, Any] | str | bytes, *, source: str = "configuration"
) -> LoadedConfiguration:
    """Read a project configuration from YAML text, or from a mapping, whose problems then have no lines.

    Raises:
        ConfigurationError: all that is wrong with it, in the order of the text.
    """
    if isinstance(mapping_or_text, str | bytes):
        return _judged(read_yaml(mapping_or_text, source))
    return _judged(document_of(mapping_or_text, source))


def _folder(path: FilePath, names: list[str], source: str) -> Placed:
    documents: list[Document] = []
    problems: list[Problem] = []
    for name in names:
        try:
            documents.append(read_file(path / name, str(FilePath(source, name))))
        except DocumentError as error:
            problems += error.problems
    if problems:
        raise DocumentError.in_order([*problems, *(problem for one in documents for problem in one.problems)])
    return joined(documents, source)


def _yaml_files(folder: FilePath) -> list[str]:
    found = (entry.name for entry in folder.iterdir() if entry.suffix in _SUFFIXES and not entry.is_dir())
    return sorted(name for name in found if not name.startswith("."))


def _judged(document: Placed) -> LoadedConfiguration:
    try:
        translated = translate(document)
    except DocumentError as error:
        raise DocumentError.in_order([*document.problems, *error.problems]) from None
    configuration = validate(
        translated, ProjectConfiguration, context={"dialect": translated.dialect}, former_keys=FORMER_KEYS
    )
    return LoadedConfiguration(
        configuration, translated.dialect, tuple(translated.warnings), document.source, translated
    )
