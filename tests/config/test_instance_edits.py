"""Instances changed in the text of a configuration: what is not changed keeps every character."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.config import ConfigurationError, parse_configuration
from pulumi_ibm_quantum.config.instance_edits import InstanceEdits
from tests.support.configurations import HEAD, crn

MARGINS = st.lists(st.sampled_from(["", "# note", "    # indented", "  # - name: no", "#"]), max_size=2)
COMMENTS = st.sampled_from(["", "   # why", " #"])
QUOTES = st.sampled_from(["", "'", '"'])
NEW_NAME = "brand new"


@dataclass(frozen=True)
class Case:
    """A list of instances as it is, and as it is to be."""

    before: str
    after: str
    removed: list[int]
    renamed: list[int]
    limited: list[int]
    added: bool


def in_braces(number: int, quote: str, comment: str) -> tuple[list[str], list[str], list[str]]:
    """An entry on one line; renamed; with a limit."""
    name, identity = f"{quote}n{number}{quote}", f'crn: "{crn(number)}"'
    whole = f"- {{name: {name}, {identity}, weight: 2}}{comment}"
    renamed = whole.replace(name, f"{quote}{NEW_NAME} {number}{quote}")
    return [whole], [renamed], [whole.replace(identity, f"{identity}, limit_seconds: 7")]


@st.composite
def in_lines(draw: st.DrawFn, number: int, quote: str) -> tuple[list[str], list[str], list[str]]:
    """An entry on several lines, in any order and with comments between; renamed; with a limit."""
    keys = {"name": f"{quote}n{number}{quote}", "crn": f"'{crn(number)}'", "description": "text"}
    before, renamed, limited = [], [], []
    for place, key in enumerate(draw(st.permutations(list(keys)))):
        opening = "- " if place == 0 else "  "
        comment = draw(COMMENTS)
        line = f"{opening}{key}: {keys[key]}{comment}"
        new = f"{opening}{key}: {quote}{NEW_NAME} {number}{quote}{comment}"
        margin = draw(MARGINS) if place else []
        before += [*margin, line]
        renamed += [*margin, new if key == "name" else line]
        limited += [*margin, line, *(["  limit_seconds: 7"] if key == "crn" else [])]
    return before, renamed, limited


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any mixture of entries, edits, indentation, line ends and what stands between."""
    indent = draw(st.sampled_from(["", "  ", "      "]))
    before, after = ["instances:" + draw(COMMENTS)], []
    after = list(before)
    edits: dict[str, list[int]] = {"keep": [], "remove": [], "rename": [], "limit": []}
    last = draw(st.integers(1, 4)) - 1
    added = draw(st.booleans())
    for number in range(last + 1):
        quote = draw(QUOTES)
        entry = in_braces(number, quote, draw(COMMENTS)) if draw(st.booleans()) else draw(in_lines(number, quote))
        edit = draw(st.sampled_from(["keep", "remove", "rename", "limit"] if number else ["keep", "rename", "limit"]))
        edits[edit].append(number)
        margin = draw(MARGINS)
        shown = {"keep": entry[0], "remove": [], "rename": entry[1], "limit": entry[2]}[edit]
        before += [*margin, *(indent + line for line in entry[0])]
        after += [*margin, *(indent + line for line in shown)]
    if added:
        after += [f"{indent}- name: more", f"{indent}  crn: '{crn(99)}'"]
    end = draw(MARGINS)
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    closing = draw(st.sampled_from([line_end, ""]))
    texts = [line_end.join([*HEAD.splitlines(), *lines, *end]) + closing for lines in (before, after)]
    return Case(texts[0], texts[1], edits["remove"], edits["rename"], edits["limit"], added)


@given(cases())
def test_nothing_else_changes(case: Case) -> None:
    """The text is the old one but for the lines of each edit, whatever stands around them."""
    edits = InstanceEdits(case.before)
    for position in case.removed:
        edits.remove(position)
    for position in case.renamed:
        edits.rename(position, f"{NEW_NAME} {position}")
    for position in case.limited:
        edits.set_limit(position, 7)
    if case.added:
        edits.add({"name": "more", "crn": crn(99)})

    after = edits.text()

    # Where a file has no line end at its end, and its last lines go, the line before keeps its own.
    assert after.rstrip("\r\n") == case.after.rstrip("\r\n")
    assert parse_configuration(after).configuration == parse_configuration(case.after).configuration


GRANT = "{start_date: 2026-01-01, net_grant_seconds: 5}"
ALIASED = f"""\
{HEAD}instances:
- name: a
  crn: "{crn(1)}"
  limit_seconds: 5
  net_grants: &both   # for both
  - {GRANT}
  # the second
  - {{start_date: 2026-06-01, net_grant_seconds: 6}}
- {{name: b, crn: "{crn(2)}", limit_seconds: 5, net_grants: *both}}
"""


def test_a_list_that_two_share_is_changed_once() -> None:
    """Grants that are written once and meant twice go from where they are written."""
    edits = InstanceEdits(ALIASED)
    for position in (0, 1):
        edits.remove_grants(position, [0])

    assert edits.text() == ALIASED.replace(f"  - {GRANT}\n", "")


def test_the_key_goes_with_its_last_grant() -> None:
    """Both where the list is written and where it is repeated."""
    edits = InstanceEdits(ALIASED)
    for position in (0, 1):
        edits.remove_grants(position, [0, 1])

    instances = parse_configuration(edits.text()).configuration.instances
    assert [entry.net_grants for entry in instances] == [(), ()]
    assert "net_grants" not in edits.text()


def test_a_block_that_others_use_is_not_taken_out() -> None:
    """The line that would be left without a meaning is named."""
    edits = InstanceEdits(ALIASED)
    edits.remove(0)

    with pytest.raises(ConfigurationError, match=r"configuration:12:\d+: uses \*both"):
        edits.text()


@pytest.mark.parametrize("name", ["yes", "12", "a: b", "x #1", "- [,", "'", '"', "ö", "null", "*a", "2026-01-01"])
@pytest.mark.parametrize(
    "written", ["- name: a\n  crn: '{}'", "- {{name: 'a', crn: '{}'}}", '- {{"name": "a", crn: "{}"}}']
)
def test_any_name_reads_back(name: str, written: str) -> None:
    """Names that YAML would take for something else are quoted."""
    edits = InstanceEdits(f"{HEAD}instances:\n{written.format(crn(1))}\n")
    edits.rename(0, name)
    edits.add({"name": f"{name}2", "crn": crn(2)})

    names = [entry.name for entry in parse_configuration(edits.text()).configuration.instances]
    assert names == [name, f"{name}2"]
