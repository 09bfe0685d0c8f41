"""One setting changed in the text of a settings file; what is not changed keeps every character, comments included."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from pulumi_ibm_quantum.documents import DocumentError
from pulumi_ibm_quantum.documents.text_edits import Edit, YamlText
from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.settings import full_key

_CONFIG: Final = "config"
_INDENT: Final = "  "
_PLAIN: Final = re.compile(
    r"(?!(?:true|false|yes|no|on|off|null|y|n)\Z)[A-Za-z/][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*", re.IGNORECASE
)
"""What every reader of YAML, of version 1.1 or 1.2, takes for a text without quotes."""
_COLON: Final = re.compile(r"\s*:")

_Value = str | Mapping[str, str]
"""A text, or ``secure`` and its ciphertext."""


def with_setting(text: str, source: str, project: str, key: str, value: _Value) -> str:
    """Return the text with a setting, in its old place or behind the others.

    Args:
        text: The settings file.
        source: Its name, for errors.
        project: The name of the project, the namespace of keys that have none.
        key: The full key.
        value: What is to be written.

    Raises:
        EngineError: If the text cannot be changed in place.
    """
    file = YamlText(text, source)
    edits = _setting(file, _root(file), project, key, value)
    return _checked(file, edits, project, {**_settings(text, project), key: value})


def without_setting(text: str, source: str, project: str, key: str) -> str:
    """Return the text without a setting; a comment behind it stays.

    Raises:
        EngineError: If there is none, or the text cannot be changed in place.
    """
    file, settings = YamlText(text, source), _settings(text, project)
    if key not in settings:
        raise EngineError(f"{source} has no setting {key}")
    mapping = next(value for name, value in _root(file).value if name.value == _CONFIG)
    gone = {place: False for place in [_position(mapping, key, project)] if place is not None}
    del settings[key]
    return _checked(file, file.without_entries(mapping, gone), project, settings)


def _setting(file: YamlText, root: yaml.MappingNode, project: str, key: str, value: _Value) -> Iterable[Edit]:
    place = _position(root, _CONFIG)
    if place is None:
        end = len(file.text)
        opening = "" if file.text[-1:] in ("", "\n") else file.line_end
        return [Edit(end, end, f"{opening}{_CONFIG}:{file.line_end}{_entry(file, _INDENT, key, value)}{file.line_end}")]
    name, mapping = root.value[place]
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        stop = file.entry_end(root, place)
        if root.flow_style:
            entry = f"{_scalar(key)}:{_written(file, '', value, '', flow=True)}"
            return [Edit(_behind_colon(file, name), stop, f" {{{entry}}}")]
        end = _end_of_line(file.text, stop)
        line = file.line_end + _entry(file, _INDENT, key, value)
        return [Edit(_behind_colon(file, name), stop, ""), Edit(end, end, line)]
    at = _position(mapping, key, project)
    first = mapping.value[0][0].start_mark.index
    indent = " " * (first - file.line_start(first))
    if at is not None:
        start, stop = _behind_colon(file, mapping.value[at][0]), file.entry_end(mapping, at)
        opening, line_break, _ = file.text[start:stop].partition("\n")
        comment = opening.rstrip() if line_break and opening.lstrip().startswith("#") else ""
        return [Edit(start, stop, _written(file, indent, value, comment, flow=bool(mapping.flow_style)))]
    end = file.entry_end(mapping, len(mapping.value) - 1)
    if mapping.flow_style:
        return [Edit(end, end, f", {_scalar(key)}:{_written(file, '', value, '', flow=True)}")]
    end = _end_of_line(file.text, end)
    return [Edit(end, end, file.line_end + _entry(file, indent, key, value))]


def _entry(file: YamlText, indent: str, key: str, value: _Value) -> str:
    return f"{indent}{_scalar(key)}:{_written(file, indent, value, '', flow=False)}"


def _written(file: YamlText, indent: str, value: _Value, comment: str, *, flow: bool) -> str:
    """Write what follows the colon of a key."""
    if isinstance(value, str):
        return f" {_scalar(value)}{comment}"
    [(name, ciphertext)] = value.items()
    if flow:
        return f" {{{_scalar(name)}: {_scalar(ciphertext)}}}"
    return f"{comment}{file.line_end}{indent}{_INDENT}{name}: {ciphertext}"


def _scalar(text: str) -> str:
    """Write a text so that it is read as one, whatever it looks like."""
    if _PLAIN.fullmatch(text):
        return text
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return written.rstrip("\n")


def _root(file: YamlText) -> yaml.MappingNode:
    try:
        root = file.composed()
    except DocumentError as error:
        raise EngineError(str(error)) from None
    except ValueError:
        root = yaml.MappingNode("tag:yaml.org,2002:map", [])
    assert isinstance(root, yaml.MappingNode)
    return root


def _position(mapping: yaml.MappingNode, key: str, project: str = "") -> int | None:
    """Return where a key is in a mapping; with a project it is the full key of a setting."""
    names = [full_key(project, name.value) if project else name.value for name, _ in mapping.value]
    return names.index(key) if key in names else None


def _behind_colon(file: YamlText, name: yaml.Node) -> int:
    colon = _COLON.match(file.text, name.end_mark.index)
    return colon.end() if colon else name.end_mark.index


def _end_of_line(text: str, index: int) -> int:
    end = text.find("\n", index)
    return len(text) if end < 0 else end - (text[end - 1 : end] == "\r")


def _settings(text: str, project: str) -> dict[str, Any]:
    return {full_key(project, str(key)): value for key, value in ((_load(text).get(_CONFIG)) or {}).items()}


def _load(text: str) -> dict[str, Any]:
    return yaml.safe_load(text) or {}


def _checked(file: YamlText, edits: Iterable[Edit], project: str, wanted: Mapping[str, Any]) -> str:
    """Return the text with the edits, which must say what was meant and nothing else."""
    result = file.edited(edits)
    try:
        as_meant = _settings(result, project) == wanted
        others = [
            {name: value for name, value in _load(text).items() if name != _CONFIG} for text in (file.text, result)
        ]
    except yaml.YAMLError:
        as_meant = False
    if not as_meant or others[0] != others[1]:
        raise EngineError(f"{file.source} cannot be changed in place: write each setting on a line of its own first")
    return result
