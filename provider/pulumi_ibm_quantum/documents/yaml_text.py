"""YAML 1.1 text into a document, with SafeLoader's meaning but all that is wrong with it on one line each.

Nodes are composed by PyYAML (by libyaml, where there is one) and turned into values here, because values made by a
loader have lost their place in the text, and because a loader lets the last of two equal keys win without a word.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any, Final

import yaml
from yaml.reader import Reader, ReaderError

from pulumi_ibm_quantum.documents.document import Document, Entries
from pulumi_ibm_quantum.documents.number_bases import is_in_other_base, objection
from pulumi_ibm_quantum.documents.problems import DocumentError, Problem
from pulumi_ibm_quantum.vocabulary import format_value, quote

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST: Final = 50
"""How deeply text may be nested; a configuration needs six levels."""
MOST_REPEATED: Final = 1_000_000
"""How many values may come from aliases; a few nested ones would otherwise fill the memory."""

_TAG: Final = "tag:yaml.org,2002:"
MERGE: Final = _TAG + "merge"
"""The tag of the key ``<<``."""
_TEXT: Final = _TAG + "str"
_SCALARS: Final = frozenset(_TAG + name for name in ("null", "bool", "int", "float", "binary", "timestamp", "value"))
_UNREADABLE: Final = (ValueError, LookupError, AttributeError, TypeError, OverflowError)


def read_file(path: FilePath, source: str | None = None) -> Document:
    """Read a YAML file; `source` is what problems call it if not its path.

    Raises:
        DocumentError: as `read_yaml`; or the file cannot be read.
    """
    source = source or str(path)
    try:
        text = path.read_bytes()
    except (OSError, ValueError) as error:
        raise unreadable(error, source) from None
    return read_yaml(text, source)


def unreadable(error: OSError | ValueError, source: str) -> DocumentError:
    """Say why the operating system, or Python for it, does not open a file."""
    if isinstance(error, FileNotFoundError):
        message = "there is no such file"
    else:
        message = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return DocumentError([Problem("", message, source=source)])


def read_yaml(text: str | bytes, source: str) -> Document:
    """Read YAML text, as UTF-8 if it is bytes.

    Raises:
        DocumentError: not UTF-8, not YAML, empty, nested too deeply, or an alias that would grow out of bounds.
    """
    with _garbage_collector_paused():
        return _read(text if isinstance(text, str) else _decoded(text, source), source)


@contextmanager
def _garbage_collector_paused() -> Iterator[None]:
    """Spare the collector the nodes: it would look at all of them again and again, for half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(text: str, source: str) -> Document:
    text = text.removeprefix("\ufeff")
    _refuse_unprintable(text, source)
    root = _composed(text, source)
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == _TAG + "null"):
        raise DocumentError([Problem("", "is empty: nothing is configured", source=source)])
    reading = _Reading(source)
    value = reading.value(root)
    if reading.sizes[id(root)] > reading.written + MOST_REPEATED:
        message = f"aliases (*name) repeat more than {MOST_REPEATED} values: write out what is meant"
        raise DocumentError([Problem("", message, 1, 1, source)])
    document = Document(value, source, root, reading.entries, tuple(reading.problems))
    bases = [document.problem(document.path_of(node), objection(node)) for node in reading.other_bases]
    return replace(document, other_bases=tuple(bases))


def _decoded(text: bytes, source: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - text.rfind(b"\n", 0, error.start)
        message = f"is not UTF-8 (byte 0x{text[error.start]:02x}): save the file as UTF-8"
        raise DocumentError([Problem("", message, line, column, source)]) from None


def _refuse_unprintable(text: str, source: str) -> None:
    if (match := Reader.NON_PRINTABLE.search(text)) is not None:
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        message = f"not valid YAML: the character U+{ord(match[0]):04X} is not allowed"
        raise DocumentError([Problem("", message, line, column, source)])


def _composed(text: str, source: str) -> yaml.Node | None:
    try:
        _refuse_deep_nesting(text, source)
        node: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise DocumentError([_syntax_problem(error, text, source)]) from None
    except (ReaderError, UnicodeError) as error:
        raise DocumentError([Problem("", f"not valid YAML: {quote(str(error))}", source=source)]) from None
    return node


def _refuse_deep_nesting(text: str, source: str) -> None:
    """Look at the events first: libyaml composes by recursion, and dies of deep nesting without an exception."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                message = f"is nested more than {DEEPEST} levels deep"
                raise DocumentError([_problem_at(event, message, source)])
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, source: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = "not valid YAML: " + " ".join(" ".join(filter(None, (error.context, error.problem))).split())
    if mark is None:
        return Problem("", said, source=source)
    lines = text.splitlines() or [""]
    at_end = mark.line >= len(lines)
    line = len(lines) - 1 if at_end else mark.line
    column = len(lines[line]) if at_end else mark.column
    if lines[line][column : column + 1] == "\t":
        said = "not valid YAML: a tab cannot indent: use spaces"
    elif "crn:v1:" in lines[line] and "mapping values" in said:
        said = "not valid YAML: a CRN ends with a colon: put it in quotes"
    elif at_end:
        said += ", but the text ends"
    return Problem("", said, line + 1, column + 1, source)


class _Reading:
    """One pass over the nodes; each is read once, however many aliases lead to it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.entries: dict[int, Entries] = {}
        self.problems: list[Problem] = []
        self.other_bases: list[yaml.Node] = []
        self.sizes: dict[int, int] = {}
        self.written = 0
        self._values: dict[int, Any] = {}
        self._open: set[int] = set()
        self._scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node) -> Any:
        """Return what a node says, and keep how many values that is once all aliases are followed."""
        identity = id(node)
        if identity in self._values:
            return self._values[identity]
        if identity in self._open:
            raise DocumentError([self._problem(node, "an alias (*name) leads back to itself")])
        self._open.add(identity)
        self.written += 1
        if isinstance(node, yaml.MappingNode):
            result: Any = self._mapping(node)
            below = [value_node for _, value_node in self.entries[identity].values()]
        elif isinstance(node, yaml.SequenceNode):
            self._expect_tag(node, "seq")
            result, below = [self.value(item) for item in node.value], node.value
        else:
            result, below = self._scalar(node), []
        self._open.discard(identity)
        self._values[identity], self.sizes[identity] = result, 1 + sum(self.sizes[id(item)] for item in below)
        return result

    def _mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        self._expect_tag(node, "map")
        own: Entries = {}
        merged: Entries = {}
        for key_node, value_node in node.value:
            if key_node.tag == MERGE:
                merged.update(self._merged(value_node))
                continue
            key = self._key(key_node)
            if key in own:
                first = own[key][0].start_mark.line + 1
                name = quote(key) if isinstance(key, str) else format_value(key)
                self.problems.append(self._problem(key_node, f"{name} is given twice, first on line {first}: keep one"))
            own[key] = key_node, value_node
        entries = self.entries[id(node)] = {**merged, **own}
        return {key: self.value(value_node) for key, (_, value_node) in entries.items()}

    def _merged(self, node: yaml.Node) -> Entries:
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        merged: Entries = {}
        for source in reversed(sources):
            if isinstance(source, yaml.MappingNode):
                self.value(source)
                merged.update(self.entries[id(source)])
            else:
                self.problems.append(self._problem(node, "<< wants a mapping, or a list of mappings, to merge"))
        return merged

    def _key(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self.value(node)
        raise DocumentError([self._problem(node, "a key must be text, found a mapping or a list")])

    def _scalar(self, node: yaml.Node) -> Any:
        if node.tag == _TEXT:
            return node.value
        if node.tag not in _SCALARS:
            self._refuse_tag(node)
            return node.value
        if is_in_other_base(node):
            self.other_bases.append(node)
        try:
            return self._scalars.construct_object(node)
        except (*_UNREADABLE, yaml.YAMLError):
            return node.value

    def _expect_tag(self, node: yaml.Node, name: str) -> None:
        if node.tag != _TAG + name:
            self._refuse_tag(node)

    def _refuse_tag(self, node: yaml.Node) -> None:
        name = quote(node.tag.replace(_TAG, "!!"))
        self.problems.append(self._problem(node, f"the tag {name} is not supported: leave it out"))

    def _problem(self, node: yaml.Node, message: str) -> Problem:
        return _problem_at(node, message, self.source)


def _problem_at(placed: yaml.Node | yaml.Event, message: str, source: str) -> Problem:
    mark: Any = placed.start_mark
    return Problem("", message, mark.line + 1, mark.column + 1, source)
