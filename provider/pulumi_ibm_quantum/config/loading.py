"""A file, a text or a mapping into a validated configuration, or into everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from . import rules
from .dialects import written_path
from .document import Document, document_of
from .folder import Written, joined
from .model import RULE_ERROR, ProjectConfiguration
from .problems import ConfigurationError, Path, Problem
from .pydantic_wording import plain_words
from .translation import Translated, translate
from .yaml_text import read_yaml

# Rules are asked again below, where they see the fields that are valid; a grant without an end has a wrong start.
_SAID_ELSEWHERE: Final = (RULE_ERROR, "default_factory_not_called")

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
    _document: Written = field(repr=False, compare=False)

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that was found later, such as with ``("instances", 2, "crn")``, at its place in the text."""
        return self._document.problem(written_path(path, self.dialect), message)


def load_configuration(path: FilePath, *, source: str | None = None) -> LoadedConfiguration:
    """Read a project configuration from a YAML file, or from all ``*.yaml`` and ``*.yml`` files of a folder.

    In a folder exactly one file holds the account-wide keys; each may list instances, which are taken in the order of
    the files' names and held to the same rules as those of one file.

    Args:
        path: of the file or folder.
        source: what problems call it; not given: its path.

    Raises:
        ConfigurationError: a file cannot be read, or all that is wrong with the content.
    """
    source = source or str(path)
    try:
        names = _yaml_files(path) if path.is_dir() else None
    except (OSError, ValueError) as error:
        raise ConfigurationError([Problem("", _unreadable(error), source=source)]) from None
    if names is None:
        return _judged(_document(path, source))
    if not names:
        message = "is a directory without a .yaml or .yml file: name the configuration file, or the folder of files"
        raise ConfigurationError([Problem("", message, source=source)])
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


def _document(path: FilePath, source: str) -> Document:
    try:
        text = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ConfigurationError([Problem("", _unreadable(error), source=source)]) from None
    return read_yaml(text, source)


def _folder(path: FilePath, names: list[str], source: str) -> Written:
    documents: list[Document] = []
    problems: list[Problem] = []
    for name in names:
        try:
            documents.append(_document(path / name, str(FilePath(source, name))))
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise _sorted(problems + [problem for document in documents for problem in document.problems])
    return joined(documents, source)


def _yaml_files(folder: FilePath) -> list[str]:
    found = (entry.name for entry in folder.iterdir() if entry.suffix in _SUFFIXES and not entry.is_dir())
    return sorted(name for name in found if not name.startswith("."))


def _unreadable(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _judged(document: Written) -> LoadedConfiguration:
    try:
        translated = translate(document)
    except ConfigurationError as error:
        raise _sorted([*document.problems, *error.problems]) from None
    problems = [*document.problems, *translated.problems]
    try:
        configuration = ProjectConfiguration.model_validate(translated.values, context={"dialect": translated.dialect})
    except ValidationError as error:
        problems += _invalid(error, translated, document, {_place(problem) for problem in problems})
    if problems:
        raise _sorted(problems)
    return LoadedConfiguration(configuration, translated.dialect, tuple(translated.warnings), document.source, document)


def _invalid(
    error: ValidationError, translated: Translated, document: Written, told: set[tuple[str, str]]
) -> Iterator[Problem]:
    """Yield what the model objects to, then what the rules do, each only where nothing was `told` before it."""
    dialect = translated.dialect
    objected = set(told)
    for detail in error.errors(include_url=False):
        if detail["type"] not in _SAID_ELSEWHERE:
            path = written_path(detail["loc"], dialect)
            problem = document.problem(path, plain_words(detail, document.spelling(path)))
            objected.add(_place(problem))
            if _place(problem) not in told:
                yield problem
    for broken in rules.all_rules(translated.values, dialect=dialect):
        sentence = broken.sentence(lambda first: document.place(written_path(first, dialect)))
        problem = document.problem(written_path(broken.path, dialect), sentence)
        if _place(problem) not in objected:
            yield problem


def _place(problem: Problem) -> tuple[str, str]:
    return problem.source, problem.path


def _sorted(problems: list[Problem]) -> ConfigurationError:
    return ConfigurationError(
        sorted(problems, key=lambda problem: (problem.source, problem.line or 0, problem.column or 0))
    )
