"""``report`` on a snapshot with jobs: what a change does to waiting, in each format, without a key."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result

from pulumi_ibm_quantum.fake import mock_ibm_quantum
from pulumi_ibm_quantum.report.change_markdown import LONGEST
from tests.support.accounts_with_days import crowded
from tests.support.command_line import configuration, one_line, run

CALM, BUSY = "calm", "busy | <b>@one</b>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Snapshots with jobs and without, a base that holds the busy team at too little, and a head that does not."""
    folder = tmp_path_factory.mktemp("report")
    fake = crowded(busy=BUSY)
    head, base = Path(configuration(folder, fake)), folder / "base.yaml"
    document = yaml.safe_load(head.read_text(encoding="utf-8"))
    document["instances"][0]["hold"] = True
    base.write_text(yaml.safe_dump(document), encoding="utf-8")
    with mock_ibm_quantum(fake):
        for name, options in (("plain", []), ("jobs", ["--jobs"])):
            taken = run("snapshot", "-c", str(base), "-o", str(folder / f"{name}.json"), *options)
            assert taken.exit_code == 0, taken.output
    return folder


def report(folder: Path, *options: str, snapshot: str = "jobs", base: str = "base") -> Result:
    files = {"--base": f"{base}.yaml", "--head": "project.yaml", "--snapshot": f"{snapshot}.json"}
    named = [part for option, name in files.items() for part in (option, str(folder / name))]
    return run("report", *named, "--max-age", "9999d", *options, key=None)


def document(folder: Path, *options: str, **files: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(report(folder, "--format", "json", *options, **files).stdout)
    return found


def test_reviewers_see_who_waits_longer_and_who_shorter(folder: Path) -> None:
    """One folded block that says what is inside, and names as text; not a word of it where nothing was kept."""
    result = report(folder)
    assert result.exit_code == 2, result.output
    summary, _, rows = result.stdout.partition("<summary>Waits ")[2].partition("</summary>")
    assert summary.startswith("in the 28 days to come: 1 longer, 1 shorter; ")
    assert f"| <code>{CALM}</code> | 700 | " in rows
    assert "busy &#124; &lt;b&gt;@one&lt;/b&gt;</code> | 840 | " in rows
    assert rows.count(" => ") >= 2
    assert "Waits" not in report(folder, snapshot="plain").stdout
    assert "Waits" not in report(folder, "--no-waits").stdout


def test_scripts_find_all_figures(folder: Path) -> None:
    """Without and with the change, of those that have jobs, and what they rest on; the effect is what it is without."""
    found = document(folder)
    waits = found.pop("waits")
    assert {one["name"] for one in waits["instances"]} == {BUSY, CALM}
    busy = next(one for one in waits["instances"] if one["name"] == BUSY)
    assert busy["head"]["p90_seconds"]["middle"] < busy["base"]["p90_seconds"]["middle"]
    assert (waits["days"], waits["resamples"]) == (28, 20)
    assert waits["jobs_digest"] == json.loads((folder / "jobs.json").read_text())["jobs_digest"]
    plain = document(folder, snapshot="plain")
    assert plain.pop("waits") is None
    for one in (found, plain):
        one["snapshot"].pop("age_seconds")
    assert found == plain


def test_the_page_has_a_table_of_waits(folder: Path) -> None:
    """With the ranges, and with what nobody can know."""
    page = report(folder, "--format", "html").stdout
    assert "1 longer, 1 shorter" in page
    assert "90th percentile without" in page
    assert "other accounts" in page
    assert "<b>@one" not in page


def test_the_same_files_give_the_same_waits(folder: Path) -> None:
    """Whoever runs it again, on however many cores, reads the same."""
    assert document(folder)["waits"] == document(folder)["waits"]


def test_no_effect_needs_no_forecast(folder: Path) -> None:
    """Where every allocation and limit stays there is nothing to wait for."""
    assert document(folder, base="project")["waits"] is None
    result = report(folder, "--waits", base="project")
    assert result.exit_code == 0, result.output


def test_waits_that_cannot_be_are_one_line(folder: Path) -> None:
    """Who asks for them is told how to take the snapshot; not with the status that says that there is an effect."""
    assert "`ibm-quantum snapshot --jobs`" in one_line(report(folder, "--waits", snapshot="plain"))


def test_the_report_stays_short(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many whose waits change, those that change most are shown, and the rest are counted."""
    monkeypatch.setattr("pulumi_ibm_quantum.report.change_markdown._MOST_WAITS", 1)
    text = report(folder).stdout
    assert "and 1 more." in text
    assert len(text) < LONGEST
