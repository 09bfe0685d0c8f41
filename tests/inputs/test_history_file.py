"""An account's history as a file: written and read again, refused with its mistakes, and played by ``simulate``."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ibm_quantum.cli.simulate import simulate
from pulumi_ibm_quantum.config import ConfigurationError
from pulumi_ibm_quantum.documents import read_file, read_yaml
from pulumi_ibm_quantum.forecast import AccountHistory, History, JobsOfDay, Terms, forecast
from pulumi_ibm_quantum.inputs.history_file import history_text, read_history
from tests.support.queue_files import QUEUE, SCRAPS

ACCOUNT = """
account_history: {account_id: 7d1f, plan: premium, today: 2026-11-18}
instances:
- name: busy
  live: {allocation_seconds: 1h, limit_seconds: null}
  decided: {allocation_seconds: 90000}
  days:
  - {day: 2026-11-16, backend: ibm_one, jobs: 4, used_seconds: 8h, longest_seconds: 3h, mean_wait_seconds: 20m}
  - {day: "2026-11-17", backend: ibm_one, jobs: 3, used_seconds: 20000.5, longest_seconds: 9000, mean_wait_seconds: 900}
  - {day: 2026-11-17, backend: ibm_two, jobs: 1, used_seconds: 6000, longest_seconds: 6000, mean_wait_seconds: 0}
- name: calm
  live: {allocation_seconds: 20000, limit_seconds: 10h}
  days:
  - {day: 2026-11-17, backend: ibm_one, jobs: 2, used_seconds: 5000, longest_seconds: 4000, mean_wait_seconds: 60}
- name: idle
  live: {allocation_seconds: 0}
"""


def read(text: str) -> AccountHistory:
    return read_history(read_yaml(text, "account.yaml"))


def played(tmp_path: Path, text: str, *options: str) -> Result:
    path = tmp_path / "account.yaml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(simulate, [str(path), *options])


def seconds_up_to(most: float) -> st.SearchStrategy[float]:
    return st.floats(0, most)


@st.composite
def histories(draw: st.DrawFn) -> AccountHistory:
    today = draw(st.dates(date(2016, 1, 1), date(2999, 12, 31)))
    readable = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and text == text.strip())
    names = draw(st.lists(readable, unique_by=lambda name: name.replace("/", "∕"), max_size=3))
    terms = st.builds(Terms, st.integers(0, 10**9), st.none() | st.integers(0, 10**9))
    days: dict[str, list[JobsOfDay]] = {}
    for name in names:
        places = st.tuples(st.integers(1, 60), st.text(min_size=1, max_size=12))
        days[name] = []
        for age, backend in draw(st.lists(places, unique=True, max_size=4)):
            used = draw(seconds_up_to(1e9))
            figures = draw(st.integers(1, 10**6)), used, draw(seconds_up_to(used)), draw(seconds_up_to(1e9))
            days[name].append(JobsOfDay(today - timedelta(age), backend, *figures))
    live = {name: draw(terms) for name in names}
    decided = {name: draw(terms | st.just(live[name])) for name in names}
    texts = st.text(min_size=1, max_size=32)
    return AccountHistory(draw(texts), draw(texts), History(today, days), live, decided)


@given(histories())
@settings(max_examples=300)
def test_what_is_written_is_read_again(account: AccountHistory) -> None:
    """Every name, day and figure comes back as it was, to the last digit, whatever it looks like."""
    assert read(history_text(account)) == account


def test_a_day_takes_one_line() -> None:
    """A file of many days can be read, compared and edited line by line."""
    text = history_text(read(ACCOUNT))

    assert len([line for line in text.splitlines() if "{day: 2026-11-1" in line]) == 4
    assert text.startswith("# An account's history")
    assert "simulate" in text[: text.index("account_history:")]


def test_what_a_person_may_leave_out_or_write_otherwise() -> None:
    """Durations as elsewhere; what is decided is what there is; no limit and no days need not be said."""
    account = read(ACCOUNT)

    assert account.live == {"busy": Terms(3600), "calm": Terms(20_000, 36_000), "idle": Terms(0)}
    assert account.decided == {**account.live, "busy": Terms(90_000)}
    assert [one.day.day for one in account.history.instances["busy"]] == [16, 17, 17]
    assert account.history.instances["busy"][0].used_seconds == 28_800
    assert account.history.instances["idle"] == []


MISTAKES = [
    (
        "today: 2026-11-18",
        "today: soon",
        ':2:52: account_history.today: wants a date such as 2026-03-01, found "soon"',
    ),
    ("today: 2026-11-18", "today: 0001-01-01", "account_history.today: wants a day of the years 2000 to 2999"),
    (", today: 2026-11-18", "", ":2:1: account_history.today: is missing"),
    ("plan: premium", "plan: 7", "account_history.plan: wants text, found the number 7: put it in quotes"),
    (
        "account_id: 7d1f",
        "acount_id: x, account_id: 7d1f",
        "account_history.acount_id: is not a known key (did you mean account_id?)",
    ),
    ("name: calm", "name: busy", ':11:3: instances[1].name: "busy" is there already, as instances[0]'),
    ("name: calm", 'name: "a\\nb"', "instances[1].name: must have no blanks around it and no control characters"),
    ("name: calm", 'name: "(others 1)"', "instances[1].name: begins with"),
    ("allocation_seconds: 1h", "allocation_seconds: 1.5", ":5:10: instances[0].live.allocation_seconds: wants whole"),
    ("allocation_seconds: 1h", "allocation_seconds: -1", "instances[0].live.allocation_seconds: wants seconds from 0"),
    ("limit_seconds: 10h", "limit_seconds: ten", "instances[1].live.limit_seconds: wants a number of seconds"),
    ("limit_seconds: 10h", "limit_seconds: 10d, burst: 1", "instances[1].live.burst: is not a known key"),
    ("  live: {allocation_seconds: 0}\n", "", "instances[2].live: is missing"),
    ("decided: {allocation_seconds: 90000}", "decided: same", ":6:3: instances[0].decided: wants a mapping"),
    ("day: 2026-11-16", "day: 2026-11-18", ":8:6: instances[0].days[0].day: wants a day before today, 2026-11-18"),
    ("day: 2026-11-16", "day: 2016-11-08", "instances[0].days[0].day: wants a day before today"),
    ("day: 2026-11-16", "day: 2026-11-16T10:00:00Z", "instances[0].days[0].day: wants a date such as"),
    ("day: 2026-11-16", "day: 2026-11-17", ':9:5: instances[0].days[1]: 2026-11-17 on "ibm_one" is there already'),
    ("jobs: 4", "jobs: 0", "instances[0].days[0].jobs: must be at least 1, found the number 0"),
    ("jobs: 4", "jobs: 1.5", "instances[0].days[0].jobs: wants a whole number, found the number 1.5"),
    ("used_seconds: 8h", "used_seconds: -5", "instances[0].days[0].used_seconds: wants seconds from 0"),
    ("longest_seconds: 4000", "longest_seconds: 5000.1", "longest_seconds: is longer than all jobs together"),
    ("longest_seconds: 4000", "longest_seconds: -1", "instances[1].days[0].longest_seconds: wants seconds from 0"),
    ("mean_wait_seconds: 60", "mean_wait_seconds: -1", "days[0].mean_wait_seconds: wants seconds from 0"),
    (", mean_wait_seconds: 60", "", ":14:5: instances[1].days[0].mean_wait_seconds: is missing"),
    ("backend: ibm_two", "backend: 2", "instances[0].days[2].backend: wants text"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), MISTAKES, ids=[f"{row[1]}-{row[2]}" for row in MISTAKES])
def test_a_mistake_is_told_in_one_line_with_its_place(tmp_path: Path, right: str, wrong: str, sentence: str) -> None:
    """File, line and column, the path in the file, and what to do; nothing follows from it that is told as well."""
    assert right in ACCOUNT
    error = played(tmp_path, ACCOUNT.replace(right, wrong, 1)).exception

    assert isinstance(error, ConfigurationError)
    assert sentence in str(error)
    assert str(error).startswith(str(tmp_path / "account.yaml"))
    assert "\n" not in str(error)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """A line for each, in the order of the file."""
    text = ACCOUNT.replace("today: 2026-11-18", "today: x").replace("jobs: 1,", "jobs: 0,").replace("10h", "10y")
    error = played(tmp_path, text).exception

    assert isinstance(error, ConfigurationError)
    assert [problem.line for problem in error.problems] == [2, 10, 12]


def test_a_longest_job_may_be_rounded_up() -> None:
    """Analytics rounds to the millisecond, each figure by itself; that is no mistake."""
    assert read(ACCOUNT.replace("used_seconds: 6000,", "used_seconds: 5999.9995,"))


def test_names_that_the_queue_cannot_tell_apart_are_refused() -> None:
    """In the queue's tree a slash gives way to another sign; a name that has that sign already is the same there."""
    text = ACCOUNT.replace("name: busy", "name: a/b").replace("name: calm", "name: a\N{DIVISION SLASH}b")
    with pytest.raises(ConfigurationError, match="is there already, as instances"):
        read(text)


def test_whatever_the_file_says_the_answer_is_a_result_or_a_sentence(tmp_path: Path) -> None:
    """Any value in any place: no other exception than those that are worded for people."""
    places = list(re.finditer(r"(?<=: )[^\s,{}\[\]][^,}\n]*", ACCOUNT))
    random = Random(5)
    for _ in range(200):
        text = ACCOUNT
        for place in sorted(random.sample(places, random.choice([1, 1, 3])), key=lambda one: -one.start()):
            text = text[: place.start()] + random.choice(SCRAPS) + text[place.end() :]
        result = played(tmp_path, text)
        assert isinstance(result.exception, ConfigurationError | SystemExit | None), text


def test_simulating_plays_the_first_future_of_a_forecast(tmp_path: Path) -> None:
    """An account's waits in one future are those of a forecast with that seed and one resample, under either plan."""
    (expected,) = (one for one in forecast(read(ACCOUNT), resamples=1).instances if one.name == "busy")
    for plan, waits in (("live", expected.live), ("decided", expected.decided)):
        report = json.loads(played(tmp_path, ACCOUNT, "--allocations", plan, "--format", "json").stdout)
        busy = next(one for one in report["projects"] if one["project"] == "busy")

        assert waits is not None
        assert busy["jobs"] == expected.jobs
        assert busy["median_wait_seconds"] == waits.median_seconds.middle > 0
        assert busy["p90_wait_seconds"] == waits.p90_seconds.middle


def test_the_same_options_give_the_same_and_another_seed_another_future(tmp_path: Path) -> None:
    """Results can be repeated; chance is in the seed alone."""
    first, again, other = (played(tmp_path, ACCOUNT, "--seed", seed).stdout for seed in ("1", "1", "2"))

    assert first == again != other


def test_an_account_that_has_hardly_run_anything_can_be_played(tmp_path: Path) -> None:
    """One job of two seconds that waited: other accounts at as low a fairness have shares that the queue takes."""
    day = "{day: 2026-11-16, backend: s, jobs: 1, used_seconds: 2, longest_seconds: 2, mean_wait_seconds: 900}"
    instance = f"{{name: new, live: {{allocation_seconds: 480000}}, days: [{day}]}}"
    head = "account_history: {account_id: a, plan: premium, today: 2026-11-18}"
    result = played(tmp_path, f"{head}\ninstances: [{instance}]\n")

    assert result.exit_code == 0, result.exception


def test_an_archived_instance_starts_nothing(tmp_path: Path) -> None:
    """Without an allocation its jobs never run, as the service cancels them."""
    text = ACCOUNT.replace("allocation_seconds: 90000", "allocation_seconds: 0")
    report = json.loads(played(tmp_path, text, "--allocations", "decided", "--format", "json").stdout)
    busy = next(one for one in report["projects"] if one["project"] == "busy")

    assert busy["never_ran"] == busy["jobs"] > 0


def test_what_was_assumed_is_said_beside_the_result(tmp_path: Path) -> None:
    """One line on standard error, with seed and allocations; none of it among the data."""
    result = played(tmp_path, ACCOUNT, "--seed", "4", "--allocations", "decided")
    (line,) = result.stderr.splitlines()

    assert "decided allocations" in line
    assert "before 2026-11-18" in line
    assert "seed 4" in line
    assert "other accounts use ibm_one" in line
    assert "Assumed" not in result.stdout


@pytest.mark.parametrize("option", [("--allocations", "live"), ("--seed", "0")])
def test_options_of_histories_are_refused_with_a_queue(tmp_path: Path, option: tuple[str, str]) -> None:
    """A queue file has one plan and no chance in it; saying so beats ignoring the option."""
    result = played(tmp_path, QUEUE, *option)

    assert result.exit_code == 2
    assert f"{option[0]} is for an account's history" in result.stderr.splitlines()[-1]
    assert result.stdout == ""


def test_an_account_that_ran_nothing_is_told_so(tmp_path: Path) -> None:
    """There is nothing to draw days from; one line names the file."""
    text = re.sub(r"  days:\n(  - .*\n)+", "", ACCOUNT)
    result = played(tmp_path, text)

    assert result.exit_code == 1
    assert result.stderr.strip().endswith("account.yaml: no instance ran anything on any day: there is nothing to play")


def test_the_page_shows_28_days_with_their_dates(tmp_path: Path) -> None:
    """Dates from the first day on; what starts later is counted, and other accounts are grey and not summed up."""
    text = ACCOUNT.replace("limit_seconds: null", "limit_seconds: 60000")
    result = played(tmp_path, text, "--format", "html")
    tree = ElementTree.fromstring(result.stdout.removeprefix("<!doctype html>\n"))
    axis = next(one for one in tree.iter("svg") if one.find("text") is not None)
    labels = [text.text for text in axis.iter("text")]
    told = " ".join(tree.itertext())
    own = sum(job["project"] in ("busy", "calm") for job in report_of(tmp_path, text)["jobs"])

    assert labels == ["18 Nov", "25 Nov", "2 Dec", "9 Dec", "16 Dec"]
    assert "Jobs that start later than is shown" in told
    assert f"of the account's {own:,} jobs ran" in told
    assert "Ran nothing here: calm, idle." in told
    assert result.stderr.strip() in told
    classes = {rect.get("class") for group in tree.iter("g") for rect in group.iter("rect") if is_of_others(group)}
    assert classes == {"other"}
    assert max(float(bar.attrib["x"].removesuffix("%")) for bar in tree.iter("rect") if "x" in bar.attrib) < 100


def report_of(tmp_path: Path, text: str) -> dict[str, list[dict[str, object]]]:
    report: dict[str, list[dict[str, object]]] = json.loads(played(tmp_path, text, "--format", "json").stdout)
    return report


def is_of_others(group: ElementTree.Element) -> bool:
    return (group.findtext("title") or "").startswith("(others ")


def test_a_file_that_is_no_history_is_a_queue(tmp_path: Path) -> None:
    """The two kinds are told apart by one key; without it the keys of a queue are named."""
    error = played(tmp_path, ACCOUNT.replace("account_history:", "history:")).exception

    assert isinstance(error, ConfigurationError)
    assert "shares: is missing" in str(error)
    with pytest.raises(ConfigurationError, match="there is no such file"):
        read_file(tmp_path / "none.yaml")
