"""What the pipelines say and believe on GitLab, whose API is a fake on loopback."""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.support.gitlab import GitLab, serve_gitlab
from tests.support.pipelines import Pipeline

pytestmark = pytest.mark.skipif(
    not (shutil.which("jq") and shutil.which("curl")), reason="the pipelines' image has jq and curl, this one has not"
)


@pytest.fixture
def gitlab(main_branch: Pipeline) -> Iterator[GitLab]:
    """A project with one open merge request, whose newest pipeline has a report."""
    with serve_gitlab() as it:
        main_branch.environment |= it.environment
        it.answers = {
            "merge_requests": [{"iid": 7}],
            "merge_requests/7/pipelines": [{"id": 3}],
            "pipelines/3/jobs": [{"id": 5, "name": "effect"}],
        }
        yield it


def tell(main_branch: Pipeline, gitlab: GitLab, text: str, verdict: str) -> list[str]:
    """Let the report be so, and the job that writes notes run; give what the notes end with."""
    gitlab.answers["jobs/5/artifacts/out/report.md"] = text
    gitlab.answers["jobs/5/artifacts/out/report.json"] = json.dumps({"verdict": verdict, "warnings": []})
    done = main_branch.job_without_secrets("gitlab-comments.sh")
    assert done.returncode == 0, done.stderr
    return [one["body"].splitlines()[-1] for one in gitlab.notes]


def test_a_report_is_one_note_that_is_edited(main_branch: Pipeline, gitlab: GitLab) -> None:
    """None where there is no effect, and one that is there is corrected."""
    assert tell(main_branch, gitlab, "nothing", "no effect") == []
    assert tell(main_branch, gitlab, "this & that = more", "effect") == ["this & that = more"]
    assert tell(main_branch, gitlab, "must not", "refused") == ["must not"]
    assert tell(main_branch, gitlab, "nothing", "no effect") == ["nothing"]


def test_an_issue_is_open_while_its_file_is_there(main_branch: Pipeline, gitlab: GitLab) -> None:
    """It is opened once, edited, and closed."""
    file = main_branch.folder / "drift.md"
    states = []
    for text in ("one", "two", None):
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        done = main_branch.job_without_secrets("gitlab-issue.sh", "quantum-drift", "Drift", str(file))
        assert done.returncode == 0, done.stderr
        states.append([(one["state"], one["description"]) for one in gitlab.issues])

    assert states == [[("opened", "one")], [("opened", "two")], [("closed", "two")]]


def test_what_was_approved_is_the_report_of_the_merge_request(main_branch: Pipeline, gitlab: GitLab) -> None:
    """Of its merge train, merged results or branch, once it has landed; no merge request, and there is none."""
    artifacts = "jobs/artifacts/refs/merge-requests/7/{}/raw/out/report.json"
    missing = main_branch.job_without_secrets("gitlab-approved.sh", "7")
    gitlab.answers[artifacts.format("head")] = "of the branch"
    of_branch = main_branch.job_without_secrets("gitlab-approved.sh", "7")
    gitlab.answers[artifacts.format("merge")] = "of the result"
    of_result = main_branch.job_without_secrets("gitlab-approved.sh", "7")
    gitlab.answers[artifacts.format("train")] = "of the train"
    of_train = main_branch.job_without_secrets("gitlab-approved.sh", "7")
    in_train = main_branch.job_without_secrets("gitlab-approved.sh", "7", CI_MERGE_REQUEST_EVENT_TYPE="merge_train")
    pushed = main_branch.job_without_secrets("gitlab-approved.sh", "")

    assert (of_train.stdout, in_train.stdout) == ("of the train", "of the result")
    assert (of_branch.stdout, of_result.stdout) == ("of the branch", "of the result")
    assert (missing.returncode, pushed.returncode) == (1, 1)
    assert "merged came by no merge request" in pushed.stderr


def test_the_widget_counts_what_is_written(main_branch: Pipeline) -> None:
    """What is created and deleted apart; a report that refuses counts nothing."""
    live, gone = {"allocation_seconds": 60}, {"allocation_seconds": 0}
    report = {
        "named": [{"live": None, "head": live}, {"live": live, "head": gone}],
        "others": [{"live": live, "head": live}],
        "writes": ["new", "payer"],
    }
    counted = []
    for one in (report, {"verdict": "refused"}):
        path = main_branch.folder / "report.json"
        path.write_text(json.dumps(one))
        counted.append(json.loads(main_branch.job_without_secrets("gitlab-widget.sh", str(path)).stdout))

    assert counted == [{"create": 1, "update": 1, "delete": 1}, {"create": 0, "update": 0, "delete": 0}]
