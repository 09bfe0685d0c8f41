"""What holds for every configuration."""

import re
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.config import ProjectConfiguration
from tests.support.configurations import (
    ACCOUNT,
    HEAD,
    configuration_mapping,
    configuration_yaml,
    crn,
    models,
    places,
    problems,
    read,
)

WORDS = [*HEAD.split(), "instances:", "\n", "\n  - ", "\n    ", " ", "name: ", "crn: ", f'"{crn(1)}"', "create: {", "}"]
WORDS += ["limit_seconds: ", "net_grants:\n      - ", "start_date: ", "2026-03-01", "[", "]", ",", "&a ", "*a", "<<: "]
WORDS += [
    "!!set ",
    "!!binary ",
    "!!omap ",
    "? ",
    ": ",
    "- ",
    "|",
    "%",
    "\t",
    "\r",
    "\ufeff",
    "none",
    "1:30",
    "0x1F",
    "~",
]

wrong_values = st.sampled_from([[], {}, [[1]], {"x": 1}, "?", -1, 0.5, True, [None]])


@given(models())
def test_written_and_read_back(model: ProjectConfiguration) -> None:
    """Any configuration, written as version 3 and read back, is the same one; as text and as data."""
    assert read(configuration_yaml(model)) == model
    assert read(configuration_mapping(model)) == model


@given(st.text() | st.binary() | st.lists(st.sampled_from(WORDS)).map("".join))
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    """Whatever the text or bytes, there is a configuration or a refusal with a line for each problem."""
    assert all(line.startswith("p.yaml:") for line in problems(text))


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.just(object()),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text() | st.integers(), below, max_size=3),
    max_leaves=10,
)


@given(st.data())
def test_any_data_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands in place of any value, there is a configuration or a refusal, on one line each."""
    mapping = configuration_mapping(data.draw(models()))
    holder, key = data.draw(st.sampled_from(places(mapping)))
    holder[key] = data.draw(plain_values)
    assert all(line.startswith("p.yaml: ") for line in problems(mapping))


@given(st.data())
def test_any_data_of_an_old_file_is_read_or_refused(data: st.DataObject) -> None:
    """The same holds for the first two dialects: nothing in them makes the reader fail in another way."""
    grants = [{"start_date": "2026-03-01T00:00:00Z", "net_grant_seconds": 5}]
    entry = {"name": "a", "crn": crn(1), "net_grants": grants, "start_date": "2026-01-01", "target_usage_seconds": 5}
    shared = {"account_id": ACCOUNT, "minimum_allocation_seconds": 5}
    period = {"start_date": "2026-01-01", "end_date": "2026-02-01"}
    first = {"plan_id": "premium", "balance_period": period, "projects": [{**entry, "project_limit_seconds": 7}]}
    second = {"plan": "premium", "instances": [{**entry, "limit_seconds": 7}]}
    mapping = {**shared, **data.draw(st.sampled_from([first, second]))}
    assert problems(mapping) == []
    holder, key = data.draw(st.sampled_from(places(mapping)))
    holder[key] = data.draw(plain_values)
    assert all(line.startswith("p.yaml: ") for line in problems(mapping))


@given(st.data(), st.booleans())
def test_every_line_holds_its_key(data: st.DataObject, flow: bool) -> None:
    """Whatever values are wrong, and however they are laid out, each problem's line holds the key that it names."""
    mapping = configuration_mapping(data.draw(models()))
    for holder, key in data.draw(st.lists(st.sampled_from(places(mapping)), min_size=1, max_size=4)):
        if key != "version":
            holder[key] = data.draw(wrong_values)
    text = yaml.safe_dump(mapping, sort_keys=False, default_flow_style=flow or None, width=60)
    for line in problems(text):
        place = re.match(r"p\.yaml:(\d+):(\d+): ([\w.\[\]]+): (.*)", line)
        if place is not None and not place[4].startswith("is missing"):
            there = text.splitlines()[int(place[1]) - 1][int(place[2]) - 1 :]
            last = place[3].rpartition(".")[2]
            assert last.endswith("]") or there.startswith(last), (line, there)


@given(st.data())
def test_the_order_of_entries_changes_no_finding(data: st.DataObject) -> None:
    """The same is found wrong in whatever order the instances are listed."""
    ways = [{"name": "x"}, {"crn": "y"}, {"limit_seconds": -1}, {"bogus": 1}, {"tags": ["t"]}, {"crn": crn(1)}, {}]
    entries = [{"name": f"n{n}", "crn": crn(n + 5), **data.draw(st.sampled_from(ways))} for n in range(5)]
    shuffled = data.draw(st.permutations(entries))
    assert _findings(entries) == _findings(shuffled)


def _findings(entries: list[dict[str, Any]]) -> list[str]:
    mapping = {"version": 3, "account_id": ACCOUNT, "plan": "premium", "instances": entries}
    return sorted(re.sub(r"\[\d+\]", "[]", line) for line in problems(mapping))
