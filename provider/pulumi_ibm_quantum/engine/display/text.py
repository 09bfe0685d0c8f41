"""What a person reads of a run: what is done to each resource and property, what differs, what went wrong."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Final

from pulumi_ibm_quantum.engine.diff.object_diff import Change, changes, top_level
from pulumi_ibm_quantum.engine.events import Diagnostic, Result, Step, StepDone, StepFailed
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import STACK_TYPE, split_type_and_name
from pulumi_ibm_quantum.engine.state.values import UNKNOWN, Reference, Secret, same
from pulumi_ibm_quantum.vocabulary import printable

_SYMBOLS: Final = {"create": "+", "update": "~", "replace": "+-", "delete": "-", "refresh": ">", "read": ">"}
_COLOURS: Final = {"+": 32, "~": 33, "+-": 35, "-": 31, ">": 36, "error": 31, "warning": 33, "dim": 2, "bold": 1}
_PLANNED: Final = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to delete",
    "same": "unchanged",
}
_DONE: Final = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "same": "unchanged",
}
_LONGEST: Final = 400
"""Characters of a value that are shown."""
_ONE_LINE: Final = 100
"""Characters of properties that are shown on the line of their resource."""
_MOST_NAMES: Final = 5
"""Names of resources that have the same problem."""


@dataclass(frozen=True, slots=True)
class Style:
    """How to print.

    Attributes:
        colour: Whether to use ANSI colours.
        properties: Whether to show the properties of each resource.
        omit: Properties of new resources that are not worth a place.
        takeovers: Types whose deletion leaves what they manage as it is.
    """

    colour: bool = False
    properties: bool = True
    omit: frozenset[str] = frozenset()
    takeovers: frozenset[str] = frozenset()

    def paint(self, name: str, text: str) -> str:
        """Colour a text, if there are colours."""
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self.colour and name in _COLOURS else text


def problem_lines(result: Result, style: Style) -> Iterator[str]:
    """Say each problem once, with the resources that have it: a service that is down is one, not one of each."""
    ids = {step.urn: step.old.id for step in result.steps if step.old is not None and step.old.id}
    for severity in ("warning", "error"):
        groups: dict[tuple[str, str], list[Diagnostic]] = {}
        for item in result.diagnostics:
            if item.severity == severity:
                type_ = split_type_and_name(item.urn)[0] if item.urn else ""
                text = item.message.replace(ids[item.urn], "…") if item.urn in ids else item.message
                groups.setdefault((type_, text.rstrip()), []).append(item)
        for (type_, text), items in groups.items():
            one = items[0]
            line = f"{_subject(one)}{one.message.rstrip()}" if len(items) == 1 else f"{_subjects(type_, items)}{text}"
            yield f"{style.paint(severity, severity)}: {line}"


def _subjects(type_: str, items: Sequence[Diagnostic]) -> str:
    if type_ in ("", STACK_TYPE):
        return ""
    names = [split_type_and_name(item.urn)[1] for item in items]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{short_type(type_)} {', '.join(names[:_MOST_NAMES])}{more}: "


def _subject(item: Diagnostic) -> str:
    if not item.urn or item.urn in item.message:
        return ""
    type_, name = split_type_and_name(item.urn)
    return "" if type_ == STACK_TYPE else f"{short_type(type_)} {name}: "


def short_type(type_: str) -> str:
    """Return a type without what only the SDK needs: ``pulumi-python:dynamic/app:Thing`` is ``app:Thing``."""
    for prefix in ("pulumi-python:dynamic/", "pulumi-python:dynamic:", "pulumi:pulumi:"):
        if type_.startswith(prefix):
            return type_.removeprefix(prefix)
    return type_


def step_lines(step: Step, end: StepDone | StepFailed | None, style: Style) -> Iterator[str]:
    """Yield what a step is worth: a line, with its properties where they fit; ``end`` is None where it has none."""
    if step.resource.is_provider:
        return
    done = end if isinstance(end, StepDone) else None
    if step.op == "refresh":
        # Of one that failed the error names the resource.
        yield from () if done is None else _refreshed(step, done, style)
    elif step.op in _SYMBOLS:
        is_left = step.op == "delete" and step.resource.type in style.takeovers
        op = "give up" if is_left else step.op
        mark = f"  {style.paint('error', 'failed')}" if isinstance(end, StepFailed) else ""
        note = "  (what it manages is left as it is)" if is_left else ""
        headline = _headline(_SYMBOLS[step.op], op, step.resource, style) + mark + note
        yield from _with_properties(headline, list(_properties(step, done, style)) if style.properties else [])


def _with_properties(headline: str, properties: list[str]) -> Iterator[str]:
    together = ", ".join(properties)
    if len(together) <= _ONE_LINE and "\n" not in together:
        yield f"{headline}  {together}".rstrip()
    else:
        yield headline
        yield from (f"       {line}" for one in properties for line in one.split("\n"))


def _headline(symbol: str, op: str, resource: Resource, style: Style) -> str:
    type_, name = split_type_and_name(resource.urn)
    return f"{style.paint(symbol, f'{symbol:>2} {op:<8}')} {short_type(type_)} {style.paint('bold', name)}"


def _properties(step: Step, done: StepDone | None, style: Style) -> Iterator[str]:
    """Show the inputs of what is new, and the differences of what changes."""
    new = done.result if done and done.result else step.new
    if step.op == "create" and new is not None:
        for key, value in _visible(new.inputs, new).items():
            if key not in style.omit:
                yield f"{key}: {show(value)}"
    elif step.op in ("update", "replace") and step.old is not None and new is not None:
        for change in update_changes(step.old, new):
            reason = style.paint("dim", "  (forces replacement)") if _forces(change, step) else ""
            yield f"{_difference_in_lines(change, style)}{reason}"
        for other in step.replace_reasons:
            if other in ("id", "provider", "replaceWith", "deletedWith"):
                yield style.paint("dim", f"(because of its {other})")


def _forces(change: Change, step: Step) -> bool:
    by_path = (step.detailed or {}).get(change.path, "")
    return top_level(change.path) in step.replace_reasons or by_path.endswith("replace")


def update_changes(old: Resource, new: Resource) -> list[Change]:
    """Return what an update is about: how its inputs differ, or else how what is there differs from what is wanted."""
    before, after = _visible(old.inputs, new), _visible(new.inputs, new)
    found = list(changes(before, after))
    if not found:
        there = {key: value for key, value in _visible(old.outputs, new).items() if key in after}
        found = list(changes(there, after))
    return found


def _visible(properties: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    hidden = set(resource.rest.get("hideDiff", ()))
    return {key: value for key, value in sorted(properties.items()) if not key.startswith("__") and key not in hidden}


def _refreshed(step: Step, done: StepDone, style: Style) -> Iterator[str]:
    """Show what a refresh found to be different; what is as it was is not worth a line."""
    assert step.old is not None
    if done.result is None:
        yield _headline("-", "gone", step.old, style)
    elif not (same(step.old.outputs, done.result.outputs) and same(step.old.inputs, done.result.inputs)):
        drift = changes(_visible(step.old.outputs, done.result), _visible(done.result.outputs, done.result))
        headline = _headline(">", "drifted", step.old, style)
        yield from _with_properties(headline, [_difference_in_lines(change, style) for change in drift])


def _difference(change: Change, style: Style) -> str:
    if change.kind == "add":
        return f"{style.paint('+', '+')} {change.path}: {show(change.new)}"
    if change.kind == "delete":
        return f"{style.paint('-', '-')} {change.path}: {show(change.old)}"
    return f"{style.paint('~', '~')} {change.path}: {show(change.old)} => {show(change.new)}"


def _difference_in_lines(change: Change, style: Style) -> str:
    """Show a difference; that of two texts of many lines by the lines that differ."""
    if not (_is_text(change.old) and _is_text(change.new)):
        return _difference(change, style)
    return "\n".join([f"{style.paint('~', '~')} {change.path}:", *_changed_lines(change.old, change.new, style)])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\n" in value


def _changed_lines(old: str, new: str, style: Style) -> Iterator[str]:
    """Yield the lines that go and those that come."""
    lines = unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    for line in list(lines)[2:]:
        if not line.startswith("@@"):
            yield f"    {style.paint(line[0], line[0])} {printable(line[1:])}"


def show(value: Any) -> str:
    """Return a value on one line."""
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _text(value: Any) -> str:
    if value is UNKNOWN:
        return "output<string>"
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Reference):
        return f"<{split_type_and_name(value.urn)[1]}>"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{printable(key)}: {_text(item)}" for key, item in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return printable(json.dumps(value, ensure_ascii=False))


def output_lines(result: Result, style: Style) -> Iterator[str]:
    """Yield how the outputs of the stack change; one that is long is cut."""
    if result.operation != "update":
        return
    found = list(changes(result.old_outputs, result.outputs))
    if found:
        yield style.paint("bold", "Outputs:")
    for change in found:
        line = f"  {_difference(change, style)}"
        yield line if len(line) <= _ONE_LINE else f"{line[:_ONE_LINE]}…"


def summary_line(result: Result, takeovers: frozenset[str] = frozenset()) -> str:
    """Count the resources: ``Resources: 2 to create, 5 unchanged``.

    Deletions of ``takeovers``, which leave what they manage as it is, are counted apart.
    """
    words = _PLANNED if result.dry_run else _DONE
    done = [
        event.step.resource.type for event in result.events if isinstance(event, StepDone) and event.effect == "delete"
    ]
    left = sum(type_ in takeovers for type_ in done)
    numbers = {**result.summary, "delete": result.summary.get("delete", 0) - left}
    counts = [f"{numbers[op]} {word}" for op, word in words.items() if numbers.get(op)]
    if left:
        counts.append(f"{left} {'to leave' if result.dry_run else 'left'} as they are")
    if result.errors:
        counts.append(f"{len(result.errors)} error{'s' if len(result.errors) > 1 else ''}")
    return f"Resources: {', '.join(counts) or 'none'}"
