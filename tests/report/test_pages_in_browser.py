"""The pages in a browser, as a phone, a desktop and a sheet of paper show them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.support.browser import CHROMIUM, HEIGHT, Browser, Scheme, started_browser
from tests.support.pages import MARKUP, account_page_of, queue_page_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium, chromium-browser or google-chrome on the PATH"),
]
PHONE, TABLET, DESKTOP, PAPER = 390, 820, 1280, 690
"""Pixels across; A4 has 690 between margins of 14 mm."""
KINDS: Final[Mapping[str, Callable[[int], str]]] = {
    "forecast": partial(account_page_of, forecast=True),
    "refused": partial(account_page_of, refused=True),
    "queue": queue_page_of,
    "history": partial(queue_page_of, dated=True),
}
VIEWS: Final = {
    3: ((PHONE, ""), (DESKTOP, "")),
    12: ((320, ""), (PHONE, ""), (TABLET, ""), (DESKTOP, ""), (PAPER, "print")),
    60: ((PHONE, ""), (DESKTOP, "")),
    300: ((PHONE, ""),),
}
"""By the number of instances, at which widths and on what a page is looked at."""
CHECKS: Final = (Path(__file__).parent.parent / "support" / "page_checks.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all pages."""
    with started_browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """The file of a kind of page with so many instances: very long names, one with markup in it, an outlier."""
    folder = tmp_path_factory.mktemp("pages")

    def page(kind: str, count: int) -> Path:
        file = folder / f"{kind}-{count}.html"
        if not file.exists():
            file.write_text(KINDS[kind](count), encoding="utf-8")
        return file

    return page


def wrong(browser: Browser, check: str) -> list[str]:
    """What a check of page_checks.js finds wrong with the open page."""
    found: list[str] = browser.evaluate(f"{{{CHECKS}; {check}()}}")
    return found


@pytest.mark.parametrize("count", VIEWS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_its_screen(browser: Browser, page: Callable[[str, int], Path], kind: str, count: int) -> None:
    """Nothing is to be scrolled sideways, every letter has 12 pixels at least as shown, and none stands on another."""
    for width, media in VIEWS[count]:
        browser.open(page(kind, count), width=width, media=media)
        found = {check: wrong(browser, check) for check in ("tooWide", "tooSmall", "overlapping")}
        assert found == {"tooWide": [], "tooSmall": [], "overlapping": []}, f"{width} pixels"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_text_stands_out(browser: Browser, page: Callable[[str, int], Path], kind: str, scheme: Scheme) -> None:
    """Against what is really behind it, be it a bar or the page: 4.5 to 1, in light and in dark, and on paper."""
    for width, media in ((PHONE, ""), (DESKTOP, ""), (PAPER, "print")):
        browser.open(page(kind, 12), width=width, scheme=scheme, media=media)
        assert wrong(browser, "tooPale") == [], f"{width} pixels"


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_for_nothing(browser: Browser, page: Callable[[str, int], Path], kind: str) -> None:
    """One file is loaded, and the console stays empty, even if the page's policy did not forbid anything."""
    file = page(kind, 12)
    free = file.with_suffix(".free.html")
    free.write_text(re.sub("<meta http-equiv[^>]*>", "", file.read_text("utf-8")), encoding="utf-8")
    for one in (file, free):
        browser.open(one, width=PHONE)
        assert (browser.loaded, browser.console) == ([one.as_uri()], [])


@pytest.mark.parametrize(
    ("kind", "name"),
    [("forecast", "team-042"), ("forecast", MARKUP), ("history", "team-042")],
    ids=["account", "markup", "queue"],
)
def test_one_of_many_is_two_touches_away(
    browser: Browser, page: Callable[[str, int], Path], kind: str, name: str
) -> None:
    """The list of names opens, and a name leads to where its instance is in sight."""
    browser.open(page(kind, 60), width=PHONE)
    browser.evaluate("document.querySelector('summary').click()")
    assert wrong(browser, "tooWide") + wrong(browser, "tooSmall") + wrong(browser, "tooPale") == []

    browser.evaluate(f"[...document.links].find((link) => link.textContent === {json.dumps(name)}).click()")
    top = browser.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    heading = browser.evaluate("document.querySelector(':target :is(h3, td)').textContent")

    assert 0 <= top < HEIGHT
    assert heading == name


def test_bars_keep_their_relation_at_any_width(browser: Browser, page: Callable[[str, int], Path]) -> None:
    """Half of the axis is half of the drawing, and a name stands above its bar on a phone, beside it on a desktop."""
    measure = """(() => {
        const rows = [...document.querySelectorAll('.rows > li')];
        const row = rows.find((one) => one.textContent.includes('team-003: 4h'));
        const box = (selector) => row.querySelector(selector).getBoundingClientRect();
        return [box('rect').width / box('svg').width, box('.name').bottom <= box('svg').top + 1];
    })()"""
    found = []
    for width in (PHONE, DESKTOP):
        browser.open(page("forecast", 12), width=width)
        found.append(browser.evaluate(measure))

    assert found[0][0] == pytest.approx(found[1][0], abs=0.001)
    assert [above for _, above in found] == [True, False]
