"""What a person reads."""

from __future__ import annotations

from pulumi_ibm_quantum.engine.display.report import render
from pulumi_ibm_quantum.engine.display.text import Style, show
from pulumi_ibm_quantum.engine.state.values import UNKNOWN, Secret
from tests.support.engine_projects import Project, group, ref, secret, thing


def test_a_report_of_every_kind_of_change(project: Project) -> None:
    """Each kind of change has its symbol, its properties from old to new, and its reason."""
    project.program(
        group("g"),
        thing("kept", {"parent": "g"}),
        thing("grows", {"parent": "g", "hide_diffs": ["noise"]}, size=1, list=[1, 2], token=secret("x"), noise=1),
        thing("moves", size=1),
        thing("uses", of=ref("moves.id")),
        thing("goes"),
        exports={"kept": 1, "gone": 2},
    )
    project.run()
    project.program(
        group("g"),
        thing("kept", {"parent": "g"}),
        thing(
            "grows",
            {"parent": "g", "hide_diffs": ["noise"]},
            size=2,
            list=[1, 3],
            token=secret("y"),
            noise=2,
            more=True,
        ),
        thing("moves", key="elsewhere", size=1),
        thing("uses", of=ref("moves.id")),
        thing("comes", size=7, text='say "hi"'),
        exports={"kept": 1, "new": ref("moves.id")},
    )
    lines = render(project.preview(), Style()).splitlines()
    body = "\n".join(line for line in lines if not line.startswith("Duration"))
    assert sorted(body.splitlines()) == sorted(EXPECTED.splitlines())
    assert body.splitlines()[0] == "Previewing update (dev)"


EXPECTED = """\
Previewing update (dev)

 ~ update   test:Thing grows  ~ list[1]: 2 => 3, + more: true, ~ size: 1 => 2, ~ token: [secret] => [secret]
+- replace  test:Thing moves  ~ key: "moves" => "elsewhere"  (forces replacement)
 ~ update   test:Thing uses  ~ of: "id-moves" => output<string>
 + create   test:Thing comes  key: "comes", size: 7, text: "say \\"hi\\""
 - delete   test:Thing goes

Outputs:
  - gone: 2
  + new: output<string>

Resources: 1 to create, 2 to update, 1 to replace, 1 to delete, 3 unchanged"""


def test_values_are_compact() -> None:
    """Values are on one line; what is long is cut."""
    assert show({"b": [1, 2.5, None, True], "a": Secret(1)}) == "{a: [secret], b: [1, 2.5, null, true]}"
    assert show([UNKNOWN, "é"]) == '[output<string>, "é"]'
    assert len(show("x" * 5000)) < 500


def test_colours_only_where_wanted(project: Project) -> None:
    """The same report with and without colours."""
    project.program(thing("a"))
    result = project.preview()
    coloured = render(result, Style(colour=True))
    assert "\x1b[32m + create  \x1b[0m" in coloured
    assert "\x1b[" not in render(result, Style())


def test_a_text_of_many_lines_is_shown_by_those_that_differ(project: Project) -> None:
    """In whatever it is nested; one line of it may hold what a terminal would obey."""
    project.program(thing("file", files={"a/b.txt": "one\ntwo\nthree\n"}))
    project.run()
    project.program(thing("file", files={"a/b.txt": "one\n2\x1b[1m\nthree\nfour\n"}))

    assert EXPECTED_LINES in render(project.preview(), Style())


EXPECTED_LINES = """
 ~ update   test:Thing file
       ~ files["a/b.txt"]:
           - two
           + 2\\x1b[1m
           + four
"""
