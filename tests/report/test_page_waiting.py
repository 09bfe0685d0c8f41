"""The page's forecast: who will wait less and who longer, in a drawing, in words and in a table."""

from math import inf
from xml.etree import ElementTree

import pytest

from pulumi_ibm_quantum.balancer import Policy, balance
from pulumi_ibm_quantum.forecast import Estimate, Forecast, InstanceForecast, Surroundings, Waits
from pulumi_ibm_quantum.forecast.others import Others
from pulumi_ibm_quantum.planning.forecasting import TimedForecast
from pulumi_ibm_quantum.report.html.account_page import account_page
from tests.support.accounts import TODAY, account, instance
from tests.support.reports import report_of

HOUR, DAY = 3600.0, 86_400.0


def exactly(seconds: float) -> Estimate:
    return Estimate(seconds, seconds, seconds)


def waits(median: float, p90: float) -> Waits:
    return Waits(exactly(median), exactly(p90))


def busy(live: Waits, proposed: Waits, *, name: str = "busy", jobs: float = 40.0) -> InstanceForecast:
    return InstanceForecast(name, jobs, live, proposed)


def page_with(*instances: InstanceForecast) -> str:
    """The page of an account of two teams, busy and calm, with a forecast that took 3.2 s."""
    result = balance(account(100_000), [instance("busy", 50_000, used=900), instance("calm", 50_000)], Policy(), TODAY)
    surroundings = Surroundings(Others({"ibm_fez": 0.41}, {"ibm_fez": 300.0}, [1.0]), 12.0, 1.4)
    forecast = Forecast(instances, surroundings, exactly(900.0), 20, 0)
    return account_page(report_of(result, usage={}, forecast=TimedForecast(forecast, 3.2) if instances else None))


def parsed(page: str) -> ElementTree.Element:
    return ElementTree.fromstring(page.removeprefix("<!doctype html>"))


def headings(page: str) -> list[str]:
    return [heading.text or "" for heading in parsed(page).iter("h2")]


def waiting(page: str) -> ElementTree.Element:
    """The section of the page that shows the forecast."""
    return next(section for section in parsed(page).iter("section") if section.findtext("h2") == "Waiting")


def tracks(section: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """What is drawn of each figure, by what it says when a pointer rests on it."""
    return {title: drawing for drawing in section.iter("svg") if (title := drawing.findtext("title"))}


def place(mark: ElementTree.Element, attribute: str) -> float:
    """Where a mark is, in percent of the drawing."""
    return float(mark.attrib[attribute].removesuffix("%"))


def dots(track: ElementTree.Element) -> tuple[float, float]:
    """Where the wait is drawn: now and as decided."""
    now, decided = (place(circle, "cx") for circle in track.iter("circle"))
    return now, decided


def spans(section: ElementTree.Element, style: str) -> list[ElementTree.Element]:
    """What stands beside the drawings in a style: names, remarks, figures."""
    return [span for span in section.iter("span") if style in span.attrib["class"].split()]


def names(section: ElementTree.Element) -> list[str]:
    return [span.text or "" for span in spans(section, "name") if "remark" not in span.attrib["class"]]


def axes(section: ElementTree.Element) -> list[dict[str, float]]:
    """The names along each axis, and where they stand."""
    drawings = [one for one in section.iter("li") if one.get("class") == "axis"]
    return [{text.text or "": place(text, "x") for text in drawing.iter("text")} for drawing in drawings]


def rows(section: ElementTree.Element) -> dict[str, list[str]]:
    body = next(section.iter("tbody"))
    return {row[0].text or "": ["".join(cell.itertext()) for cell in row] for row in body}


def test_a_page_without_forecast_says_nothing_of_waiting() -> None:
    """Who did not ask for a forecast sees none: no empty section, and no word of it."""
    assert headings(page_with()) == ["Budget", "Allocations", "Fairness", "Usage", "All figures"]
    assert "resample" not in page_with()


def test_the_section_stands_after_fairness() -> None:
    """First how the queue ranks them, then what comes of it, then the past."""
    page = page_with(busy(waits(60, 600), waits(60, 600)))

    assert headings(page) == ["Budget", "Allocations", "Fairness", "Waiting", "Usage", "All figures"]


def test_each_figure_says_in_words_what_becomes_of_it() -> None:
    """A pointer on a track reads both figures with their ranges, and the verdict."""
    live = Waits(Estimate(720, 600, 900), exactly(5 * HOUR))
    proposed = Waits(Estimate(480, 45, 600), exactly(2 * DAY + 4 * HOUR))
    section = waiting(page_with(busy(live, proposed)))

    assert set(tracks(section)) == {
        "busy, median wait: now 12m (10m to 15m), as decided 8m (45s to 10m): shorter",
        "busy, 90th percentile: now 5h, as decided 52h: longer",
    }
    assert [figure.text for figure in spans(section, "figure")] == ["12m → 8m", "90th: 5h → 52h"]


@pytest.mark.parametrize(
    ("live", "proposed", "style", "verdict"),
    [
        (720, 480, "raised", "shorter"),
        (480, 720, "lowered", "longer"),
        (721, 719, "same", "as before"),
        (inf, 720, "raised", "shorter"),
        (720, inf, "lowered", "longer"),
        (inf, inf, "same", "as before"),
    ],
)
def test_the_colour_says_who_gains(live: float, proposed: float, style: str, verdict: str) -> None:
    """Green is a shorter wait, orange a longer one, and grey where the written figures are the same."""
    section = waiting(page_with(busy(waits(live, 60), waits(proposed, 60))))
    title, track = next(each for each in tracks(section).items() if "median" in each[0])
    dot = list(track.iter("circle"))[1]

    assert title.endswith(f": {verdict}")
    assert dot.attrib["class"] == f"{style} dot"
    assert spans(section, "figure")[0].attrib["class"] == f"figure {style}-text"


def test_marks_stand_in_the_order_of_the_waits_and_never_at_the_far_end() -> None:
    """From left to right: at most ten seconds, minutes, days, and beyond all that jobs that never start."""
    section = waiting(
        page_with(
            busy(waits(0, 10), waits(60, 28 * DAY)), busy(waits(3, HOUR), waits(30 * DAY, inf), name="calm", jobs=3)
        )
    )
    at = {title.split(":")[0]: dots(track) for title, track in tracks(section).items()}
    (axis,) = axes(section)

    assert list(axis) == ["≤ 10s", "1m", "10m", "1h", "6h", "24h", "7 days", "28 days", "never"]
    assert list(axis.values()) == sorted(axis.values())
    assert at["busy, median wait"] == (axis["≤ 10s"], axis["1m"])
    assert at["busy, 90th percentile"] == (axis["≤ 10s"], axis["28 days"])
    assert at["calm, 90th percentile"] == (axis["1h"], axis["never"])
    assert axis["28 days"] < at["calm, median wait"][1] < axis["never"]
    assert rows(section)["calm"][-1] == "never"


def test_the_axis_ends_with_the_longest_wait() -> None:
    """Where all jobs start, nothing is said of never, and the drawing has no empty days."""
    section = waiting(page_with(busy(waits(60, 600), waits(60, 2 * HOUR))))

    assert [list(axis) for axis in axes(section)] == [["≤ 10s", "1m", "10m", "1h"]]


def test_a_bar_reaches_over_the_range() -> None:
    """The bars behind the marks begin at the lowest and end at the highest of the resamples, before and after."""
    live = Waits(Estimate(600, 60, HOUR), exactly(DAY))
    proposed = Waits(Estimate(600, 600, inf), exactly(DAY))
    section = waiting(page_with(busy(live, proposed)))
    track = next(track for title, track in tracks(section).items() if "median" in title)
    (axis,) = axes(section)
    bars = [bar for bar in track.iter("rect") if "range" in bar.attrib["class"]]
    reach = [(place(bar, "x"), place(bar, "x") + place(bar, "width")) for bar in bars]

    assert reach == [
        pytest.approx((axis["1m"], axis["1h"]), abs=0.02),
        pytest.approx((axis["10m"], axis["never"]), abs=0.02),
    ]


def test_the_order_is_the_page_s_and_the_unconfigured_come_last() -> None:
    """Instances that no entry names compete too: they stand below the others, the busiest first, and are told apart."""
    same = waits(60, 600)
    section = waiting(
        page_with(
            busy(same, same, name="rare", jobs=0.3),
            busy(same, same, name="nobody's", jobs=77.0),
            busy(same, same, name="calm", jobs=1234.4),
            busy(same, same, jobs=1.2),
        )
    )

    assert names(section) == ["busy", "calm", "nobody's", "rare"]
    assert [span.text for span in spans(section, "remark")] == [
        "1 job",
        "1,234 jobs",
        "77 jobs, unconfigured",
        "under 1 job, unconfigured",
    ]
    assert [cells[:2] for cells in rows(section).values()] == [
        ["busy", "1"],
        ["calm", "1,234"],
        ["nobody's unconfigured", "77"],
        ["rare unconfigured", "under 1"],
    ]


def test_the_table_has_all_figures() -> None:
    """Median and 90th percentile, now and as decided, each with its range where there is one."""
    live = Waits(Estimate(720, 600, 900), Estimate(5 * HOUR, 4 * HOUR, inf))
    proposed = Waits(Estimate(480, 45, 600), exactly(inf))

    assert rows(waiting(page_with(busy(live, proposed)))) == {
        "busy": ["busy", "40", "12m 10m to 15m", "8m 45s to 10m", "5h 4h to never", "never"]
    }


def test_the_section_says_what_it_rests_on() -> None:
    """How long it took, what is assumed of others, and what it cannot know; who has no jobs is named."""
    same = waits(60, 600)
    idle = InstanceForecast("calm", 0.0, None, None), InstanceForecast("new", 0.0, None, None)
    text = "".join(waiting(page_with(busy(same, same), *idle)).itertext())

    assert "No jobs in the last 60 days: calm, new." in text
    assert "It took 3.2 s." in text
    assert "ibm_fez 41%" in text
    assert "It cannot know other accounts' jobs" in text


def test_an_account_without_jobs_has_no_drawing() -> None:
    """One sentence says why there is no forecast, rather than an empty axis."""
    section = waiting(page_with(InstanceForecast("busy", 0.0, None, None), InstanceForecast("calm", 0.0, None, None)))

    assert "".join(section.itertext()) == "WaitingNo forecast: no jobs in the last 60 days."
    assert not list(section.iter("svg"))


def test_every_dozen_rows_has_an_axis() -> None:
    """Wherever one looks on a screen or a sheet of paper an axis is near; it is the same, and nobody is left out."""
    lengths = [60.0 * (number + 1) for number in range(30)]
    instances = [
        busy(waits(length, length), waits(length, length), name=f"team-{number:02}", jobs=100.0 - number)
        for number, length in enumerate(lengths)
    ]
    section = waiting(page_with(*instances))
    items = [one for one in section.iter("li") if one.get("class") == "axis" or one.find("svg") is not None]

    assert [number for number, one in enumerate(items) if one.get("class") == "axis"] == [0, 11, 22]
    assert axes(section)[0] == axes(section)[1] == axes(section)[2]
    assert names(section) == [one.name for one in instances]


def test_a_name_cannot_become_markup() -> None:
    """Whatever an instance of the account is called, it stands in the drawing, the table and the notes as text."""
    hostile = "<script>alert('1')</script> \"&amp; <img src=x>"
    idle = InstanceForecast(f"{hostile} idle", 0.0, None, None)
    section = waiting(page_with(busy(waits(60, 600), waits(600, 60), name=hostile), idle))

    assert not {element.tag for element in section.iter()} & {"script", "img"}
    assert [title for title in tracks(section) if title.startswith(hostile)] == list(tracks(section))
    assert hostile in rows(section)
    assert f"{hostile} idle." in "".join(section.itertext())
