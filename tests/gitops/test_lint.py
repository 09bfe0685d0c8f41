"""The pipelines pass the checkers of their kinds, keep what is promised of them, and a broken one is found."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.pipelines import GITOPS, SCRIPTS, lint

WORKFLOWS = sorted((GITOPS / "github").glob("*.yml"))
GITLAB = GITOPS / "gitlab" / ".gitlab-ci.yml"
# Younger than the newest actionlint: https://docs.github.com/en/actions/reference/workflows-and-actions/concurrency
_UNKNOWN = r'unexpected key "queue" for "concurrency" section'


def jobs() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            yield path, job


def broken(tmp_path: Path, name: str, before: str, after: str) -> Path:
    """Write a workflow with a mistake in it."""
    text = (GITOPS / "github" / name).read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / name
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return path


def test_every_script_passes_shellcheck(tmp_path: Path) -> None:
    """And one that forgets its quotes does not."""
    passed = lint("shellcheck", *sorted(SCRIPTS.glob("*.sh")))
    (tmp_path / "bad.sh").write_text("#!/usr/bin/env bash\nrm -rf $1\n")

    assert passed.returncode == 0, passed.stdout
    assert "SC2086" in lint("shellcheck", tmp_path / "bad.sh").stdout


def test_every_pipeline_is_of_its_schema(tmp_path: Path) -> None:
    """And a misspelt key is found."""
    github = lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)
    gitlab = lint("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", GITLAB)
    misspelt = broken(tmp_path, "drift.yml", "runs-on:", "run-on:")

    assert github.returncode == 0, github.stdout
    assert gitlab.returncode == 0, gitlab.stdout
    assert lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", misspelt).returncode == 1


def test_no_workflow_opens_a_door(tmp_path: Path) -> None:
    """And what runs the name of somebody's branch as a script, or whatever an action will be tomorrow, is found."""
    passed = lint("zizmor", "--offline", "--no-progress", *WORKFLOWS)
    injected = broken(
        tmp_path, "comment.yml", "scripts/github-report.sh", "echo ${{ github.event.workflow_run.head_branch }}"
    )
    unpinned = broken(tmp_path, "review.yml", "checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "checkout@v7")
    found = lint("zizmor", "--offline", "--no-progress", injected, unpinned).stdout

    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "template-injection" in found
    assert "unpinned-uses" in found


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="there is no actionlint on the PATH")
def test_every_workflow_passes_actionlint(tmp_path: Path) -> None:
    """And an expression that names no step is found."""
    passed = lint("actionlint", "-no-color", "-ignore", _UNKNOWN, *WORKFLOWS)
    misnamed = broken(tmp_path, "nightly.yml", "steps.update.outputs", "steps.updates.outputs")

    assert passed.returncode == 0, passed.stdout
    assert "is not defined in object type" in lint("actionlint", "-no-color", "-ignore", _UNKNOWN, misnamed).stdout


def test_every_action_is_pinned_by_its_digest() -> None:
    """One digest for an action throughout, with its version for people."""
    used = [one for path in WORKFLOWS for one in re.findall(r"uses: (\S+)( #.*)?", path.read_text(encoding="utf-8"))]
    pins = dict(name.split("@") for name, _ in used)

    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) and re.fullmatch(r" # v[\d.]+", tag) for name, tag in used)
    assert {f"{name}@{digest}" for name, digest in pins.items()} == {name for name, _ in used}


def test_rights_are_given_to_jobs_alone_and_secrets_to_environments() -> None:
    """The review has neither a secret nor the right to write; a job that has a secret is of an environment."""
    for path, job in jobs():
        text = path.read_text(encoding="utf-8")
        assert "\npermissions: {}\n" in text, path
        assert ("secrets." in text) == ("environment" in job), path
        assert job["timeout-minutes"] <= 60
    review = (GITOPS / "github" / "review.yml").read_text(encoding="utf-8")
    assert ": write" not in review
    assert "pull_request_target" not in "".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)


def test_what_writes_to_a_stack_waits_for_its_turn() -> None:
    """The update and the nightly run are of one group, and nothing of it is cancelled or left out."""
    groups = [
        yaml.safe_load(path.read_text(encoding="utf-8"))["concurrency"]
        for path, job in jobs()
        if "update.sh" in str(job)
    ]
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    writers = [job for job in gitlab.values() if isinstance(job, dict) and "update.sh" in str(job.get("script"))]

    assert groups == [{"group": "quantum-production", "cancel-in-progress": False, "queue": "max"}] * 2
    assert [job["extends"] for job in writers] == [".writes"] * 3
    assert (gitlab[".writes"]["resource_group"], gitlab[".writes"]["interruptible"]) == ("quantum-production", False)


def test_the_pipelines_call_scripts_that_there_are() -> None:
    """And there is none that nobody calls."""
    scripts = {path.name for path in SCRIPTS.glob("*.sh")}
    text = "".join(path.read_text(encoding="utf-8") for path in [*WORKFLOWS, GITLAB, *SCRIPTS.glob("*.sh")])
    called = set(re.findall(r"(?:scripts|\$here)/([\w-]+\.sh)", text)) | set(re.findall(r'"\)/([\w-]+\.sh)', text))

    assert called == scripts
    assert all(path.stat().st_mode & 0o111 for path in SCRIPTS.glob("*.sh"))
