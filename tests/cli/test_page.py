"""``analyze --format html``: a page that is whole, loads nothing, and shows what is decided."""

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from pulumi_ibm_quantum.fake import Fake
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
    lists = [found["aria-label"] for _, found in parsed.elements if found.get("class") == "rows"]
    drawings = [found.get("aria-label") or "" for name, found in parsed.elements if name == "svg"]
    assert lists == ["Allocations now and afterwards", "Fairness before and after"]
    assert sum(label.startswith("Usage of ") for label in drawings) == 3


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


def test_what_must_not_be_applied_says_so_on_the_page(fake: Fake, tmp_path: Path) -> None:
    """The page is written, its first notice is the error, and the status is 1."""
    path = configuration(tmp_path, fake, minimum_allocation_seconds=50_000)
    result = run("analyze", "--config", path, "--format", "html")

    assert result.exit_code == 1
    assert "This must not be applied" in Elements(result.stdout).text
    assert "minimum_allocation_seconds" in Elements(result.stdout).text
