"""``analyze --format html``: a page that is whole, loads nothing, and shows what the plan says."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given, settings

from pulumi_ibm_quantum.balancer import (
    Account,
    ConfiguredInstance,
    InstanceState,
    NetGrant,
    Plan,
    Policy,
    Usage,
    balance,
)
from pulumi_ibm_quantum.fake import Fake
from pulumi_ibm_quantum.planning import PlannedAccount
from pulumi_ibm_quantum.report.html import account_page
from pulumi_ibm_quantum.report.html.allocations import shortened
from pulumi_ibm_quantum.report.html.budget import parts_after, parts_now
from pulumi_ibm_quantum.report.html.figures import Scale, brief
from pulumi_ibm_quantum.report.html.history import History
from tests.support.accounts import TODAY, balances
from tests.support.command_line import configuration, run
from tests.support.desk import RESOURCE_GROUP, UNCONFIGURED

HOSTILE = "<script>alert('1')</script> \"&amp; </style><img src=x onerror=alert(2)>"


class Elements(HTMLParser):
    """Every element of a page with its attributes, and its text; well-formed or it fails."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(plan: Plan, usage: Mapping[str, Mapping[date, int]]) -> str:
    now = datetime.combine(TODAY, datetime.min.time(), UTC)
    return account_page(PlannedAccount(plan, now, {}, {}, (), ()), TODAY, usage)


@pytest.fixture
def page(fake: Fake, tmp_path: Path) -> str:
    """The page of the account of three teams, one of them with a grant, and a team that is still to be created."""
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    grant = {"start_date": (fake.now - timedelta(days=10)).date(), "net_grant_seconds": 20_000}
    document["instances"][0] |= {"limit_seconds": 20_000, "net_grants": [grant]}
    document["instances"].append({"name": "new", "create": {"target": "eu-de", "resource_group": RESOURCE_GROUP}})
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    result = run("analyze", "--config", path, "--format", "html")
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_page_is_well_formed_and_names_every_instance(page: str) -> None:
    """Its elements nest, as HTML and as XML; each instance has a heading, and the unconfigured one is named."""
    parsed = Elements(page)
    tree = ElementTree.fromstring(page.removeprefix("<!doctype html>"))

    assert sorted(heading.text or "" for heading in tree.iter("h3")) == ["busy", "calm", "idle", "new"]
    assert [heading.text for heading in tree.iter("h2")][-5:] == [
        "Budget",
        "Allocations",
        "Fairness",
        "Usage",
        "All figures",
    ]
    assert UNCONFIGURED in parsed.text
    assert len([name for name, _ in parsed.elements if name == "svg"]) == 3 + 3


def test_the_page_loads_nothing(page: str) -> None:
    """No script, no address, no font, no picture, and a policy that lets a browser load none."""
    parsed = Elements(page)
    names = {name for name, _ in parsed.elements}
    attributes = {attribute for _, found in parsed.elements for attribute in found}

    assert not names & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "a", "form", "base"}
    assert not attributes & {"src", "href", "srcset", "xlink:href", "action", "style"}
    assert not [attribute for attribute in attributes if attribute.startswith("on")]
    assert not re.search(r"https?://|//[a-z]|url\(|@import|@font-face", page)
    assert any("default-src 'none'" in (found.get("content") or "") for _, found in parsed.elements)


def test_a_name_cannot_become_markup(fake: Fake, tmp_path: Path) -> None:
    """Names of the configuration and of the account appear as text, wherever they stand."""
    fake.change_instance(UNCONFIGURED, name=HOSTILE)
    path = configuration(tmp_path, fake)
    text = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    text["instances"] = [{**entry, "name": f"{HOSTILE}{i}"} for i, entry in enumerate(text["instances"][:3])]
    Path(path).write_text(yaml.safe_dump(text), encoding="utf-8")
    page = run("analyze", "--config", path, "--format", "html").stdout
    parsed = Elements(page)

    assert not {name for name, _ in parsed.elements} & {"script", "img"}
    assert parsed.text.count(HOSTILE) >= 3 * 4 + 1
    ElementTree.fromstring(page.removeprefix("<!doctype html>"))


def test_only_the_page_reads_days_of_all_instances(fake: Fake, tmp_path: Path) -> None:
    """The table needs no days without grants; the page asks once for each region, for 56 days."""
    path = configuration(tmp_path, fake)
    calls = {}
    for name in ("table", "html"):
        fake.forget_calls()
        run("analyze", "--config", path, "--format", name)
        calls[name] = [call.query for call in fake.calls if call.route == "analytics.by_date"]

    assert calls["table"] == []
    assert len(calls["html"]) == 2
    assert all("interval_start=2026-09-23" in query for query in calls["html"])


def test_the_page_has_the_figures_of_the_report(fake: Fake, tmp_path: Path) -> None:
    """The table at its end has a row for each instance with the new allocation and the reason."""
    path = configuration(tmp_path, fake)
    report = json.loads(run("analyze", "--config", path, "--format", "json").stdout)
    tree = ElementTree.fromstring(
        run("analyze", "--config", path, "--format", "html").stdout.removeprefix("<!doctype html>")
    )
    rows = {row[0].text: [cell.text or "" for cell in row] for row in tree.iter("tr")}
    idle = next(row for row in report["instances"] if row["name"] == "idle")

    assert rows["idle"][1:3] == ["11h 6m 40s", "1m"]
    assert idle["allocation_change_reason"] in rows["idle"][-1]


def test_a_plan_that_must_not_be_applied_says_so_on_the_page(fake: Fake, tmp_path: Path) -> None:
    """The page is written, its first notice is the error, and the status is 1."""
    path = configuration(tmp_path, fake, minimum_allocation_seconds=50_000)
    result = run("analyze", "--config", path, "--format", "html")

    assert result.exit_code == 1
    assert "This plan must not be applied" in Elements(result.stdout).text
    assert "minimum_allocation_seconds" in Elements(result.stdout).text


@settings(max_examples=60)
@given(balances())
def test_any_plan_makes_a_page(drawn: tuple[Account, list[ConfiguredInstance], Policy]) -> None:
    """Whatever the account is like, the page is well-formed, and both bars of the budget account for all of it."""
    account, instances, policy = drawn
    plan = balance(account, instances, policy, TODAY)
    usage = {one.state.crn: one.state.usage.by_day for one in instances if one.state.crn is not None}
    page = page_of(plan, usage)

    ElementTree.fromstring(page.removeprefix("<!doctype html>"))
    assert "nan" not in page
    assert "inf" not in page.replace("information", "")
    assert sum(part.seconds for part in parts_now(plan)) == account.budget_seconds
    if plan.total_seconds <= account.budget_seconds:
        assert sum(part.seconds for part in parts_after(plan)) == account.budget_seconds


def test_a_reserve_that_is_not_there_is_not_drawn() -> None:
    """Where allocations leave less than the reserve, the bar shows what is left, and ends at the budget."""
    state = InstanceState("crn:a", "a", 950, None, Usage(950, 950, 950, 950, 950))
    policy = Policy(allocation_reserve_percent=50)
    plan = balance(Account("acc", "premium", 1000, 50, 950), [ConfiguredInstance(state)], policy, TODAY)
    parts = {part.name: part.seconds for part in parts_after(plan)}

    assert plan.errors
    assert (parts["floors"], parts["unallocated"], parts["reserve"]) == (950, 0, 50)


def test_a_budget_of_nothing_makes_a_page() -> None:
    """No budget, no usage, no instance: nothing to divide by."""
    ElementTree.fromstring(
        page_of(balance(Account("a", "premium", 0, 0, 0), [], Policy(), TODAY), {}).removeprefix("<!doctype html>")
    )


def test_the_curve_is_the_rolling_sum_and_the_limit_steps_with_the_grant() -> None:
    """Each moment has the 28 days before it, the last the service's own figure; a grant lifts the limit on its days."""
    by_day = {TODAY - timedelta(days=ago): ago for ago in range(1, 57)}
    start = datetime.combine(TODAY - timedelta(days=7), datetime.min.time(), UTC)
    grant = NetGrant(start, start + timedelta(days=28), 500)
    state = InstanceState("crn:a", "a", 400, 300, Usage(285, 140, 70, 30, 10))
    plan = balance(
        Account("acc", "premium", 10_000, 9_600, 285), [ConfiguredInstance(state, 300, (grant,))], Policy(), TODAY
    )
    history = History(plan.instances[0], by_day, TODAY)

    assert history.rolling[0] == sum(range(29, 57))
    assert history.rolling[27] == sum(range(2, 30))
    assert history.rolling[28] == 285
    assert history.limits is not None
    # On its first day nothing is spent of the grant; what was used above the limit before it counts on top.
    before = sum(range(8, 36)) - 300
    assert (history.limits[0], history.limits[20], history.limits[21]) == (300, 300, 300 + 500 + before)
    assert history.days[0] == TODAY - timedelta(days=28)
    assert history.days[-1] == TODAY - timedelta(days=1)


def test_a_long_name_keeps_both_its_ends() -> None:
    """Names that begin alike stay apart beside a drawing; a short one stays whole."""
    long_names = [f"a-team-with-a-very-long-name-{number}" for number in range(2)]

    assert shortened("busy") == "busy"
    assert len({shortened(name) for name in long_names}) == 2
    assert all(len(shortened(name)) < 27 and shortened(name).startswith("a-team") for name in long_names)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "60 min"),
        (3600, "1.0 h"),
        (359_000, "99.7 h"),
        (480_000, "133 h"),
    ],
)
def test_brief_figures(seconds: int, text: str) -> None:
    """Two or three digits and a unit."""
    assert brief(seconds) == text


@pytest.mark.parametrize(
    ("top", "most", "ticks"), [(0, 5, []), (1.2, 5, [0.5, 1.0]), (26, 6, [5, 10, 15, 20, 25]), (133, 6, [50, 100])]
)
def test_axes_have_round_numbers(top: float, most: int, ticks: list[float]) -> None:
    """A few multiples of 1, 2 or 5, none beyond the top."""
    assert Scale(top, 0, 100).ticks(most) == pytest.approx(ticks)
