"""YAML as people and editors write it, and as nobody should."""

import time

import pytest
import yaml

from pulumi_ibm_quantum.documents import yaml_text
from tests.support.configurations import ENTRY, HEAD, crn, problems, read

WRONG = f"""\
{HEAD}base: &base
  name: one
  bogus: 1
instances:
  - <<: *base
    crn: "{crn(1)}"
  - {{name: two, crn: 5}}
  -   name:
        three
      crn: "{crn(1)}"
"""


def test_other_line_ends_and_a_byte_order_mark() -> None:
    """Windows line ends and a byte order mark change nothing, not even the places of problems."""
    text = HEAD + ENTRY
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read(windows) == read(text)
    assert problems("\ufeff" + "\r\n".join([*HEAD.splitlines(), "bogus: 1", "instances: []"])) == [
        "p.yaml:4:1: bogus: is not a known key"
    ]
    assert problems("\ufeffa: \x01") == ["p.yaml:1:4: not valid YAML: the character U+0001 is not allowed"]


def test_anchors_and_merge_keys() -> None:
    """Anchors and merge keys work as in YAML 1.1: what an entry says itself wins, then the first merged mapping."""
    text = f"""\
{HEAD}instances:
  - &first {{name: one, crn: "{crn(1)}", limit_seconds: 5, protect: false}}
  - &second {{<<: *first, name: two, crn: "{crn(2)}", limit_seconds: 6}}
  - {{<<: [*second, *first], name: three, crn: "{crn(3)}"}}
"""
    entries = read(text).instances
    assert [(entry.name, entry.limit_seconds.seconds, entry.protect) for entry in entries] == [
        ("one", 5, False),
        ("two", 6, False),
        ("three", 6, False),
    ]


PLACES = [
    "p.yaml:4:1: base: is not a known key",
    "p.yaml:6:3: instances[0].bogus: is not a known key",
    "p.yaml:10:17: instances[1].crn: wants text, found the number 5: put it in quotes",
    "p.yaml:13:7: instances[2].crn: is the same crn as instances[0].crn (line 9)",
]


def test_places() -> None:
    """A problem is at its key: in a merged mapping, in braces, and below a value on the next line."""
    assert problems(WRONG) == PLACES


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML has no libyaml the same is read and reported at the same places."""
    fast = read(HEAD + ENTRY)
    monkeypatch.setattr(yaml_text, "LOADER", yaml.SafeLoader)
    assert read(HEAD + ENTRY) == fast
    assert problems(WRONG) == PLACES
    assert problems("[" * 100_000) == ["p.yaml:1:51: is nested more than 50 levels deep"]
    assert problems("a:\n\t- b") == ["p.yaml:2:1: not valid YAML: a tab cannot indent: use spaces"]


def test_an_alias_bomb_is_defused() -> None:
    """A few lines that stand for a thousand million values are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    start = time.perf_counter()
    assert problems(HEAD + "\n".join(lines)) == [
        "p.yaml:1:1: aliases (*name) repeat more than 1000000 values: write out what is meant"
    ]
    merges = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 40))]
    assert len(problems(HEAD + "\n".join(merges))) == 41
    assert time.perf_counter() - start < 2


def test_a_chain_of_aliases_is_not_followed_to_its_end() -> None:
    """Lists within lists through aliases are no deeper for the reader than for the eye."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 1_300))]
    last = problems(HEAD + "\n".join(lines) + "\ninstances: [*a1299]\n")[-1]
    assert last == "p.yaml:1303:8: instances[0]: wants a mapping, found a list"


@pytest.mark.parametrize("value", ["!!int x", '!!int ""', '!!float ""', "!!bool x", "!!timestamp x", "9" * 5000, "="])
def test_scalars_that_yaml_cannot_make(value: str) -> None:
    """A scalar that is not what its tag says is judged as the text that it is."""
    (line,) = problems(f"{HEAD}{ENTRY}    limit_seconds: {value}\n")
    assert line.startswith("p.yaml:7:5: instances[0].limit_seconds: wants whole seconds or a duration")
