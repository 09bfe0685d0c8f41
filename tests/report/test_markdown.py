"""The report as Markdown for a comment on a pull request."""

import html
import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ibm_quantum.balancer import Account, ConfiguredInstance, InstanceState, Policy, Usage, balance
from pulumi_ibm_quantum.report.markdown import markdown
from pulumi_ibm_quantum.report.report import Report
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY, account, instance
from tests.support.reports import report_of

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/7d1f6a0c9b3e4a52a8c64f0e2b91d375:0b1c::"


def three(busy: str = "busy") -> Report:
    """One that gets more, one that gets less, and one that stays; 1000 s are held by others."""
    instances = [instance(busy, 2_000, used=1_500, recently=900), instance("idle", 5_000), instance("calm", 60)]
    return report_of(balance(account(8_060, 0, 1_500), instances, Policy(), TODAY))


def tables(text: str) -> list[list[list[str]]]:
    """The cells of each table as they are read; a line of a table is as a renderer splits it."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        rows = [line.strip().strip("|").split(" | ") for line in block.strip().splitlines()]
        assert len({line.count("|") for line in block.strip().splitlines()}) == 1, block
        found.append([[html.unescape(re.sub("</?code>", "", cell)).strip() for cell in row] for row in rows])
    return found


def test_the_verdict_comes_first_and_what_stays_is_folded() -> None:
    """How many would change, the account's figures, the changes with their reasons; the others behind a line."""
    text = markdown(three())
    figures, changes, unchanged = tables(text)

    assert text.startswith("**2 of 3 instances would change.** Plan premium of account <code>acc</code>. Usage as of ")
    assert dict(zip(figures[0], figures[2], strict=True)) == {
        "Budget": "2h 14m",
        "Used in 28 days": "25m",
        "Allocated afterwards": "2h 14m",
        "Unallocated": "0m",
        "Held by unconfigured instances": "17m",
    }
    assert [row[:5] for row in changes[2:]] == [
        ["busy", "33m => 1h 56m", "none", "25m", "0.75 => 0.22"],
        ["idle", "1h 23m => 1m", "none", "0s", "0.00"],
    ]
    assert changes[3][-1] == "inactive, held at the minimum"
    assert "<details><summary>1 stays as it is</summary>\n\n| Instance |" in text
    assert unchanged[2:] == [["calm", "1m", "none", "0s", "0.00"]]


def test_what_must_not_be_applied_says_so_first() -> None:
    """The verdict is that, and below it why; warnings have a list of their own."""
    result = balance(account(1_000, 0, 5_000), [instance("busy", 900, used=5_000)], Policy(9_000), TODAY)
    report = replace(report_of(result), warnings=("mind the gap",))
    text = markdown(report)

    assert text.startswith("**This must not be applied.** ")
    assert f"\n- {report.errors[0].split(':')[0]}" in text.split("|")[0]
    assert "Over budget: usage in 28 days has reached the budget" in text
    assert "Worth knowing:\n\n- mind the gap\n" in text


def test_no_crn_is_named() -> None:
    """A comment is read by more people than the account: where a sentence names a CRN it goes without."""
    report = replace(three(), warnings=(f"instance busy is called 'old' in the account ({CRN})", f"see {CRN} there"))

    assert "crn:" not in markdown(report)
    assert "- instance busy is called 'old' in the account\n- see there\n" in markdown(report)


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab |`*_<>&\\[]()#!~@$\n\r-1.: ")))
def test_a_name_stays_a_name(name: str) -> None:
    """Pipes, backticks, line breaks, HTML and all else of Markdown are read as they are, in tables and in lists."""
    report = replace(three(f"x{name}"), warnings=(name, "last"), unconfigured=(name,))
    text = markdown(report)

    assert tables(text)[1][2][0] == " ".join(f"x{name}".split())
    tags = {"<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>"}
    assert set(re.findall("<[^>]*>", text)) <= tags
    assert not re.search(r"[`*\[~]", text.replace("**", "", 2))
    assert not re.search(r"@(?!\u200b)", re.sub("<code>.*?</code>", "", text))


def test_an_infinite_fairness_and_debt_are_said() -> None:
    """An instance without an allocation that used time, and one above its limit."""
    states = [
        InstanceState("crn:a", "archived", 0, Limit.NONE, Usage(60)),
        InstanceState("crn:b", "stopped", 500, Limit.of(100), Usage(400)),
    ]
    result = balance(
        Account("acc", "premium", 2_000, 1_500, 460), [ConfiguredInstance(state) for state in states], Policy(), TODAY
    )
    archived, stopped = tables(markdown(report_of(result)))[1][2:]

    assert archived[4].startswith("inf => ")
    assert stopped[3] == "6m 40s (in debt)"


def test_an_account_without_instances_has_a_verdict() -> None:
    """Nothing to change is no empty table."""
    text = markdown(report_of(balance(account(0), [], Policy(), TODAY)))

    assert text.startswith("**0 of 0 instances would change.**")
    assert len(tables(text)) == 1
