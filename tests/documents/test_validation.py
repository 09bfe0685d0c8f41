"""A document against a model: all problems with their places, whatever the model."""

import gc
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import Discriminator, Field, Tag, ValidationError

from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.documents import (
    AnyText,
    Block,
    BrokenRule,
    Context,
    DocumentError,
    RuledBlock,
    read_yaml,
    valid_items,
    validate,
)
from tests.support.configurations import ENTRY, HEAD

Whole = Annotated[int, Field(strict=True)]
ASKED: list[str] = []


class Span(RuledBlock):
    """Two numbers in order."""

    first: Whole = Field(alias="from")
    last: Whole = Field(alias="to")
    note: AnyText = "none"

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield an end before the start, in the unit that the document has."""
        ASKED.append(f"span {self.note}")
        if isinstance(self.first, int) and isinstance(self.last, int) and self.last < self.first:
            yield BrokenRule(("to",), f"is before from, {self.first} {context.get('unit', 's')}")


class Dot(Block):
    """One number."""

    at: Whole


Shape = Annotated[
    Annotated[Dot, Tag("a dot")] | Annotated[Span, Tag("a span")],
    Discriminator(lambda value: "a dot" if isinstance(value, dict) and "at" in value else "a span"),
]


class Drawing(RuledBlock):
    """Blocks in every way in which a block can be held."""

    title: AnyText
    frame: Span | None = None
    spans: tuple[Span, ...] = ()
    named: dict[str, Span] = Field(default_factory=dict)
    shapes: tuple[Shape, ...] = ()

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield spans that begin alike."""
        ASKED.append("drawing")
        firsts: dict[int, int] = {}
        for position, span in valid_items(self.spans):
            if isinstance(span.first, int) and (before := firsts.setdefault(span.first, position)) != position:
                yield BrokenRule(("spans", position, "from"), "begins like", ("spans", before, "from"))


def problems(text: str, model: Any = Drawing, **context: Any) -> list[str]:
    try:
        validate(read_yaml(text, "d.yaml"), model, context=context)
    except DocumentError as error:
        return str(error).splitlines()
    return []


WRONG = {
    "frame: {from: 1, too: 2}": ["18: frame.too: is not a known key (did you mean to?)", "1: frame.to: is missing"],
    "spans: [{from: 1, to: 2, nose: x}]": ["26: spans[0].nose: is not a known key (did you mean note?)"],
    "named: {a: {from: 1, to: 2, nose: x}}": ["29: named.a.nose: is not a known key (did you mean note?)"],
    "shapes: [{at: 1, att: 2}]": ["18: shapes[0].att: is not a known key (did you mean at?)"],
    "shapes: [{from: 1, to: x}]": ['20: shapes[0].to: wants a whole number, found "x"'],
    "shapes: [5]": ["10: shapes[0]: wants a mapping, found the number 5"],
    "frame: {first: 1, to: 2}": ["9: frame.first: is not a known key", "1: frame.from: is missing"],
    "frame: {7: x, from: 1, to: 2}": ["1: frame: has the number 7 for a key: keys are text"],
    "titel: t": ["1: titel: is not a known key (did you mean title?)"],
    "spans: {}": ["1: spans: wants a list, found a mapping"],
    "named: []": ["1: named: wants a mapping, found a list"],
}


@pytest.mark.parametrize(("text", "lines"), WRONG.items())
def test_what_is_wrong_in_a_block_is_said_at_its_place(text: str, lines: list[str]) -> None:
    """However a block is held: alone, in a list, in a mapping, as one of several kinds; its keys are as written."""
    assert sorted(problems(f"title: t\n{text}")) == sorted(f"d.yaml:2:{line}" for line in lines)


def test_a_new_block_of_the_configuration_needs_no_other_table() -> None:
    """The annotation tells that a key holds a block: unknown keys in it are named like all others."""

    class Guard(Block):
        max_change_percent: float | None = None

    class Guarded(ProjectConfiguration):
        guard: Guard | None = None

    text = HEAD.replace("version: 3\n", "") + "guard: {max_changes_percent: 5}\n" + ENTRY

    assert problems(text, Guarded) == [
        "d.yaml:3:9: guard.max_changes_percent: is not a known key (did you mean max_change_percent?)"
    ]


@pytest.mark.parametrize("last", [2, 0], ids=["valid", "broken"])
def test_each_rule_is_asked_once(last: int) -> None:
    """Also of blocks within blocks, and also where a rule is broken."""
    ASKED.clear()
    text = f"title: t\nspans: [{{from: 1, to: {last}, note: a}}]\nnamed: {{x: {{from: 1, to: 2, note: b}}}}\n"
    found = problems(text)

    assert sorted(ASKED) == ["drawing", "span a", "span b"]
    assert found == ([] if last else ["d.yaml:2:19: spans[0].to: is before from, 1 s"])


def test_rules_are_asked_of_what_is_valid() -> None:
    """Where other parts are wrong rules hold still, once each, and nothing is said of a value that is wrong anyway."""
    text = """\
title: 7
spans:
- {from: 3, to: 2}
- {from: 3, to: x}
- 5
- {from: 4, to: 2, note: 8}
"""
    ASKED.clear()
    found = problems(text, unit="cm")

    assert found == [
        "d.yaml:1:1: title: wants text, found the number 7: put it in quotes",
        "d.yaml:3:13: spans[0].to: is before from, 3 cm",
        "d.yaml:4:4: spans[1].from: begins like spans[0].from (line 3)",
        'd.yaml:4:13: spans[1].to: wants a whole number, found "x"',
        "d.yaml:5:3: spans[2]: wants a mapping, found the number 5",
        "d.yaml:6:13: spans[3].to: is before from, 4 cm",
        "d.yaml:6:20: spans[3].note: wants text, found the number 8: put it in quotes",
    ]
    assert len(ASKED) == 4


def test_what_is_made_in_python_is_held_to_the_rules() -> None:
    """There is no document then: the model itself refuses what does not fit together."""
    with pytest.raises(ValidationError, match="to: is before from, 2 s"):
        Span(first=2, last=1)
    with pytest.raises(ValidationError, match=r"spans\[1\].from: begins like spans\[0\].from"):
        Drawing(title="t", spans=(Span(first=1, last=2), Span(first=1, last=3)))


def test_a_value_that_has_an_error_is_not_complained_of_twice() -> None:
    """A default that follows from a wrong value is no second problem."""

    class Grant(Block):
        start: Whole
        end: Whole = Field(default_factory=lambda fields: fields["start"] + 1)

    assert problems("start: soon", Grant) == ['d.yaml:1:1: start: wants a whole number, found "soon"']


@pytest.mark.parametrize("text", ["a: 1", "a: [", "a: !x 1"])
def test_the_garbage_collector_runs_again_after_reading(text: str) -> None:
    """It is paused while a file is read, whatever comes of it."""
    try:
        read_yaml(text, "d.yaml")
    except DocumentError:
        assert text == "a: ["
    assert gc.isenabled()
