"""A configuration file of an earlier dialect, rewritten as version 3 with its comments, order and quoting.

The text is changed only where version 3 says it in another way. What cannot be told from the text alone, such as keys
that reach an instance from two anchors, is caught at the end: the result is read, and must mean the same.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Final

import yaml
from pydantic import BaseModel

from pulumi_ibm_quantum.config.dialects import CURRENT, MEANT, keys_in
from pulumi_ibm_quantum.config.loading import LoadedConfiguration, parse_configuration
from pulumi_ibm_quantum.config.model import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.documents import DocumentError, Problem, blocks_of, moment_from
from pulumi_ibm_quantum.documents.anchors import moved_anchors
from pulumi_ibm_quantum.documents.number_bases import in_base_ten, is_in_other_base
from pulumi_ibm_quantum.documents.text_edits import Edit, YamlText, is_block
from pulumi_ibm_quantum.documents.yaml_text import MERGE
from pulumi_ibm_quantum.vocabulary import balanced_plan

_DATES: Final = ("start_date", "end_date")
_NULL: Final = "tag:yaml.org,2002:null"
_QUOTED: Final = re.compile(r"(?s)(?:&\S+\s+)?(?P<quote>['\"]).*(?P=quote)")
_VALUE_OF_BLOCK: Final = re.compile(r"(?P<before>[ -]*)[^\s#'\"{\[][^#'\"{\[]*:\s+")


@dataclass(frozen=True, slots=True)
class Migration:
    """A rewritten configuration.

    Attributes:
        text: of version 3, in UTF-8.
        dialect: the one that it was written in, 1 or 2.
        left_out: keys that were ignored so far and are an error in version 3; they are comments now.
    """

    text: bytes
    dialect: int
    left_out: tuple[Problem, ...]


def migrated(written: bytes, *, source: str) -> Migration:
    """Rewrite a configuration of dialect 1 or 2 as version 3; it then means the same.

    Raises:
        DocumentError: it is of version 3 already, something is wrong with it, or it cannot be rewritten.
    """
    loaded = parse_configuration(written, source=source)
    if loaded.dialect == CURRENT:
        raise DocumentError([loaded.problem(("version",), "is 3 already: there is nothing to rewrite")])
    decoded = written.decode("utf-8")
    text = decoded.removeprefix("\ufeff")
    rewritten = _Rewriting(YamlText(text, source), loaded).run()
    result = (decoded[: len(decoded) - len(text)] + rewritten).encode("utf-8")
    _demand_the_same(loaded, result)
    return Migration(result, loaded.dialect, loaded.warnings)


def _demand_the_same(loaded: LoadedConfiguration, result: bytes) -> None:
    try:
        again: LoadedConfiguration | None = parse_configuration(result, source=loaded.source)
    except DocumentError:
        again = None
    if again is None or again.dialect != CURRENT or again.configuration != loaded.configuration:
        raise _changed(loaded)


def _changed(loaded: LoadedConfiguration) -> DocumentError:
    message = "cannot be rewritten without changing what it means: write out its aliases (*name) and merges (<<) first"
    return DocumentError([Problem("", message, source=loaded.source)])


@dataclass(slots=True)
class _Rewriting:
    yaml_text: YamlText
    loaded: LoadedConfiguration
    edits: list[Edit] = field(default_factory=list)
    gone: list[Edit] = field(default_factory=list)
    shared_dates: dict[str, str] = field(default_factory=dict)
    seen: set[tuple[int, type[BaseModel]]] = field(default_factory=set)

    def run(self) -> str:
        root = self.yaml_text.composed()
        if self.loaded.dialect == 1:
            self._keep_shared_dates(root)
        self._mapping(root, ProjectConfiguration)
        self.edits += self.gone
        self.edits += list(moved_anchors(self.yaml_text, root, self.gone, self._anchored))
        self.edits.append(self._opening(root))
        return self.yaml_text.edited(self.edits)

    def _opening(self, root: yaml.Node) -> Edit:
        """Say at the top what version 3 does not take for granted."""
        meant = {"version": CURRENT, **MEANT[self.loaded.dialect]}
        said = {key: json.dumps(value) for key, value in meant.items()}
        start = root.value[0][0].start_mark.index
        if not is_block(root):
            return Edit(start, start, "".join(f'"{key}": {value}, ' for key, value in said.items()))
        indent = self.yaml_text.line_end + " " * (start - self.yaml_text.line_start(start))
        return Edit(start, start, "".join(f"{key}: {value}{indent}" for key, value in said.items()))

    def _mapping(self, node: yaml.Node, model: type[BaseModel]) -> None:
        if not isinstance(node, yaml.MappingNode) or (id(node), model) in self.seen:
            return
        self.seen.add((id(node), model))
        keys = keys_in(model, self.loaded.dialect)
        gone: dict[int, bool] = {}
        dates: dict[str, int] = {}
        for position, (key, value) in enumerate(node.value):
            if key.tag == MERGE:
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    self._mapping(merged, model)
            elif key.value not in keys:
                gone[position] = True
            elif value.tag == _NULL:
                gone[position] = False
            elif model is InstanceEntry and key.value in _DATES:
                dates[key.value] = position
            else:
                if key.value != keys[key.value]:
                    self._replace(key, self.yaml_text.raw(key).replace(key.value, keys[key.value]))
                self._value(value, keys[key.value], model)
        if dates:
            self._own_period(node, dates)
            gone |= dict.fromkeys(sorted(dates.values())[1:], False)
        self.gone += self.yaml_text.without_entries(node, gone)

    def _value(self, value: yaml.Node, ours: str, model: type[BaseModel]) -> None:
        for block in blocks_of(model).get(ours, ()):
            for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                self._mapping(item, block)
        if self.loaded.dialect == 1 and ours == "plan":
            self._replace(value, self._spelled(value, balanced_plan(value.value)))
        elif self.loaded.dialect == 1 and ours in _DATES:
            self._replace(value, self._date(value))
        elif is_in_other_base(value):
            self._replace(value, self._spelled(value, in_base_ten(value)))

    def _replace(self, node: yaml.Node, text: str) -> None:
        self.edits.append(Edit(node.start_mark.index, self.yaml_text.end(node), text))

    def _keep_shared_dates(self, root: yaml.Node) -> None:
        """Note the account's own dates: a project that gives one of its own is given the other one too."""
        for period in (value for key, value in root.value if key.value == "balance_period"):
            self.shared_dates = {
                key.value: self._unanchored(value) for key, value in period.value if key.value in _DATES
            }

    def _own_period(self, node: yaml.MappingNode, dates: dict[str, int]) -> None:
        """Put a project's own dates into a balance period, where the first of them is."""
        whole = {**self.shared_dates, **{key: self._own_date(*node.value[at]) for key, at in dates.items()}}
        if len(whole) < len(_DATES):
            raise _changed(self.loaded)
        first = min(dates.values())
        start = node.value[first][0].start_mark.index
        quote = self.yaml_text.text[start] if self.yaml_text.text[start] in "'\"" else ""
        period = ", ".join(f"{quote}{key}{quote}: {whole[key]}" for key in _DATES)
        text = f"{quote}balance_period{quote}: {{{period}}}"
        self.edits.append(Edit(start, self.yaml_text.entry_end(node, first), text))

    def _date(self, node: yaml.Node) -> str:
        """Write a date as it is, with an offset if it needs one."""
        value = yaml.constructor.SafeConstructor().construct_object(node)
        try:
            moment_from(value, plain_dates=True)
        except ValueError:
            return self._spelled(node, f"{node.value.strip()}+00:00")
        return self.yaml_text.raw(node)

    def _own_date(self, key: yaml.Node, value: yaml.Node) -> str:
        is_alias = self.yaml_text.alias_end(key) is not None
        return self._unanchored(value) if is_alias else self._date(value)

    def _unanchored(self, node: yaml.Node) -> str:
        return self._date(node).removeprefix(_anchor(self.yaml_text.raw(node)))

    def _spelled(self, node: yaml.Node, value: str) -> str:
        """Write another value with the anchor and the quotes that a scalar has."""
        written = self.yaml_text.raw(node)
        quoted = _QUOTED.fullmatch(written)
        quote = quoted["quote"] if quoted else ""
        return f"{_anchor(written)}{quote}{value}{quote}"

    def _anchored(self, node: yaml.Node, use: int) -> str:
        """Write an anchored node anew in place of an alias; a block with the indentation that it has there."""
        written = self.yaml_text.edited(self.edits, node.start_mark.index, self.yaml_text.end(node))
        if not is_block(node):
            return written
        line = self.yaml_text.text[self.yaml_text.line_start(use) : use]
        match = _VALUE_OF_BLOCK.fullmatch(line)
        if match is None:
            message = (
                "the anchor of this alias is under a key that version 3 does not have: write out what it stands for"
            )
            raise DocumentError([Problem("", message, *self.yaml_text.position(use), self.loaded.source)])
        head, *lines = written.split("\n")
        old = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        indent = " " * (len(match["before"]) + 2)
        return "\n".join([head, *(indent + line[old:] if line.strip() else line for line in lines)])


def _anchor(written: str) -> str:
    match = re.match(r"&\S+\s+", written)
    return match[0] if match else ""
