"""A pull request from its branch to its update, in a git repository, with an account that goes on meanwhile."""

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from tests.support.desk import Desk, desk, three_teams
from tests.support.either_engine import WITH_THE_CLI, attempt

PROJECT = Path("stacks/project.yaml")
under_both_engines = pytest.mark.parametrize("engine", ["ibm-quantum", pytest.param("pulumi", marks=WITH_THE_CLI)])


class Repository:
    """A project folder under git, and the steps of a pipeline in it."""

    def __init__(self, at: Desk) -> None:
        self.at, self.folder = at, at.folder
        self.git("init", "-q", "-b", "main")
        (self.folder / ".gitignore").write_text("state/\n*.json\n*.md\n", encoding="utf-8")
        self.commit("the account as code")

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        done = subprocess.run(
            ["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def run(self, *arguments: str, key: bool = True) -> Result:
        """Call ``ibm-quantum`` as a job does: with the key, or with nothing at all of the account."""
        environment: dict[str, str | None] = {**self.at.environment, "PULUMI_STACK": "test"}
        if not key:
            secret = [name for name in environment if name.startswith(("IBM", "PULUMI_CONFIG", "PULUMI_BACKEND"))]
            environment |= dict.fromkeys(secret)
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            return CliRunner().invoke(ibm_quantum, arguments, env=environment)
        finally:
            os.chdir(before)

    def snapshot(self) -> None:
        assert self.run("snapshot", "--config", str(PROJECT), "--output", "snapshot.json").exit_code == 0

    def report(self, *more: str) -> Result:
        """Review what is checked out against ``main``, without a key, a state or a passphrase."""
        (self.folder / "base.yaml").write_text(self.git("show", f"main:{PROJECT}"), encoding="utf-8")
        change = ("--base", "base.yaml", "--head", str(PROJECT), "--snapshot", "snapshot.json")
        return self.run("report", *change, "-o", "report.md", "-o", "report.json", *more, key=False)

    def update(self, engine: str = "ibm-quantum") -> tuple[int, str]:
        """Apply what is checked out as approved, with the engine of this name; return its status, and what it says."""
        if engine == "ibm-quantum":
            result = self.run("up", "--yes", "--snapshot", "snapshot.json", "--approved", "approved.json")
            return result.exit_code, result.output
        settings = ("--config=ibm-quantum:snapshot=snapshot.json", "--config=ibm-quantum:approved=approved.json")
        done = attempt(engine, self.at, "up", "--yes", "--non-interactive", "--skip-preview", *settings)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def fake() -> Fake:
    """The account of three teams, a few hours ago: a report is as old as this machine's clock says."""
    return three_teams(datetime.now(UTC) - timedelta(hours=3))


@pytest.fixture
def repository(tmp_path: Path, fake: Fake) -> Iterator[Repository]:
    """The project, applied once, with a branch on which ``calm`` counts double; its effect is approved."""
    with desk(tmp_path, fake) as at:
        for name in ("busy", "calm"):
            fake.add_usage(name, 900, when=fake.now - timedelta(hours=5))
        it = Repository(at)
        assert at.up().ok
        it.git("checkout", "-q", "-b", "calm-counts-double")
        at.configure(instances=[{**one, "weight": 2} if one["name"] == "calm" else one for one in entries(at)])
        it.commit("calm counts double")
        it.snapshot()
        assert it.report().exit_code == 2
        (it.folder / "report.json").rename(it.folder / "approved.json")
        fake.forget_calls()
        yield it


def entries(at: Desk) -> list[dict[str, object]]:
    instances: list[dict[str, object]] = at.configuration["instances"]
    return instances


def allocations(fake: Fake) -> dict[str, int]:
    return {one.name: one.allocation_seconds or 0 for one in fake.account.instances}


@under_both_engines
def test_a_change_is_reviewed_merged_and_applied_while_the_account_goes_on(
    repository: Repository, fake: Fake, engine: str
) -> None:
    """Two hours of usage pass between approval and update: other values, the same effect, and it is applied."""
    comment = (repository.folder / "report.md").read_text(encoding="utf-8")
    assert comment.startswith("**calm +")
    assert "| <code>calm</code> |" in comment
    assert "weight: not given =&gt; 2" in comment
    assert "crn:" not in comment
    approved = json.loads((repository.folder / "approved.json").read_text(encoding="utf-8"))["named"][0]

    fake.advance(timedelta(hours=2))
    fake.add_usage("busy", 60)
    repository.snapshot()
    again = repository.report("--approved", "approved.json", "--max-age", "1d")
    assert again.exit_code == 2, again.output
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--ff-only", "calm-counts-double")
    status, output = repository.update(engine)

    assert status == 0, output
    assert "calm: +" in output
    assert ", approved +" in output
    assert allocations(fake)["calm"] != approved["head"]["allocation_seconds"]
    assert abs(allocations(fake)["calm"] - approved["head"]["allocation_seconds"]) < 2_000
    assert repository.run("up", "--yes", "--snapshot", "snapshot.json", "--unattended").exit_code == 0


@under_both_engines
def test_what_moved_too_far_is_refused_before_the_merge_and_after_it(
    repository: Repository, fake: Fake, engine: str
) -> None:
    """The report says so, with status 1 and its file; merged all the same, nothing is written."""
    fake.add_usage("idle", 40_000, when=fake.now - timedelta(hours=3))
    repository.snapshot()
    again = repository.report("--approved", "approved.json")
    assert again.exit_code == 1, again.output
    assert "the change no longer does what was approved" in again.output
    assert (repository.folder / "report.md").read_text(encoding="utf-8").startswith("**This must not be applied.**")

    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--ff-only", "calm-counts-double")
    before = allocations(fake)
    status, output = repository.update(engine)
    assert status not in (0, 2)
    assert "calm: approved was +" in output
    assert (allocations(fake), fake.changes) == (before, ())


def test_what_others_merge_meanwhile_is_not_held_against_a_change(repository: Repository, fake: Fake) -> None:
    """The second of two pull requests is compared with what main says by then, and held to its own figures."""
    repository.git("checkout", "-q", "main")
    repository.at.configure(instances=[{**one, "description": "theirs"} for one in entries(repository.at)])
    path = repository.folder / PROJECT
    path.write_text(path.read_text(encoding="utf-8").replace("  weight: 2\n", ""), encoding="utf-8")
    repository.commit("another change")
    repository.git("checkout", "-q", "-b", "merged")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  name: calm\n", "  name: calm\n  weight: 2\n"), encoding="utf-8")
    repository.commit("calm counts double, on top of it")
    repository.snapshot()
    assert "which was not approved" in repository.update()[1]

    again = repository.report("--approved", "approved.json")
    assert again.exit_code == 2, again.output
    before, after = (
        json.loads((repository.folder / name).read_text(encoding="utf-8"))["approval"]
        for name in ("approved.json", "report.json")
    )
    assert {**before, "base": None} == {**after, "base": None}
    (repository.folder / "report.json").rename(repository.folder / "approved.json")
    assert repository.update()[0] == 0


def test_a_branch_that_changes_nothing_has_no_effect(repository: Repository) -> None:
    """Status 0, and a first line that says so: nobody needs a comment."""
    repository.git("checkout", "-q", "main")
    result = repository.report()

    assert result.exit_code == 0
    assert (repository.folder / "report.md").read_text(encoding="utf-8").startswith("**No effect on any instance.**")


def test_a_base_that_does_not_exist_is_no_base_to_compare_with(repository: Repository) -> None:
    """A misspelt name would make of the change what everything together does; left out, there is none."""
    change = ("report", "--head", str(PROJECT), "--snapshot", "snapshot.json")
    misspelt = repository.run(*change, "--base", "bsae.yaml", key=False)

    assert (misspelt.exit_code, misspelt.stdout) == (1, "")
    assert "bsae.yaml: does not exist; leave --base out where there was no configuration before" in misspelt.stderr
    assert repository.run(*change, key=False).exit_code == 2


def test_a_configuration_that_cannot_be_used_is_reported_by_line(repository: Repository) -> None:
    """The report is written all the same, so that the pull request says why."""
    path = repository.folder / PROJECT
    path.write_text(path.read_text(encoding="utf-8").replace("weight: 2", "weight: heavy"), encoding="utf-8")
    result = repository.report()

    assert result.exit_code == 1
    comment = (repository.folder / "report.md").read_text(encoding="utf-8")
    assert "weight: wants a number" in comment
    assert json.loads((repository.folder / "report.json").read_text(encoding="utf-8"))["verdict"] == "refused"


def test_nothing_of_a_pull_request_holds_a_secret(repository: Repository) -> None:
    """Neither the key nor the passphrase, in nothing that a job keeps or shows."""
    repository.report("-o", "report.html")
    secrets = (DEFAULT_API_KEY, repository.at.environment["PULUMI_CONFIG_PASSPHRASE"])
    for path in (*repository.folder.glob("*.json"), *repository.folder.glob("*.md"), *repository.folder.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not [secret for secret in secrets if secret in text], path.name


def test_drift_is_told_apart_from_what_moves_with_usage(repository: Repository, fake: Fake) -> None:
    """Usage moves and nothing has drifted; somebody changes one, and its three values are told."""
    fake.add_usage("busy", 3_000)
    clean = repository.run("drift")
    assert (clean.exit_code, clean.stdout.count("\n")) == (0, 1)
    assert "Nothing has drifted since the last run" in clean.stdout

    fake.change_instance("idle", allocation_seconds=500)
    table = repository.run("drift")
    document = json.loads(repository.run("drift", "--format", "json").stdout)
    assert table.exit_code == 2
    assert "idle      1m       8m 20s  1m" in table.stdout
    assert "someone-else" in table.stdout
    assert [(one["name"], one["live"]["allocation_seconds"]) for one in document["drifts"]] == [("idle", 500)]
    assert "someone-else" not in repository.run("drift", "--format", "markdown").stdout


def test_drift_of_a_state_that_is_kept_elsewhere(repository: Repository, fake: Fake) -> None:
    """What `pulumi stack export` prints will do; what has no run of ours in it is named."""
    exported = repository.run("stack", "export").stdout
    (repository.folder / "state.json").write_text(exported, encoding="utf-8")
    assert repository.run("drift", "--state", "state.json").exit_code == 0

    for damaged in (
        "{}",
        "[]",
        '{"deployment": {"resources": [{"type": "a"}]}}',
        exported.replace("urn:pulumi:", "u:"),
    ):
        (repository.folder / "state.json").write_text(damaged.replace("::", ":"), encoding="utf-8")
        refused = repository.run("drift", "--state", "state.json")
        assert refused.exit_code == 1
        assert "no run of a FairShare is in this state" in refused.output


def test_drift_is_from_the_last_run_of_the_same_instances(repository: Repository, fake: Fake) -> None:
    """A stack may have a FairShare for each plan: that of another plan knows nothing of these."""
    exported = json.loads(repository.run("stack", "export").stdout)
    resources = exported["deployment"]["resources"]
    ours = next(one for one in resources if one["type"] == "ibm-quantum:index:FairShare")
    last = {**json.loads(ours["outputs"]["last_run"]), "instances": {"of-another-plan": {"allocation_seconds": 60}}}
    other = {**ours, "urn": f"{ours['urn']}-of-another-plan", "outputs": {"last_run": json.dumps(last)}}
    resources.insert(0, other)
    (repository.folder / "state.json").write_text(json.dumps(exported), encoding="utf-8")
    assert repository.run("drift", "--state", "state.json").exit_code == 0
    fake.change_instance("idle", allocation_seconds=500)

    assert repository.run("drift", "--state", "state.json").exit_code == 2


def test_a_report_of_300_instances_fits_into_a_comment(tmp_path: Path) -> None:
    """However many there are: the largest first, the rest counted."""
    fake = three_teams(datetime.now(UTC))
    with desk(tmp_path, fake) as at:
        for number in range(300):
            fake.add_instance(f"a-project-with-a-rather-long-name-{number:03}", allocation_seconds=10)
        more = [{"name": one.name, "crn": one.crn} for one in fake.account.instances if one.name.startswith("a-p")]
        at.configure(instances=[*entries(at), *more])
        it = Repository(at)
        it.snapshot()
        at.configure(instances=[{**one, "weight": 3, "minimum_allocation_seconds": 70} for one in entries(at)])
        it.report()
        comment = (it.folder / "report.md").read_text(encoding="utf-8")

    assert 10_000 < len(comment) <= 60_000
    assert " more, " in comment
