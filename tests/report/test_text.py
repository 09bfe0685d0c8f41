"""What the texts say, where it does not depend on the width."""

from dataclasses import replace
from datetime import timedelta

from pulumi_ibm_quantum.balancer import Policy, balance
from pulumi_ibm_quantum.report.text import explanation, text
from tests.support.accounts import TODAY, account, instance
from tests.support.reports import decision_of_balance, report_of


def test_the_text_begins_with_the_accounts_figures() -> None:
    """What there is, what becomes of it, the reserve, and what others hold; then a row an instance."""
    instances = [instance("busy", 2_000, used=1_500, recently=900), instance("calm", 600)]
    report = report_of(balance(account(8_000, 0, 1_600), instances, Policy(600, allocation_reserve_percent=10), TODAY))

    assert text(replace(report, unconfigured=("other", "third"))) == (
        "Account acc, plan premium: budget 2h 13m, used in 28 days 26m 40s\n"
        "Afterwards: allocated 2h 5m, unallocated 8m 20s\n"
        "Reserve: 10 percent of the budget, 13m 20s; shared out: 0s\n"
        "Held by unconfigured instances, left alone: 1h 30m\n"
        "\n"
        "INSTANCE      ALLOCATION  LIMIT  USED IN 28 DAYS  FAIRNESS  WHY\n"
        "busy      33m 20s => 25m   none              25m      0.75  100.0% of the pool\n"
        "calm                 10m   none               0s      0.00  no change\n"
        "\n"
        "Unconfigured: other, third"
    )


def test_the_verdict_counts_what_would_change() -> None:
    """How many, in which direction, and what the words of the table mean; one sentence where nothing would."""
    instances = [instance("busy", 1_000, used=500, recently=500), instance("idle", 1_000), instance("calm", 60)]
    report = report_of(balance(account(2_060, 0, 500), instances, Policy(60), TODAY))
    said = text(report)

    assert "2 of 3 would change: 1 lowered, 1 raised. Nothing was written.\nFairness is used in 28 days / " in said
    assert "Nothing would change." in text(replace(report, instances=report.instances[2:]))


def test_another_day_is_named() -> None:
    """Where limits are those of a day to come, the first line says so."""
    report = report_of(balance(account(0), [], Policy(), TODAY))

    assert text(replace(report, day=TODAY + timedelta(days=2))).splitlines()[0] == (
        "Net grants and limits as of 2026-06-17; usage as of 2026-06-15."
    )


def test_a_preview_fits_the_terminal() -> None:
    """Sentences and table alike."""
    instances = [instance("busy-with-a-long-name", 20_000, used=15_000, recently=9_000), instance("calm", 60)]
    decision = decision_of_balance(balance(account(21_000, 40), instances, Policy(), TODAY))

    assert (
        max(map(len, explanation(decision, 50).splitlines())) <= 50 < max(map(len, explanation(decision).splitlines()))
    )


def test_a_preview_explains_its_operations_and_shows_the_changes_alone() -> None:
    """How many are managed, written and created, and no row that changes nothing."""
    instances = [instance("busy", 2_000, used=1_500, recently=900), instance("calm", 60)]
    said = explanation(decision_of_balance(balance(account(2_100, 40), instances, Policy(), TODAY)))

    assert said.splitlines()[:3] == [
        "2 instances managed, 1 to be written, 0 to be created.",
        "Account acc, plan premium: budget 35m, used in 28 days 0s",
        "Afterwards: allocated 35m, unallocated 0s",
    ]
    assert [line.split()[0] for line in said.splitlines()[4:]] == ["INSTANCE", "busy"]
