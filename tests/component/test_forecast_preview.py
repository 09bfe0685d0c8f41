"""The forecast in a preview: shown where it is wanted, and never a reason for anything."""

from datetime import timedelta
from pathlib import Path

from pulumi_ibm_quantum.fake import Fake, Fault, UsageEvent
from tests.support.desk import Desk, changes, desk, said, three_teams


def wanting_forecast(it: Desk) -> Desk:
    """The stack's settings ask for the forecast."""
    (it.folder / "stacks" / "Pulumi.test.yaml").write_text("config:\n  ibm-quantum:forecast: true\n", encoding="utf-8")
    return it


def busy_account() -> Fake:
    """Three teams, whose jobs waited."""
    fake = three_teams()
    for day in range(1, 40):
        fake.add_usage("busy", [UsageEvent(fake.now - timedelta(days=day), 600, 30, backend="ibm_fez")] * 3)
    return fake


def test_a_preview_shows_the_waits(tmp_path: Path) -> None:
    """Where the settings ask for it, a preview has the table of waits; an update, which waits for nobody, has not."""
    with desk(tmp_path, busy_account()) as it:
        wanting_forecast(it)
        preview = it.preview()
        assert "90TH PERCENTILE" in said(preview)
        assert "It took " in said(preview)
        assert "90TH PERCENTILE" not in said(it.up())


def test_a_forecast_changes_nothing_in_the_stack(tmp_path: Path) -> None:
    """What is forecast reaches neither state nor diff: after an update, a preview with a forecast has no changes."""
    with desk(tmp_path, busy_account()) as it:
        assert changes(wanting_forecast(it).up())
        preview = it.preview()
        assert "90TH PERCENTILE" in said(preview)
        assert changes(preview) == {}


def test_a_forecast_that_fails_keeps_nobody_from_previewing(tmp_path: Path) -> None:
    """Where the history cannot be read, a preview warns and goes on: the plan does not rest on it."""
    with desk(tmp_path, busy_account()) as it:
        wanting_forecast(it)
        it.fake.inject(Fault("analytics.by_date", status=403, count=None))
        preview = it.preview()
        assert preview.ok
        assert "no waits are forecast: could not read the usage of account" in said(preview)
        assert changes(preview)
