"""Changes to YAML text in place: what is not changed keeps every character, comments and odd quoting included."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from pulumi_ibm_quantum.documents.problems import DocumentError, Problem

_ALIAS: Final = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+")
_AFTER_ALIAS: Final = re.compile(r"[\s,\[\]{}]")
_COLON: Final = re.compile(r"\s*:")
_COMMA: Final = re.compile(r"\s*,[^\S\n]*")
_NOTHING_AFTER: Final = re.compile(r"(?:\n[^\S\n]*(?:#[^\n]*)?)*\Z")


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put in place of what is between two indexes; an insertion where they are the same."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class YamlText:
    """YAML text, and where its nodes are in it.

    Nodes are those of PyYAML's own loaders, not of libyaml's, and have an index in characters.
    """

    text: str
    source: str

    def composed(self) -> yaml.Node:
        """Return the root node.

        Raises:
            ValueError: there is none.
            DocumentError: libyaml, which reads documents, lets the text pass, and PyYAML, which knows places, does not.
        """
        try:
            root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
            is_tab = mark is not None and self.text[mark.index : mark.index + 1] == "\t"
            reason = "a tab between values; write blanks" if is_tab else f"{error.problem}; mend it first"
            message = f"is not YAML to all readers: {reason}"
            raise DocumentError([Problem("", message, line, column, self.source)]) from None
        if root is None:
            raise ValueError("the text holds no value")
        return root

    def anchors_and_aliases(self) -> Iterator[tuple[str, int, int | None]]:
        """Yield, in order, the name and place of each anchor's node, and the name and the two ends of each alias."""
        for event in yaml.parse(self.text, Loader=yaml.SafeLoader):
            start, end = event.start_mark, event.end_mark
            if isinstance(event, yaml.NodeEvent) and event.anchor and start and end:
                yield event.anchor, start.index, end.index if isinstance(event, yaml.AliasEvent) else None

    def edited(self, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> str:
        """Return the text between two indexes with all edits that are within; one inside another is covered by it."""
        end = len(self.text) if end is None else end
        pieces, position = [], start
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end != edit.start, -edit.end)):
            if position <= edit.start and edit.end <= end:
                pieces += [self.text[position : edit.start], edit.text]
                position = edit.end
        return "".join((*pieces, self.text[position:end]))

    def raw(self, node: yaml.Node) -> str:
        """Return a node as it is written, with its anchor, without what follows it."""
        return self.text[node.start_mark.index : self.end(node)]

    def end(self, node: yaml.Node) -> int:
        """Return the index after a node; a block ends before the comments and blank lines that PyYAML counts to it."""
        written = self.text[node.start_mark.index : node.end_mark.index]
        if is_block(node):
            written = _NOTHING_AFTER.sub("", written.rstrip())
        return int(node.start_mark.index) + len(written.rstrip())

    def entry_end(self, mapping: yaml.MappingNode, position: int) -> int:
        """Return the index after an entry of a mapping; an alias ends where it stands, not where its anchor does."""
        key, value = mapping.value[position]
        if (alias_end := self.alias_end(key)) is not None:
            return alias_end
        after = key.end_mark.index
        if value.start_mark.index == value.end_mark.index:
            colon = _COLON.match(self.text, after)
            return after if colon is None else colon.end()
        return self.end(value)

    def alias_at(self, index: int) -> str:
        """Return the alias that is written at an index: ``*name``."""
        return _AFTER_ALIAS.split(self.text[index:], maxsplit=1)[0]

    def alias_end(self, key: yaml.Node) -> int | None:
        """Return the index after the alias that is the value of a key; None if the value is not an alias."""
        match = _ALIAS.match(self.text, key.end_mark.index)
        return None if match is None else match.end()

    @property
    def line_end(self) -> str:
        """How lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def opens_its_line(self, index: int) -> bool:
        """Whether there is only indentation before an index."""
        return not self.text[self.line_start(index) : index].strip(" ")

    def line_start(self, index: int) -> int:
        """Return the index at which the line begins."""
        return self.text.rfind("\n", 0, index) + 1

    def position(self, index: int) -> tuple[int, int]:
        """Return line and column, from 1."""
        return self.text.count("\n", 0, index) + 1, index - self.line_start(index) + 1

    def without_entry(self, mapping: yaml.MappingNode, position: int, *, next_stays: bool) -> Edit:
        """Take an entry out of a mapping; a comment behind it stays, and perhaps the entry after it."""
        start, end = mapping.value[position][0].start_mark.index, self.entry_end(mapping, position)
        if mapping.flow_style:
            comma = _COMMA.match(self.text, end)
            return Edit(start, comma.end() if comma else end, "")
        next_line = self.text.find("\n", end) + 1 or len(self.text)
        behind = self.text[end:next_line]
        if behind.strip():
            return Edit(start, end + len(behind) - len(behind.lstrip()), "")
        if self.opens_its_line(start):
            return Edit(self.line_start(start), next_line, "")
        # The first entry of a list's item: the next one moves up behind the dash, if it can.
        following = mapping.value[position + 1][0].start_mark.index if next_stays else end
        return Edit(start, end if self.text[end:following].strip() else following, "")

    def without_entries(self, mapping: yaml.MappingNode, gone: Mapping[int, bool]) -> Iterator[Edit]:
        """Take entries out of a mapping that has others besides; comments behind them stay.

        ``gone`` has their positions, each with whether it is turned into a comment; in braces it cannot be.
        """
        last = len(mapping.value) - 1
        for position, as_comment in gone.items():
            if as_comment and is_block(mapping):
                yield self._as_comment(mapping, position)
            else:
                next_stays = position < last and position + 1 not in gone
                yield self.without_entry(mapping, position, next_stays=next_stays)
        stays = [position for position in range(last + 1) if position not in gone]
        if stays and stays[-1] < last and not is_block(mapping):
            # The comma before the last entries goes with them.
            yield Edit(self.entry_end(mapping, stays[-1]), self.entry_end(mapping, last), "")

    def _as_comment(self, mapping: yaml.MappingNode, position: int) -> Edit:
        start, end = mapping.value[position][0].start_mark.index, self.entry_end(mapping, position)
        indent = start - self.line_start(start)
        first, *others = self.text[start:end].split("\n")
        lines = [f"# {first}", *(_commented(line, indent) for line in others)]
        return Edit(start, end, "\n".join(lines))


def is_block(node: yaml.Node) -> bool:
    """Whether a node is a mapping or a sequence in indented lines."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _commented(line: str, indent: int) -> str:
    if not line.strip() or line[:indent].strip():
        # What has less indentation than the entry that it is in cannot be part of it: it is a comment already.
        return line
    return f"{line[:indent]}# {line[indent:]}"
