"""What the pipelines say and believe on GitHub; ``gh`` is a fake over a file."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.github import FORK, GitHub, artifact
from tests.support.pipelines import Pipeline

pytestmark = pytest.mark.skipif(
    not (shutil.which("jq") and shutil.which("unzip")), reason="GitHub's machines have jq and unzip, this one has not"
)
REPORT = {"verdict": "effect", "warnings": []}
REVIEWED = {"EVENT": "pull_request", "HEAD_SHA": "abc", "HEAD_BRANCH": "change", "HEAD_OWNER": "team"}
PULL = {"number": 12, "state": "open", "label": "team:change", "head": {"sha": "abc"}, "merge_commit_sha": "merged"}


@pytest.fixture
def github(main_branch: Pipeline, tmp_path: Path) -> GitHub:
    """The repository, with one open pull request from a fork."""
    (tmp_path / "github").mkdir()
    it = GitHub(tmp_path / "github")
    main_branch.environment |= it.environment
    main_branch.commands.append(it.commands)
    it.fill(pulls=[PULL])
    return it


def report(text: str, commit: str = "abc", created: str = "1", **changes: object) -> dict[str, object]:
    document = json.dumps({**REPORT, **changes})
    return artifact(f"report-{commit}", commit, created, report_md=text, report_json=document)


def comment(main_branch: Pipeline, **settings: str) -> None:
    done = main_branch.job_without_secrets("github-report.sh", **{**REVIEWED, **settings})
    assert done.returncode == 0, done.stderr


def test_a_report_is_one_comment_that_is_edited(main_branch: Pipeline, github: GitHub) -> None:
    """The second report replaces the first; somebody's comment that begins alike is left alone."""
    mine = {"id": 0, "issue": "12", "user": {"type": "User"}, "body": "<!-- quantum: effect -->\nmine"}
    github.fill(pulls=[PULL], artifacts=[report("first")], comments=[mine])
    comment(main_branch)
    github.fill(pulls=[PULL], artifacts=[report("first"), report("second", created="2")], comments=github["comments"])
    comment(main_branch)

    assert [one["body"].splitlines()[-1] for one in github["comments"]] == ["mine", "second"]


def test_no_effect_is_no_comment(main_branch: Pipeline, github: GitHub) -> None:
    """Unless there is one to correct, or something to be warned of; a refusal is always said."""
    nothing = report("none", verdict="no effect")
    github.fill(pulls=[PULL], artifacts=[nothing])
    comment(main_branch)
    assert github["comments"] == []
    github.fill(pulls=[PULL], artifacts=[report("no", verdict="refused")])
    comment(main_branch)
    github.fill(pulls=[PULL], artifacts=[nothing], comments=github["comments"])
    comment(main_branch)
    assert [one["body"].splitlines()[-1] for one in github["comments"]] == ["none"]


def test_a_report_goes_to_the_pull_request_whose_head_it_is_about(main_branch: Pipeline, github: GitHub) -> None:
    """One on an older commit comes too late, and what another commit's run has uploaded is not its report."""
    github.fill(pulls=[{**PULL, "head": {"sha": "newer"}}], artifacts=[report("old")])
    comment(main_branch)
    assert github["comments"] == []
    github.fill(pulls=[PULL], artifacts=[artifact("report-abc", "evil", "9", report_md="x", report_json="{}")])
    assert main_branch.job_without_secrets("github-report.sh", **REVIEWED).returncode == 1
    assert github["comments"] == []


def test_a_merge_queue_only_says_what_it_refuses(main_branch: Pipeline, github: GitHub) -> None:
    """The number is in the name of the branch that GitHub makes for it."""
    queue = {"EVENT": "merge_group", "HEAD_BRANCH": "gh-readonly-queue/main/pr-12-fed"}
    github.fill(artifacts=[report("fine")])
    comment(main_branch, **queue)
    assert github["comments"] == []
    github.fill(artifacts=[report("the account has moved", verdict="refused")])
    comment(main_branch, **queue)
    assert [(one["issue"], one["body"].splitlines()[-1]) for one in github["comments"]] == [
        ("12", "the account has moved")
    ]


def test_a_snapshot_is_believed_of_the_default_branch_alone(main_branch: Pipeline, github: GitHub) -> None:
    """The newest; not what a pull request has uploaded under the name, nor one from a fork's branch of that name."""
    github.fill(
        artifacts=[
            artifact("snapshot", "a", "1", branch="main", snapshot_json="old"),
            artifact("snapshot", "b", "2", branch="main", snapshot_json="new"),
            artifact("snapshot", "c", "3", branch="change", snapshot_json="of a pull request"),
            artifact("snapshot", "d", "4", branch="main", repository=FORK, snapshot_json="of a fork"),
        ]
    )
    done = main_branch.job_without_secrets("github-artifact.sh", "newest", "snapshot", "snapshot.json")

    assert done.stdout == "new"


def test_what_was_approved_is_the_first_report_on_the_commit_that_was_merged(
    main_branch: Pipeline, github: GitHub
) -> None:
    """A later one approves nothing, but that of the merge queue, which keeps it; no pull request approves nothing."""
    effects = [artifact("effect-abc", "abc", created, report_json=created) for created in ("2", "1", "3")]
    forged = artifact("report-merged", "evil", "4", report_json="4")
    github.fill(pulls=[PULL], artifacts=[*effects, forged])
    merged = {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "merged"}
    done = main_branch.job_without_secrets("github-approved.sh", **merged)
    pushed = main_branch.job_without_secrets("github-approved.sh", **{**merged, "GITHUB_SHA": "pushed"})

    assert (done.returncode, done.stdout) == (0, "1")
    assert pushed.returncode == 1
    assert "pushed came by no pull request" in pushed.stderr
    of_the_queue = artifact("report-merged", "merged", "5", report_json="of the queue")
    github.fill(pulls=[PULL], artifacts=[*effects, of_the_queue])
    queued = main_branch.job_without_secrets("github-approved.sh", **merged)
    assert (queued.returncode, queued.stdout) == (0, "of the queue")


def test_a_review_is_the_first_or_is_held_to_it(pipeline: Pipeline, github: GitHub, tmp_path: Path) -> None:
    """A pull request's first report is what will be approved; a merge queue without one is stopped."""
    snapshot = artifact("snapshot", "a", "1", branch="main", snapshot_json=pipeline.snapshot().read_text())
    github.fill(artifacts=[snapshot], pulls=[PULL])
    outputs = tmp_path / "outputs"
    queue = {"GITHUB_EVENT_NAME": "merge_group", "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-12-fed"}
    first = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": queue["GITHUB_REF"], "GITHUB_OUTPUT": str(outputs)}
    stopped = pipeline.job_without_secrets("github-review.sh", "main", **queue)
    done = pipeline.job_without_secrets("github-review.sh", "main", **first)

    assert stopped.returncode == 1
    assert "there is no artifact effect-abc of abc" in stopped.stderr
    assert done.returncode == 0, done.stderr
    assert outputs.read_text() == "effect=effect-abc\n"
    approved = artifact("effect-abc", "abc", "2", report_json=(pipeline.out / "report.json").read_text())
    github.fill(artifacts=[snapshot, approved], pulls=[PULL])
    pipeline.weigh("calm", 9)
    assert pipeline.job_without_secrets("github-review.sh", "main", **queue).returncode == 1
    assert "not changed as approved" in (pipeline.out / "report.md").read_text()


def test_an_issue_is_open_while_its_file_is_there(main_branch: Pipeline, github: GitHub) -> None:
    """It is opened once, edited, and closed."""
    file = main_branch.folder / "drift.md"
    states = []
    for text in ("one", "two", None):
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        done = main_branch.job_without_secrets("github-issue.sh", "quantum-drift", "Drift", str(file))
        assert done.returncode == 0, done.stderr
        states.append([(one["open"], one["body"]) for one in github["issues"]])

    assert states == [[(True, "one")], [(True, "two")], [(False, "two")]]
