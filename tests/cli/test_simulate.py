"""``ibm-quantum simulate``: what it prints of a file, and what it says of one that is wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.simulate import simulate
from pulumi_ibm_quantum.config import ConfigurationError
from tests.support.queue_files import QUEUE, SCRAPS


def run(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "queue.yaml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(simulate, [str(path), *options])


def test_the_tables_have_a_row_for_each_project_and_each_backend(tmp_path: Path) -> None:
    """Jobs, waits, time used; how long each backend was busy."""
    result = run(tmp_path, QUEUE)
    rows = {line.split()[0]: re.split(r"\s{2,}", line) for line in result.stdout.splitlines() if line}

    assert result.exit_code == 0
    assert rows["alpha"] == ["alpha", "2", "1", "0s", "0s", "30s"]
    assert rows["beta"] == ["beta", "3", "0", "50s", "1m 40s", "3m"]
    assert rows["ibm_two"] == ["ibm_two", "3", "3m", "3m", "100.0%"]


def test_scripts_get_every_job_in_the_order_of_the_file(tmp_path: Path) -> None:
    """With repeated ones counted, and seconds as numbers."""
    report = json.loads(run(tmp_path, QUEUE, "--format", "json").stdout)

    assert [job["name"] for job in report["jobs"]] == ["first", "m", "m-2", "m-3", ""]
    assert [job["start_seconds"] for job in report["jobs"]] == [0, 60, 120, 180, None]
    assert [job["wait_seconds"] for job in report["jobs"]] == [0, 0, 50, 100, None]
    assert [job["cancelled"] for job in report["jobs"]] == [False, False, False, False, True]
    assert report["window_seconds"] == 3600


def test_the_page_is_whole_and_loads_nothing(tmp_path: Path) -> None:
    """Well-formed, lanes for each backend and a drawing of the fractions, no address outside, no script."""
    page = run(tmp_path, QUEUE, "--format", "html").stdout
    tree = ElementTree.fromstring(page.removeprefix("<!doctype html>\n"))
    labels = [drawing.get("aria-label") for drawing in tree.iter() if drawing.get("aria-label")]
    titles = [title.text for title in tree.iter("title")]

    assert labels == [
        "Who ran when on ibm_one",
        "alpha on ibm_one",
        "Who ran when on ibm_two",
        "beta on ibm_two",
        "Fractions on all backends",
    ]
    assert "alpha first: waited 0s, ran 30s" in titles
    assert "beta m-3: waited 1m 40s, ran 1m" in titles
    assert "reserved: starts nothing" in titles
    assert not re.search(r"<script|https?://|url\(|@import", page)


def test_a_bar_is_where_its_job_ran(tmp_path: Path) -> None:
    """The widths of the bars are as the durations of the jobs, and their places as the starts."""
    page = run(tmp_path, QUEUE, "--format", "html").stdout
    tree = ElementTree.fromstring(page.removeprefix("<!doctype html>\n"))
    bars = {group.findtext("title"): group.find("rect") for group in tree.iter("g") if group.find("rect") is not None}
    first, last = (
        {name: float(bar.attrib[name].removesuffix("%")) for name in ("x", "width")}
        for title in ("alpha first: waited 0s, ran 30s", "beta m-3: waited 1m 40s, ran 1m")
        if (bar := bars[title]) is not None
    )

    assert last["width"] == pytest.approx(2 * first["width"], abs=0.2)
    assert last["x"] - first["x"] == pytest.approx(6 * first["width"], abs=0.2)


def test_names_cannot_become_markup(tmp_path: Path) -> None:
    """A project's name is text, whatever it looks like."""
    page = run(tmp_path, QUEUE.replace("alpha", '"<b>alpha<b>"'), "--format", "html").stdout

    assert "<b>alpha" not in page
    assert "&lt;b&gt;alpha" in page


def test_a_queue_of_many_jobs_makes_a_page_that_opens(tmp_path: Path) -> None:
    """Two hundred projects and ten thousand jobs: the top nodes have lanes, and the page stays below two megabytes."""
    hubs = "".join(
        f"- {{name: hub-{hub}, share: 1h, children: [{', '.join(f'{{name: p{p}, share: 1}}' for p in range(10))}]}}\n"
        for hub in range(20)
    )
    jobs = "".join(
        f"- {{project: hub-{n % 20}/p{n % 10}, backend: s, submitted_seconds: {n}, duration_seconds: 40, repeat: 50, "
        "every_seconds: 10m}\n"
        for n in range(200)
    )
    result = run(tmp_path, f"shares:\n{hubs}backends: [s]\njobs:\n{jobs}", "--format", "html")

    assert result.exit_code == 0
    assert len(result.stdout) < 2_000_000
    assert "hub-19" in result.stdout


MISTAKES = [
    ("accounting: all_backends", "acounting: x", ":3:1: acounting: is not a known key (did you mean accounting?)"),
    ("share: 10m", "share: ten", ':5:17: shares[0].share: wants a number of seconds or a duration'),
    ("share: 10m", "share: -1", ":5:17: shares[0].share: must not be negative, found -1"),
    (", duration_seconds: 1m", "", ":10:3: jobs[1].duration_seconds: is missing"),
    ("repeat: 3", "repeat: 0", "jobs[1].repeat: must be at least 1, found the number 0"),
    ("{project: alpha, backend: ibm_one, submitted_seconds: 10", "{project: x, backend: ibm_one, submitted_seconds: 10",
     ":11:4: jobs[2].project: 'x' is not among the shares"),
    ("backends: [ibm_one, ibm_two]", "backends: ibm_one", ":7:1: backends: wants a list"),
    ("backend: ibm_two", "backend: ibm_three", ":10:58: jobs[1].backend: 'ibm_three' is not among the backends"),
    ("start_seconds: -10m", "start_seconds: 10m", "past[0]: ends at 660, after the first submission"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), MISTAKES, ids=[row[2] for row in MISTAKES])
def test_a_mistake_is_told_in_one_line_with_its_place(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """File, line and column, the path in the file, and what to do; repeated jobs are told once."""
    assert right in QUEUE
    error = run(tmp_path, QUEUE.replace(right, wrong, 1)).exception

    assert isinstance(error, ConfigurationError)
    assert sentence in str(error)
    assert str(error).startswith(str(tmp_path / "queue.yaml"))
    assert "\n" not in str(error)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """One that is not there, and a folder."""
    for path, reason in [
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path, "cannot be read: Is a directory"),
    ]:
        error = CliRunner().invoke(simulate, [str(path)]).exception

        assert isinstance(error, ConfigurationError)
        assert str(error) == f"{path}: {reason}"


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """A line for each, in the order of the file."""
    text = (
        QUEUE.replace("share: 10m", "share: ten").replace("repeat: 3", "repeat: 0").replace("name: beta", "nam: beta")
    )
    error = run(tmp_path, text).exception

    assert isinstance(error, ConfigurationError)
    assert [problem.line for problem in error.problems] == [5, 6, 6, 10]


def test_whatever_the_file_says_the_answer_is_a_result_or_a_sentence(tmp_path: Path) -> None:
    """Any value in any place: no other exception than the one that is worded for people."""
    places = list(re.finditer(r"(?<=: )[^\s,{}\[\]][^,}\n]*", QUEUE))
    random = Random(5)
    for _ in range(300):
        text = QUEUE
        for place in sorted(random.sample(places, random.choice([1, 1, 3])), key=lambda one: -one.start()):
            text = text[: place.start()] + random.choice(SCRAPS) + text[place.end() :]
        result = run(tmp_path, text, "--format", random.choice(["table", "json", "html"]))
        assert result.exception is None or isinstance(result.exception, ConfigurationError), text


def test_tables_do_not_load_what_only_pages_need() -> None:
    """Neither the cloud client nor Pulumi is imported to simulate a file."""
    program = (
        "import sys; from pulumi_ibm_quantum.cli.simulate import simulate; "
        "simulate(standalone_mode=False); print(sorted({'requests', 'pulumi', 'grpc'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
