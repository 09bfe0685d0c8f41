"""A file, a text or a mapping into a validated configuration, or into everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from . import rules
from .dialects import Translated, translate
from .document import Document, document_of
from .model import RULE_ERROR, ProjectConfiguration
from .problems import ConfigurationError, Path, Problem
from .pydantic_wording import plain_words
from .yaml_text import read_yaml

# Rules are asked again below, where they see the fields that are valid; a grant without an end has a wrong start.
_SAID_ELSEWHERE: Final = (RULE_ERROR, "default_factory_not_called")


@dataclass(frozen=True, slots=True)
class LoadedConfiguration:
    """A configuration and what is worth knowing of where it came from.

    Attributes:
        configuration: the validated model.
        dialect: the one that it was written in, 2 or 3.
        warnings: what was ignored in it.
        source: the file, or what stands for it.
    """

    configuration: ProjectConfiguration
    dialect: int
    warnings: tuple[Problem, ...]
    source: str
    _document: Document = field(repr=False, compare=False)

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that was found later, such as with ``("instances", 2, "crn")``, at its place in the text."""
        return self._document.problem(path, message)


def load_configuration(path: FilePath, *, source: str | None = None) -> LoadedConfiguration:
    """Read a project configuration from a YAML file, which problems call ``source``; not given: its path.

    Raises:
        ConfigurationError: the file cannot be read, or all that is wrong with its content.
    """
    source = source or str(path)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        reason = "there is no such file"
    except IsADirectoryError:
        reason = "is a directory: name the configuration file in it"
    except (OSError, ValueError) as error:
        reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    else:
        return parse_configuration(text, source=source)
    raise ConfigurationError([Problem("", reason, source=source)])


def parse_configuration(
    mapping_or_text: Mapping[str, Any] | str | bytes, *, source: str = "configuration"
) -> LoadedConfiguration:
    """Read a project configuration from YAML text, or from a mapping, whose problems then have no lines.

    Raises:
        ConfigurationError: all that is wrong with it, in the order of the text.
    """
    if isinstance(mapping_or_text, str | bytes):
        document = read_yaml(mapping_or_text, source)
    else:
        document = document_of(mapping_or_text, source)
    try:
        translated = translate(document)
    except ConfigurationError as error:
        raise _sorted([*document.problems, *error.problems]) from None
    problems = [*document.problems, *translated.problems]
    try:
        configuration = ProjectConfiguration.model_validate(translated.values, context={"dialect": translated.dialect})
    except ValidationError as error:
        problems += _invalid(error, translated, document, {problem.path for problem in problems})
    if problems:
        raise _sorted(problems)
    return LoadedConfiguration(configuration, translated.dialect, tuple(translated.warnings), source, document)


def _invalid(error: ValidationError, translated: Translated, document: Document, told: set[str]) -> Iterator[Problem]:
    """Yield what the model objects to, then what the rules do, each only where nothing was `told` before it."""
    objected = set(told)
    for detail in error.errors(include_url=False):
        if detail["type"] not in _SAID_ELSEWHERE:
            problem = document.problem(detail["loc"], plain_words(detail, document.spelling(detail["loc"])))
            objected.add(problem.path)
            if problem.path not in told:
                yield problem
    for broken in rules.all_rules(translated.values, dialect=translated.dialect):
        line, _ = (None, None) if broken.first is None else document.position(broken.first)
        problem = document.problem(broken.path, broken.sentence(line))
        if problem.path not in objected:
            yield problem


def _sorted(problems: list[Problem]) -> ConfigurationError:
    return ConfigurationError(sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0)))
