"""Anchors of YAML text whose definition is taken out: they are defined anew where they are used first."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import yaml

from pulumi_ibm_quantum.documents.text_edits import Edit, YamlText


def moved_anchors(
    text: YamlText, root: yaml.Node, gone: Sequence[Edit], written_anew: Callable[[yaml.Node, int], str]
) -> Iterator[Edit]:
    """Yield an edit for each anchor that the edits ``gone`` take out and that is still used.

    ``written_anew`` says how an anchored node is to be written, with its anchor, in place of an alias at an index.
    """
    nodes = {node.start_mark.index: node for node in _all_nodes(root)}
    defined: dict[str, int] = {}
    for name, start, alias_end in text.anchors_and_aliases():
        if alias_end is None:
            defined[name] = start
        elif _is_gone(defined[name], gone) and not _is_gone(start, gone):
            yield Edit(start, alias_end, written_anew(nodes[defined[name]], start))
            defined[name] = start


def _is_gone(index: int, gone: Sequence[Edit]) -> bool:
    return any(edit.start <= index < edit.end for edit in gone)


def _all_nodes(root: yaml.Node) -> Iterator[yaml.Node]:
    seen: set[int] = set()
    left = [root]
    while left:
        node = left.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            below: Sequence[Any] = node.value if isinstance(node, yaml.CollectionNode) else ()
            left += [part for item in below for part in (item if isinstance(item, tuple) else (item,))]
