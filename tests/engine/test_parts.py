"""The pure parts of the engine: values, URNs, paths, differences, secrets, and the order of deletions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.engine.diff.object_diff import changes
from pulumi_ibm_quantum.engine.diff.property_path import parse_path, put_back
from pulumi_ibm_quantum.engine.protocol.provider_host import last_sentence
from pulumi_ibm_quantum.engine.protocol.wire import from_struct, to_struct
from pulumi_ibm_quantum.engine.run.deletion import waves
from pulumi_ibm_quantum.engine.state.deployment import Deployment, drop_dangling
from pulumi_ibm_quantum.engine.state.integrity import integrity_errors
from pulumi_ibm_quantum.engine.state.passphrase import open_crypter
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import make_urn
from pulumi_ibm_quantum.engine.state.values import (
    UNKNOWN,
    Reference,
    Secret,
    from_state,
    redact,
    remark_secrets,
    same,
    to_state,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, width=32)
    | st.text(max_size=5)
)
MARKED = (
    st.just(UNKNOWN)
    | st.builds(Secret, st.integers(0, 9))
    | st.builds(Reference, st.text("ab", min_size=1), st.text("cd", min_size=1), st.just(""))
)
VALUES = st.recursive(
    SCALARS | MARKED,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
PROPERTIES = st.dictionaries(st.text("abc", min_size=1, max_size=3), VALUES, max_size=4)


def secrets(value: Any) -> list[Any]:
    """What is secret in a value, by property."""
    if isinstance(value, dict):
        return [found for key in sorted(value) for found in secrets(value[key])]
    if isinstance(value, list):
        return [found for item in value for found in secrets(item)]
    return [value.value] if isinstance(value, Secret) else []


@given(PROPERTIES)
def test_values_survive_the_wire_and_the_state(properties: dict[str, Any]) -> None:
    """What goes over the wire or into the state comes back as it was, marks included."""
    wire = from_struct(to_struct(properties))
    stored = from_state(to_state(properties, lambda text, _: text[::-1]), lambda text: text[::-1])
    assert redact(wire) == redact(stored) == redact(properties)
    assert secrets(wire) == secrets(stored) == secrets(properties)


def test_whole_doubles_come_back_as_integers() -> None:
    """Numbers travel as doubles; what was an integer is one again, and true stays a truth."""
    back = from_struct(to_struct({"i": 5, "f": 2.5, "b": True, "big": 1e300}))
    assert {key: repr(value) for key, value in back.items()} == {"i": "5", "f": "2.5", "b": "True", "big": "1e+300"}


@given(VALUES, VALUES)
def test_same_is_an_equality(one: Any, other: Any) -> None:
    """Comparison is symmetric, and true of a value and itself unless something in it is unknown."""
    assert same(one, other) == same(other, one)
    assert same(one, one) or "UNKNOWN" in repr(one) or "Secret" in repr(one)
    assert not same(True, 1)
    assert not same(UNKNOWN, UNKNOWN)


def test_secrets_are_marked_again_by_key() -> None:
    """What a provider echoes in clear is secret again if its input was, however deep."""
    sent = {"a": Secret(1), "b": [Secret(2)], "c": 3}
    assert remark_secrets({"a": 1, "b": [2], "c": 3, "d": 4}, sent) == {
        "a": Secret(1),
        "b": Secret([2]),
        "c": 3,
        "d": 4,
    }


def test_a_ciphertext_of_the_real_cli_opens() -> None:
    """Salt and ciphertext below were written by the Pulumi CLI with the passphrase `pw`."""
    crypter = open_crypter("pw", "v1:e2jQlO8bBbI=:v1:f5SevYu3Yi9Y228x:8TmNxU1vVXXviPH9JrOzd161xl0cGA==")
    assert crypter.decrypt("v1:KcuGOTki1RFrsrTU:BUPQiHqM07aqqoiG0Ysun0GitzIXWg==") == '"hush"'
    sealed = crypter.encrypt("text")
    assert crypter.encrypt("text", sealed) == sealed
    assert crypter.encrypt("other", sealed) != sealed


@pytest.mark.parametrize(
    ("parent", "urn"),
    [
        ("", "urn:pulumi:s::p::t:m:T::n"),
        ("urn:pulumi:s::p::pulumi:pulumi:Stack::p-s", "urn:pulumi:s::p::t:m:T::n"),
        ("urn:pulumi:s::p::a:b:C::x::y", "urn:pulumi:s::p::a:b:C$t:m:T::n"),
        ("urn:pulumi:s::p::a:b:C$d:e:F::x", "urn:pulumi:s::p::a:b:C$d:e:F$t:m:T::n"),
    ],
)
def test_a_urn_holds_the_types_of_its_parents(parent: str, urn: str) -> None:
    """Each parent's type is part of a child's URN, but for the stack's."""
    assert make_urn("s", "p", parent, "t:m:T", "n") == urn


def test_property_paths() -> None:
    """Dots, indices, wildcards and quoted names are read."""
    assert parse_path('a.b[0].c["d.e"][*]') == ("a", "b", 0, "c", "d.e", "*")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a", {"a": 1, "b": {"c": [5, 6], "d": 7}, "new": 8}),
        ("b.d", {"a": 2, "b": {"c": [5, 6], "d": 3}, "new": 8}),
        ("b.c[1]", {"a": 2, "b": {"c": [5, 2], "d": 7}, "new": 8}),
        ("b.c[*]", {"a": 2, "b": {"c": [1, 2], "d": 7}, "new": 8}),
        ("new", {"a": 2, "b": {"c": [5, 6], "d": 7}}),
        ("gone", {"a": 2, "b": {"c": [5, 6], "d": 7}, "gone": 4, "new": 8}),
    ],
)
def test_ignored_changes_are_put_back(path: str, expected: dict[str, Any]) -> None:
    """What a path names gets its old value back, also where there was none, or is none now."""
    olds = {"a": 1, "b": {"c": [1, 2], "d": 3}, "gone": 4}
    news = {"a": 2, "b": {"c": [5, 6], "d": 7}, "new": 8}
    assert put_back(news, olds, [path]) == (expected, [])


def test_an_ignored_path_through_what_is_new_cannot_be_put_back() -> None:
    """A path through something that was added is reported, and nothing is changed."""
    assert put_back({"a": {"b": 1}}, {}, ["a.b"]) == ({"a": {"b": 1}}, ["a.b"])


def test_differences_are_named_by_path() -> None:
    """Objects and lists are compared inside; what the SDK hides is not compared."""
    olds = {"a": 1, "l": [1, 2, 3], "o": {"x": 1, "y": 2}, "__provider": "p"}
    news = {"a": 1, "l": [1, 5], "o": {"x": 1, "z.z": 3}, "__provider": "q", "n": UNKNOWN}
    found = [(change.path, change.kind) for change in changes(olds, news)]
    assert found == [("l[1]", "update"), ("l[2]", "delete"), ("n", "add"), ("o.y", "delete"), ('o["z.z"]', "add")]


TRACEBACK = 'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    raise Y\n'


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        (TRACEBACK + "app.errors.QuotaError: the budget is used up\n", "the budget is used up"),
        (TRACEBACK + "app.QuotaError: two\nlines\n", "two\nlines"),
        (TRACEBACK + "KeyError: 'name'\n", "KeyError: 'name'"),
        (TRACEBACK + "ValueError: no such region\n", "no such region"),
        (TRACEBACK + "app.Empty\n", "Empty"),
        (
            TRACEBACK
            + "A: first\n\nDuring handling of the above exception, another exception occurred:\n\n"
            + TRACEBACK
            + "B: second\n",
            "second",
        ),
        ("connection reset", "connection reset"),
    ],
)
def test_of_a_providers_traceback_only_the_sentence_is_left(details: str, sentence: str) -> None:
    """The message of the last exception is what is shown; a bare built-in exception keeps its name."""
    assert last_sentence(details) == sentence


def node(name: str, *dependencies: str, **fields: Any) -> Resource:
    """A resource of a small graph."""
    urns = tuple(f"urn:pulumi:s::p::t::{item}" for item in dependencies)
    return Resource(urn=f"urn:pulumi:s::p::t::{name}", type="t", custom=False, dependencies=urns, **fields)


@given(st.lists(st.sets(st.integers(0, 9)), max_size=10))
def test_nothing_is_deleted_before_what_depends_on_it(edges: list[set[int]]) -> None:
    """In whatever graph, a resource's wave comes after those of all that depend on it."""
    resources = [
        node(str(index), *(str(target) for target in sorted(targets) if target < index))
        for index, targets in enumerate(edges)
    ]
    wave = {item.urn: number for number, items in enumerate(waves(resources)) for item in items}
    assert len(wave) == len(resources)
    assert all(wave[item.urn] < wave[urn] for item in resources for urn in item.dependencies)


def test_dangling_references_are_dropped() -> None:
    """After a refresh, what named a vanished resource forgets it, and its children go to its parent."""
    parent, child = node("g"), node("c", "x", parent="urn:pulumi:s::p::t::x")
    gone = node("x", parent=parent.urn)
    assert integrity_errors(Deployment((parent, child))) != []
    kept = drop_dangling([parent, child])
    assert integrity_errors(Deployment(kept)) == []
    assert kept[1].dependencies == ()
    assert drop_dangling([parent, gone, child])[2] is child


def test_the_public_face_is_what_it_says() -> None:
    """Each name of the engine's face is there to be seen and used."""
    assert set(engine.__all__) == set(dir(engine))
    assert all(getattr(engine, name) for name in engine.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        engine.nothing  # noqa: B018
