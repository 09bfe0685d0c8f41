"""Instances added to, changed in and taken out of a configuration's text; all else keeps every character.

The text is changed where the value is written, which for an alias is where its anchor is. Whether the result means what
it should is for the caller to check, who knows what was meant.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from pulumi_ibm_quantum.documents import DocumentError, Problem
from pulumi_ibm_quantum.documents.anchors import moved_anchors
from pulumi_ibm_quantum.documents.text_edits import Edit, YamlText, is_block
from pulumi_ibm_quantum.documents.yaml_text import MERGE

_AFTER_KEY: Final = re.compile(r"\s*:[^\S\n]*")
_COMMA: Final = re.compile(r"\s*,[^\S\n]*")

_Found: TypeAlias = tuple[yaml.MappingNode, int]
"""A mapping, and the position of an entry in it."""


@dataclass(slots=True)
class InstanceEdits:
    """Changes to the text of a configuration of version 3, or of the dialect before it.

    Positions are those of the instances in the text as it was. Nothing is done until `text` is asked for.
    """

    written: str
    source: str = "configuration"
    _yaml: YamlText = field(init=False)
    _root: yaml.MappingNode = field(init=False)
    _dashes: list[int] = field(init=False)
    _edits: list[Edit] = field(init=False, default_factory=list)
    _gone: list[Edit] = field(init=False, default_factory=list)
    _removed: set[int] = field(init=False, default_factory=set)
    _added: list[Mapping[str, Any]] = field(init=False, default_factory=list)
    _grants: dict[int, tuple[yaml.SequenceNode, set[int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._yaml = YamlText(self.written, self.source)
        root = self._yaml.composed()
        assert isinstance(root, yaml.MappingNode)
        self._root = root
        tokens = yaml.scan(self.written, Loader=yaml.SafeLoader)
        self._dashes = [token.start_mark.index for token in tokens if isinstance(token, yaml.BlockEntryToken)]

    def says(self, position: int, key: str) -> bool:
        """Whether an instance has a key, even one without a value."""
        return self._find(self._instance(position), key) is not None

    def remove(self, position: int) -> None:
        """Take an instance out; a comment above it stays."""
        self._removed.add(position)

    def remove_grants(self, position: int, grants: Collection[int]) -> None:
        """Take net grants of an instance out, and the key with the last of them."""
        owner, place = self._demand(position, "net_grants")
        listed = owner.value[place][1]
        _, gone = self._grants.setdefault(id(listed), (listed, set()))
        gone |= set(grants)
        if len(gone) == len(listed.value):
            self._gone += self._yaml.without_entries(owner, {place: False})

    def rename(self, position: int, name: str) -> None:
        """Give an instance another name, there and where Slurm sites use it, in the quotes of the old one."""
        owner, place = self._demand(position, "name")
        uses = self._uses_at_sites(owner.value[place][1].value)
        nodes = {id(at.value[where][1]): (at, where) for at, where in (*uses, (owner, place))}
        self._gone += [self._rewritten(*found, name) for found in nodes.values()]

    def _rewritten(self, owner: yaml.MappingNode, place: int, text: str) -> Edit:
        key, value = owner.value[place]
        end = self._yaml.entry_end(owner, place)
        start = value.start_mark.index
        if not key.end_mark.index < start < end:
            after = _AFTER_KEY.match(self.written, key.end_mark.index)
            start = after.end() if after else end
        quotes = value.style if value.style in ("'", '"') else None
        return Edit(start, end, _scalar(text, quotes))

    def _uses_at_sites(self, name: str) -> Iterator[_Found]:
        """Yield where Slurm sites name an instance."""
        for site in self._items_of(self._root, "slurm_sites"):
            for project in self._items_of(site, "projects"):
                found = self._find(project, "instance")
                if found is not None and found[0].value[found[1]][1].value == name:
                    yield found

    def _items_of(self, mapping: yaml.MappingNode, key: str) -> list[yaml.MappingNode]:
        found = self._find(mapping, key)
        return [] if found is None else list(found[0].value[found[1]][1].value)

    def set_limit(self, position: int, seconds: int) -> None:
        """Write a limit behind what identifies an instance that has none."""
        instance = self._instance(position)
        behind = next((key for key in ("crn", "create", "name") if self._own(instance, key) is not None), "")
        place = self._own(instance, behind)
        key = "limit_seconds"
        if place is None:  # All of it is merged in.
            first = instance.value[0][0].start_mark.index
            separator = ", " if instance.flow_style else self._yaml.line_end + self._indent(first)
            self._edits.append(Edit(first, first, f"{key}: {seconds}{separator}"))
            return
        start, end = instance.value[place][0].start_mark.index, self._yaml.entry_end(instance, place)
        if instance.flow_style:
            said = f'"{key}"' if instance.value[place][0].style else key
            self._edits.append(Edit(end, end, f", {said}: {seconds}"))
        else:
            end = self._end_of_line(end)
            self._edits.append(Edit(end, end, f"{self._yaml.line_end}{self._indent(start)}{key}: {seconds}"))

    def add(self, entry: Mapping[str, Any]) -> None:
        """Put an instance at the end of the list; its values are those that JSON has."""
        self._added.append(entry)

    def text(self) -> str:
        """Return the text with all changes.

        Raises:
            DocumentError: what is taken out has an anchor that is used elsewhere and cannot be moved.
        """
        instances = self._listed()
        for listed, gone in self._grants.values():
            if len(gone) < len(listed.value):
                self._gone += self._without_items(listed, gone)
        self._gone += self._without_items(instances, self._removed)
        additions = list(self._additions(instances))
        moved = moved_anchors(self._yaml, self._root, self._gone, self._anchored)
        return self._yaml.edited([*self._edits, *self._gone, *additions, *moved])

    def _listed(self) -> yaml.SequenceNode:
        owner, place = self._find(self._root, "instances") or (self._root, 0)
        listed = owner.value[place][1]
        assert isinstance(listed, yaml.SequenceNode)
        return listed

    def _instance(self, position: int) -> yaml.MappingNode:
        node = self._listed().value[position]
        assert isinstance(node, yaml.MappingNode)
        return node

    def _demand(self, position: int, key: str) -> _Found:
        found = self._find(self._instance(position), key)
        assert found is not None, key
        return found

    def _own(self, mapping: yaml.MappingNode, key: str) -> int | None:
        return next((place for place, (name, _) in enumerate(mapping.value) if name.value == key), None)

    def _find(self, mapping: yaml.MappingNode, key: str) -> _Found | None:
        """Find where the value of a key is written: in the mapping itself, or in one that is merged into it."""
        if (own := self._own(mapping, key)) is not None:
            return mapping, own
        for name, value in mapping.value:
            if name.tag == MERGE:
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    if (found := self._find(merged, key)) is not None:
                        return found
        return None

    def _without_items(self, listed: yaml.SequenceNode, gone: Collection[int]) -> Iterator[Edit]:
        kept = [position for position in range(len(listed.value)) if position not in gone]
        for position in sorted(gone):
            if not listed.flow_style:
                yield self._without_line(listed, position)
            else:
                start, end = self._item_start(listed, position), self._item_end(listed, position)
                comma = _COMMA.match(self.written, end)
                before = self._item_end(listed, position - 1) if kept and position > kept[-1] else start
                if "#" in self.written[before:start]:
                    before = start  # The comma in front of the comment stays: YAML allows one before the bracket.
                yield Edit(before, end if before < start or not comma else comma.end(), "")

    def _without_line(self, listed: yaml.SequenceNode, position: int) -> Edit:
        """Take an item out with its lines; the dash of a list in a list's item stays for the item after it."""
        dash = self._dash(listed, position)
        start = self._yaml.line_start(dash) if self._yaml.opens_its_line(dash) else dash
        return Edit(start, self._next_line(self._item_end(listed, position)), "")

    def _additions(self, listed: yaml.SequenceNode) -> Iterator[Edit]:
        kept = [position for position in range(len(listed.value)) if position not in self._removed]
        end = self._item_end(listed, len(listed.value) - 1) if listed.value else self._yaml.end(listed)
        if not self._added and not listed.flow_style and not kept:
            owner, place = self._find(self._root, "instances") or (self._root, 0)
            colon = _AFTER_KEY.match(self.written, owner.value[place][0].end_mark.index)
            at = colon.end() if colon else end
            yield Edit(at, at, "[]" if self.written[at - 1 : at] == " " else " []")
        elif self._added and not listed.value and is_block(self._root):
            lines = self._yaml.line_end.join(line for entry in self._added for line in _block(entry, "  "))
            yield Edit(listed.start_mark.index, end, self._yaml.line_end + lines)
        elif self._added and listed.flow_style:
            # In braces, as JSON: the file may be JSON.
            entries = ", ".join(json.dumps(entry, ensure_ascii=False) for entry in self._added)
            if not listed.value:
                yield Edit(listed.start_mark.index, end, f"[{entries}]")
            elif kept:
                at = self._item_end(listed, kept[-1])
                yield Edit(at, at, f", {entries}")
            else:
                at = self._item_start(listed, 0)
                yield Edit(at, at, entries)
        elif self._added:
            indent = self._indent(self._dash(listed, len(listed.value) - 1))
            lines = "".join(line + self._yaml.line_end for entry in self._added for line in _block(entry, indent))
            at = self._next_line(end)
            in_line = kept[-1:] == [len(listed.value) - 1] and not self.written[:at].endswith("\n")
            opening = self._yaml.line_end if in_line else ""
            yield Edit(at, at, opening + (lines.removesuffix(self._yaml.line_end) if opening else lines))

    def _item_start(self, listed: yaml.SequenceNode, position: int) -> int:
        alias = self._alias_of(listed, position)
        return alias[0] if alias else int(listed.value[position].start_mark.index)

    def _item_end(self, listed: yaml.SequenceNode, position: int) -> int:
        alias = self._alias_of(listed, position)
        return alias[1] if alias else self._yaml.end(listed.value[position])

    def _alias_of(self, listed: yaml.SequenceNode, position: int) -> tuple[int, int] | None:
        """Return the ends of the alias that an item is written as; an item is one if its node is outside the list."""
        inside = range(listed.start_mark.index, listed.end_mark.index)
        if listed.value[position].start_mark.index in inside:
            return None
        aliases = [(a[1], a[2]) for a in self._yaml.anchors_and_aliases() if a[2] is not None and a[1] in inside]
        before = [item for item in listed.value[:position] if item.start_mark.index not in inside]
        start, end = aliases[len(before)]
        return start, end or start

    def _dash(self, listed: yaml.SequenceNode, position: int) -> int:
        item = self._item_start(listed, position)
        return max(dash for dash in self._dashes if dash <= item)

    def _indent(self, index: int) -> str:
        return " " * (index - self._yaml.line_start(index))

    def _next_line(self, index: int) -> int:
        return self.written.find("\n", index) + 1 or len(self.written)

    def _end_of_line(self, index: int) -> int:
        line = self.written[index : self._next_line(index)]
        return index + len(line.rstrip("\r\n"))

    def _anchored(self, node: yaml.Node, use: int) -> str:
        if is_block(node):
            alias = self._yaml.alias_at(use)
            message = f"uses {alias}, which is defined in what is to be taken out: write out here what it stands for"
            raise DocumentError([Problem("", message, *self._yaml.position(use), self.source)])
        return self._yaml.raw(node)


def _scalar(value: str | int, quotes: str | None = None) -> str:
    """Write a scalar so that it reads back as it is, in braces too."""
    listed: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=quotes, allow_unicode=True, width=100_000
    )
    return listed.strip()[1:-1]


def _block(entry: Mapping[str, Any], indent: str) -> Iterator[str]:
    opening = f"{indent}- "
    for key, value in entry.items():
        if isinstance(value, Mapping):
            yield f"{opening}{key}:"
            yield from (f"{indent}    {name}: {_scalar(below)}" for name, below in value.items())
        elif isinstance(value, list):
            yield f"{opening}{key}: [{', '.join(map(_scalar, value))}]"
        else:
            yield f"{opening}{key}: {_scalar(value)}"
        opening = f"{indent}  "
