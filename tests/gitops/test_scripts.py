"""The scripts of the pipelines, run as a job runs them: what they leave behind, and how they end."""

import json
import signal
from pathlib import Path

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.engine_process import PATIENCE_SECONDS, wait_for
from tests.support.pipelines import Pipeline


def headline(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0]


def allocations(fake: Fake) -> dict[str, int]:
    return {one.name: one.allocation_seconds or 0 for one in fake.account.instances}


def approve(pipeline: Pipeline) -> Path:
    """Review the change, and keep its report as what was approved."""
    done = pipeline.job_without_secrets("review.sh", "main", str(pipeline.snapshot()))
    assert done.returncode == 0, done.stderr
    return (pipeline.out / "report.json").rename(pipeline.folder / "approved.json")


def test_a_review_without_secrets_writes_its_report(pipeline: Pipeline, fake: Fake) -> None:
    """It compares with the commit that it is given, on the figures of the snapshot, and asks nobody for anything."""
    snapshot = pipeline.snapshot()
    fake.forget_calls()
    done = pipeline.job_without_secrets("review.sh", "main", str(snapshot))
    report = json.loads((pipeline.out / "report.json").read_text())

    assert done.returncode == 0, done.stderr
    assert headline(pipeline.out / "report.md").startswith("**calm +")
    assert [one["name"] for one in report["named"]] == ["calm"]
    assert (pipeline.out / "report.html").exists()
    assert fake.calls == ()


def test_a_change_that_must_not_be_applied_has_a_report_too(pipeline: Pipeline) -> None:
    """The job fails, and the pull request is told why."""
    pipeline.at.configure(minimum_allocation_seconds=90_000)
    done = pipeline.job_without_secrets("review.sh", "main", str(pipeline.snapshot()))

    assert done.returncode == 1
    assert headline(pipeline.out / "report.md") == "**This must not be applied.**"
    assert json.loads((pipeline.out / "report.json").read_text())["verdict"] == "refused"


def test_a_change_is_held_to_its_approved_report(pipeline: Pipeline) -> None:
    """What came after the approval is found before the merge."""
    approved = approve(pipeline)
    pipeline.weigh("calm", 9)
    done = pipeline.job_without_secrets("review.sh", "main", str(pipeline.snapshot()), str(approved))

    assert done.returncode == 1
    assert "calm is not changed as approved" in (pipeline.out / "report.md").read_text()


def test_what_could_not_be_reviewed_does_not_pass(pipeline: Pipeline) -> None:
    """A command that is called wrongly ends as one that finds an effect; an older report is not taken for its own."""
    snapshot = str(pipeline.snapshot())
    pipeline.out.mkdir()
    (pipeline.out / "report.json").write_text("{}")
    called_wrongly = pipeline.job_without_secrets("review.sh", "main", snapshot, MAX_AGE="yesterday")

    assert called_wrongly.returncode == 1
    assert not (pipeline.out / "report.json").exists()
    assert pipeline.job_without_secrets("review.sh", "no-such-branch", snapshot).returncode == 1


def test_an_update_applies_what_was_approved_once(applied: Pipeline, fake: Fake, tmp_path: Path) -> None:
    """It says what was approved beside what was applied; a second run has nothing to do."""
    approved, outputs = approve(applied), tmp_path / "outputs"
    before = allocations(fake)
    first = applied.job("update.sh", str(approved), GITHUB_OUTPUT=str(outputs))
    told = (applied.out / "update.md").read_text()
    writes = len(fake.writes)
    second = applied.job("update.sh", str(approved), GITHUB_OUTPUT=str(outputs))

    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert outputs.read_text().split() == ["outcome=applied", "outcome=nothing"]
    assert told.startswith("**Applied.**\n")
    assert "calm: +" in told
    assert ", approved +" in told
    assert allocations(fake)["calm"] > before["calm"]
    assert len(fake.writes) == writes
    kept = [*applied.out.iterdir(), approved, applied.folder / "snapshot.json"]
    assert not [path for path in kept if DEFAULT_API_KEY in path.read_text()]
    assert DEFAULT_API_KEY not in first.stdout + first.stderr


def test_an_update_that_is_not_as_approved_writes_nothing(pipeline: Pipeline, fake: Fake) -> None:
    """The account has moved, or something else was merged: the comment begins with that."""
    approved = approve(pipeline)
    pipeline.weigh("calm", 9)
    done = pipeline.job("update.sh", str(approved))

    assert done.returncode == 1
    assert headline(pipeline.out / "update.md") == "**Not applied: this is no longer what was approved.**"
    assert fake.writes == ()


def test_a_guard_stops_a_night_and_leaves_an_issue(pipeline: Pipeline, fake: Fake) -> None:
    """Nobody has approved so large a cut: nothing is written, and the issue shows what would be."""
    done = pipeline.job("update.sh")
    issue = (pipeline.out / "guarded.md").read_text()

    assert done.returncode == 3
    assert issue.startswith("**Stopped by a guard: nothing was written.**\n")
    assert "stopped by a guard: calm would lose" in issue
    assert "<code>calm</code>" in issue
    assert fake.writes == ()


def test_observing_writes_nothing(pipeline: Pipeline, fake: Fake) -> None:
    """The first two weeks: every step is taken but the write."""
    done = pipeline.job("update.sh", OBSERVE="true", ATTENDED="true")

    assert done.returncode == 0, done.stdout
    assert headline(pipeline.out / "update.md") == "**Observed: nothing was written.**"
    assert fake.writes == ()


def test_a_cancelled_job_saves_its_state_and_lets_go_of_its_lock(pipeline: Pipeline, fake: Fake) -> None:
    """A pipeline tells the entry process alone; the run is told too, and ends what it has begun."""
    fake.inject(Fault("instances.update", delay_seconds=2, count=None))
    process = pipeline.start("update.sh", ATTENDED="true")
    wait_for(lambda: any(call.route == "instances.update" for call in fake.calls), PATIENCE_SECONDS)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1, said
    assert headline(pipeline.out / "update.md").startswith("**Failed")
    assert list(pipeline.at.state_folder.glob(".pulumi/locks/**/*.json")) == []


def test_only_the_lock_of_a_run_that_was_cut_short_is_released(main_branch: Pipeline) -> None:
    """The CLI would release anybody's: it is asked where this job's run has had the lock, and has not let go of it."""
    log, asked = main_branch.out / "update.log", main_branch.folder / "asked"
    command = main_branch.folder / "bin" / "pulumi"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    command.chmod(0o755)
    main_branch.commands.append(command.parent)
    main_branch.out.mkdir()
    for text in ("error: the stack is currently locked by 1 lock(s)\n", "Updating (test):\nDuration: 3s\n"):
        log.write_text(text)
        assert main_branch.job("release.sh", ENGINE="pulumi").returncode == 0
    assert not asked.exists()
    log.write_text("Updating (test):\n ~ calm updating\n")
    assert main_branch.job("release.sh", ENGINE="pulumi").returncode == 0
    assert asked.read_text() == "cancel --yes --non-interactive --stack test\n"


def test_a_lock_of_another_machine_is_left_alone(applied: Pipeline) -> None:
    """Of it nothing can be known here; a person is told who holds it."""
    lock = next(applied.at.state_folder.glob(".pulumi/locks/**/test")) / "theirs.json"
    lock.write_text(json.dumps({"pid": 1, "username": "runner", "hostname": "elsewhere", "timestamp": "2026-11-01"}))
    done = applied.job("release.sh")

    assert done.returncode == 1
    assert "runner@elsewhere" in done.stderr
    assert lock.exists()


def test_drift_is_told_until_it_is_gone(applied: Pipeline, fake: Fake) -> None:
    """Usage that moves is none; the file is there only where there is some."""
    fake.add_usage("calm", 9_000)
    clean = applied.job("drift.sh")
    assert (clean.returncode, (applied.out / "drift.md").exists()) == (0, False), clean.stderr
    fake.change_instance("calm", allocation_seconds=2_000)
    drifted = applied.job("drift.sh")

    assert drifted.returncode == 0, drifted.stderr
    assert "<code>calm</code>" in (applied.out / "drift.md").read_text()
    assert applied.job("drift.sh", STACK="no-such-stack").returncode == 1
    assert not (applied.out / "drift.md").exists()
