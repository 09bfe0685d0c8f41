"""All pages alike: their order, what leads to one of many instances, what an outlier does, how small they write."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from pulumi_ibm_quantum.report.html.figures import axis_top
from tests.support.pages import account_page_of, names, queue_page_of


def parsed(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page.removeprefix("<!doctype html>"))


def section(page: ElementTree.Element, heading: str) -> ElementTree.Element:
    return next(one for one in page.iter("section") if one.findtext("h2") == heading)


def row_names(section: ElementTree.Element) -> list[str]:
    """The names beside the bars, whole, as what is said of each row has them."""
    titles = [row.findtext("svg/title") or "" for row in section.iter("li") if row.find("svg/title") is not None]
    return [re.split(r": |, median", title)[0] for title in titles]


def first_cells(section: ElementTree.Element) -> list[str]:
    return [row[0].text or "" for body in section.iter("tbody") for row in body]


def links(page: ElementTree.Element) -> dict[str, str]:
    return {link.text or "": link.attrib["href"] for link in page.iter("a")}


def test_instances_stand_in_one_order_in_all_sections() -> None:
    """Who has found an instance in one drawing finds it in the same place of the next, and of the tables."""
    page = parsed(account_page_of(12, forecast=True))
    order = row_names(section(page, "Allocations"))

    assert sorted(order) == sorted(names(12))
    assert row_names(section(page, "Fairness")) == order
    assert row_names(section(page, "Waiting"))[:12] == order
    assert first_cells(section(page, "Waiting"))[:12] == order
    assert [card.findtext("h3") for card in section(page, "Usage").iter("article")] == order
    assert first_cells(section(page, "All figures")) == order


def test_sections_stand_in_one_order_on_all_pages() -> None:
    """Sums, then the list of names, then drawings, then tables: of an account, of a queue, of either accounting."""
    orders = [
        [part.findtext("h2") or part.get("class") or part.tag for part in parsed(page).iterfind("body/main/*")]
        for page in (account_page_of(30, forecast=True), queue_page_of(30), queue_page_of(30, dated=True))
    ]
    queue, fractions = (
        [f"{backend}: {what}" for backend in ("ibm_fez", "ibm_kyiv")] for what in ("who ran when", "fractions")
    )

    assert orders == [
        ["header", "tiles", "nav", "Budget", "Allocations", "Fairness", "Waiting", "Usage", "All figures", "footer"],
        ["header", "tiles", "nav", *queue, "all backends: fractions", "Projects", "Backends", "footer"],
        ["header", "tiles", "nav", *queue, *fractions, "Projects", "Backends", "footer"],
    ]


def test_what_must_not_be_applied_comes_before_all_sums() -> None:
    """The notice is the first that is read after the heading."""
    page = parsed(account_page_of(3, refused=True))

    assert page.findtext("body/main/section/h2") == "This must not be applied"


@pytest.mark.parametrize("page_of", [account_page_of, queue_page_of])
def test_from_thirty_instances_on_a_list_leads_to_each(page_of: Callable[[int], str]) -> None:
    """By name, in the order of the alphabet, and to every section; with fewer there is none."""
    page = parsed(page_of(30))
    targets = {element.attrib["id"]: element for element in page.iter() if "id" in element.attrib}
    found = links(page)
    listed = [name for name in found if name in names(30) or name.replace("|", "/") in names(30)]

    assert links(parsed(page_of(29))) == {}
    assert len(listed) == 30
    assert listed == sorted(listed, key=str.casefold)
    for name, target in found.items():
        assert name in "".join(targets[target.removeprefix("#")].itertext())


def test_the_list_leads_to_what_is_decided() -> None:
    """Who comes to an instance from the list reads its allocation before and after, and why, beside its usage."""
    page = parsed(account_page_of(30))
    anchor = links(page)["team-004"].removeprefix("#")
    (card,) = (one for one in page.iter("article") if one.get("id") == anchor)

    assert ["".join(line.itertext()) for line in card.iter("p")] == [
        "3h 48m → 1m: inactive, held at the minimum",
        "used 0s in 28 days, 0s in 7, 0s in 24 hours",
    ]


def test_an_outlier_does_not_press_the_others_flat() -> None:
    """Beside one with a hundred times as much the others' bars have lengths to compare, and the one is named."""
    allocations = section(parsed(account_page_of(12)), "Allocations")
    widths = {
        name: max(float(bar.attrib["width"].removesuffix("%")) for bar in row.iter("rect"))
        for row in allocations.iter("li")
        if row.find("svg/title") is not None
        for name in row_names(row)
    }

    assert widths["outlier"] == 100
    assert 80 < max(width for name, width in widths.items() if name != "outlier") < 100
    assert "Cut off, at two strokes: outlier." in [note.text for note in allocations.iter("p")]


def test_a_line_far_above_the_others_does_not_press_them_flat() -> None:
    """The axis of the fractions ends above the others' highest, and what goes beyond is named with its figure."""
    fractions = section(parsed(queue_page_of(12)), "all backends: fractions")
    (note,) = (one.text or "" for one in fractions.iter("p") if (one.text or "").startswith("Goes on"))
    lowest = {
        line.findtext("title"): min(float(point.split(",")[1]) for point in line[1].attrib["points"].split())
        for line in fractions.iter("g")
    }

    assert re.fullmatch(r"Goes on above the drawing: outlier \(up to [0-9.]+\)\.", note)
    assert min(y for name, y in lowest.items() if name != "outlier") < 60


@pytest.mark.parametrize(
    ("values", "top"),
    [
        ([], 0),
        ([0, 0], 0),
        ([7], 7),
        ([100, 1, 1], 1.15),
        ([100, 60, 40], 100),
        ([49, 10, 9], 49),
        ([51, 10, 9], 11.5),
        # One of few or a tenth of many: no more are cut off.
        ([100, 100, 1], 100),
        ([100] * 3 + [1] * 27, 1.15),
        ([100] * 4 + [1] * 27, 100),
        # Idle instances that hold a minute are not what hours are measured by.
        ([100_000, *[60] * 40], 100_000),
    ],
)
def test_an_axis_ends_at_the_largest_that_is_no_outlier(values: list[float], top: float) -> None:
    """An outlier is more than five times whatever comes next; the axis then leaves a little room for its cut bar."""
    assert axis_top(values) == pytest.approx(top)


def test_nothing_is_set_in_less_than_twelve_pixels() -> None:
    """Neither by a style sheet, in pixels or points, nor by scaling a drawing that holds text."""
    for page in (account_page_of(12, forecast=True), queue_page_of(12)):
        sizes = re.findall(r"font(?:-size)?: ?([0-9.]+)(px|pt)", page)
        scaled = [drawing for drawing in parsed(page).iter("svg") if "viewBox" in drawing.attrib]

        assert min(float(size) * (4 / 3 if unit == "pt" else 1) for size, unit in sizes) == 12
        assert not [text for drawing in scaled for text in drawing.iter("text")]
