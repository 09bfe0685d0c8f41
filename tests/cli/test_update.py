"""update: a configuration file brought up to what the account has, and nothing else of it changed."""

import difflib
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from qauvern.cli import main as qauvern

from pulumi_ibm_quantum.cloud import LiveInstance, Settings
from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Call, Fake, mock_ibm_quantum, serve
from pulumi_ibm_quantum.planning import ObservedInstance
from pulumi_ibm_quantum.planning.observing import observed_instance
from pulumi_ibm_quantum.planning.reconcile import reconcile, reconciled
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.command_line import configuration, one_line, run
from tests.support.configurations import crn as crn_of
from tests.support.desk import three_teams
from tests.support.random_accounts import random_account

NOW = datetime(2026, 11, 18, 8, tzinfo=UTC)
MISSING = crn_of(99, account=DEFAULT_ACCOUNT_ID)


def update(path: Path, *arguments: str) -> Result:
    return run("update", "--config", str(path), *arguments)


def changed_lines(before: str, after: str) -> list[str]:
    """The lines of a diff that go or come."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def odd_file(fake: Fake) -> str:
    """A file full of comments, anchors, blank lines and odd quoting, of which half is out of date."""
    fake.change_instance("idle", limit_seconds=700)
    fake.add_instance("gone quiet", allocation_seconds=0)
    busy, calm, idle = (fake.instance(name).crn for name in ("busy", "calm", "idle"))
    quiet = fake.instance("gone quiet").crn
    return f"""\
# The account of the laboratory.
version:   3

account_id:   '{DEFAULT_ACCOUNT_ID}'
plan: premium   # by contract
instances:

# Chemistry
  - name: "was busy"   # renamed in June
    crn: "{busy}"   # ours
    limit_seconds: &cap 1_000   # until summer
    net_grants:   # campaigns
      # the first one
      - {{start_date: 2026-03-01T00:00:00Z, net_grant_seconds: 1_6}}

      - start_date: 2026-11-01   # running
        net_grant_seconds: 5
        end_date: 2026-12-01


  # nobody knows them
  - {{name: quiet, crn: "{quiet}", limit_seconds: &old 12}}
  -   crn: '{calm}'
      # calm since ever
      name: calm
      limit_seconds: none   # on purpose
  - name: 'missing'
    crn: "{MISSING}"
    limit_seconds: *cap

  - name: idle
    crn: "{idle}"     # last of all
    weight:   2.0
# the end"""


def test_only_what_it_says_differs(fake: Fake, tmp_path: Path) -> None:
    """Every line of the diff is one that was announced; all others are kept byte for byte, with the permissions."""
    before = odd_file(fake)
    path = tmp_path / "project.yaml"
    path.write_text(before, encoding="utf-8")
    path.chmod(0o640)

    result = update(path, "--yes")

    assert result.exit_code == 0, result.output
    nobodys = fake.instance("nobodys").crn
    quiet, idle, nobodys = (fake.instance(name).crn for name in ("gone quiet", "idle", "nobodys"))
    assert changed_lines(before, path.read_text(encoding="utf-8")) == [
        '-  - name: "was busy"   # renamed in June',
        '+  - name: "busy"   # renamed in June',
        "-      - {start_date: 2026-03-01T00:00:00Z, net_grant_seconds: 1_6}",
        f'-  - {{name: quiet, crn: "{quiet}", limit_seconds: &old 12}}',
        "-  - name: 'missing'",
        f'-    crn: "{MISSING}"',
        "-    limit_seconds: *cap",
        "+    limit_seconds: 700",
        "+  - name: nobodys",
        f"+    crn: '{nobodys}'",
    ]
    assert f'crn: "{idle}"     # last of all' in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_instance_is_renamed_where_slurm_sites_use_it(fake: Fake, tmp_path: Path) -> None:
    """Else the file would name an instance that it no longer has; who uses it stays with it, in a swap too."""
    path = tmp_path / "project.yaml"
    busy, idle = (fake.instance(name).crn for name in ("busy", "idle"))
    before = f"""\
version: 3
account_id: {DEFAULT_ACCOUNT_ID}
plan: premium
slurm_sites:
  - name: alps
    backends: [ibm_alpha, ibm_beta]
    projects:
      - {{accounts: [one], instance: "idle", backends: [ibm_alpha]}}   # one
      - instance: busy   # two
        accounts: [two]
instances:
  - {{name: idle, crn: "{busy}"}}
  - {{name: busy, crn: "{idle}"}}
"""
    path.write_text(before, encoding="utf-8")
    result = update(path, "--yes", "--no-add")

    assert result.exit_code == 0, result.output
    assert changed_lines(before, path.read_text(encoding="utf-8")) == [
        '-      - {accounts: [one], instance: "idle", backends: [ibm_alpha]}   # one',
        "-      - instance: busy   # two",
        '+      - {accounts: [one], instance: "busy", backends: [ibm_alpha]}   # one',
        "+      - instance: idle   # two",
        f'-  - {{name: idle, crn: "{busy}"}}',
        f'-  - {{name: busy, crn: "{idle}"}}',
        f'+  - {{name: busy, crn: "{busy}"}}',
        f'+  - {{name: idle, crn: "{idle}"}}',
    ]


def test_a_dry_run_shows_the_edits_and_the_diff(fake: Fake, tmp_path: Path) -> None:
    """It writes nothing, and gives the reason of each edit and the lines that would differ."""
    before = odd_file(fake)
    path = tmp_path / "project.yaml"
    path.write_text(before, encoding="utf-8")

    result = update(path, "--dry-run")

    assert path.read_text(encoding="utf-8") == before
    announced = result.stdout.split("\n\n")[0].splitlines()
    assert [line.split(": ")[0].split(" (")[0] for line in announced] == [
        'rename "was busy" to "busy"',
        "remove 1 net grant of busy",
        "remove quiet",
        "remove missing",
        "set limit_seconds of idle to 700",
        "add nobodys",
    ]
    assert "+    limit_seconds: 700\n" in result.stdout


@pytest.mark.parametrize(
    ("option", "left"),
    [
        ("--no-net-grants", "net grant"),
        ("--no-add", "add "),
        ("--no-names", "rename"),
        ("--no-remove", ": the "),
        ("--no-limits", "set limit"),
    ],
)
def test_each_kind_of_edit_can_be_left_out(fake: Fake, tmp_path: Path, option: str, left: str) -> None:
    """What is not wanted is not announced; all else is."""
    path = tmp_path / "project.yaml"
    path.write_text(odd_file(fake), encoding="utf-8")

    everything, fewer = update(path, "--dry-run").stdout, update(path, "--dry-run", option).stdout

    kinds = [line.partition(" ")[0] for line in everything.split("\n\n")[0].splitlines()]
    fewer_kinds = [line.partition(" ")[0] for line in fewer.split("\n\n")[0].splitlines()]
    gone = {"--no-net-grants": 1, "--no-remove": 2}.get(option, 1)
    assert len(fewer_kinds) == len(kinds) - gone
    assert left != ": the " or "archived" not in fewer


def test_a_region_leaves_the_others_alone(fake: Fake, tmp_path: Path) -> None:
    """An instance of another region is neither missing nor new (the peer takes all of them out)."""
    path = tmp_path / "project.yaml"
    path.write_text(odd_file(fake), encoding="utf-8")

    said = update(path, "--dry-run", "--region", "eu-de").stdout

    assert said.startswith("remove 1 net grant of was busy")
    assert not any(word in said for word in ("rename", "add ", "remove missing", "set limit"))


def test_without_a_terminal_it_wants_to_be_told(fake: Fake, tmp_path: Path) -> None:
    """Nothing is changed that nobody has agreed to, and nothing is asked of the account."""
    path = tmp_path / "project.yaml"
    path.write_text(odd_file(fake), encoding="utf-8")

    result = update(path)

    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert fake.calls == ()


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1)])
def test_on_a_terminal_it_asks(tmp_path: Path, answer: str, status: int) -> None:
    """The edits are shown first; only a yes changes the file."""
    path = tmp_path / "project.yaml"
    with serve(three_teams()) as server:
        path.write_text(odd_file(server.fake), encoding="utf-8")
        before = path.read_bytes()
        ours, theirs = os.openpty()
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ibm-quantum"), "update", "--config", path],
            env={**os.environ, **server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.write(ours, f"{answer}\n".encode())
        ended = process.wait(timeout=30)
        said = os.read(ours, 100_000).decode()
        os.close(ours)
        os.close(theirs)

    assert ended == status, said
    assert said.index("add nobodys") < said.index(f"Change {path} like this?")
    assert (path.read_bytes() == before) == (answer == "n")


def test_a_file_with_tabs_is_refused_by_place(fake: Fake, tmp_path: Path) -> None:
    """The reader of configurations takes them; what rewrites the file in place cannot tell where its values are."""
    path = Path(configuration(tmp_path, fake))
    text = path.read_text(encoding="utf-8").replace("plan: premium", "plan: premium\t# ours")
    path.write_text(text, encoding="utf-8")
    target = ("create", "new", "--target", "eu-de", "--resource-group", "group")
    for command in (("update", "--yes"), target):
        assert ":9:14: is not YAML to all readers: a tab between values; write blanks" in one_line(
            run(*command, "--config", str(path))
        )
    assert run("analyze", "--config", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_edited_meanwhile_is_left_alone(fake: Fake, tmp_path: Path) -> None:
    """What somebody saves while the account is read is not written over."""
    path = tmp_path / "project.yaml"
    path.write_text(odd_file(fake), encoding="utf-8")

    def save(_: Call) -> None:
        path.write_text("# somebody else's\n", encoding="utf-8")

    fake.watch(save)

    assert "was changed meanwhile" in one_line(update(path, "--yes"))
    assert path.read_text(encoding="utf-8") == "# somebody else's\n"


def test_grants_that_still_credit_are_explained(fake: Fake, tmp_path: Path) -> None:
    """A grant that has ended stays for 28 days, and is said to; without rights on the account this machine's date is.

    The account's own date decides where it may be read.
    """
    path = tmp_path / "project.yaml"
    grants = [{"start_date": "2026-10-01", "end_date": "2026-10-22", "net_grant_seconds": 5}]
    entry = {"name": "busy", "crn": fake.instance("busy").crn, "limit_seconds": 9, "net_grants": grants}
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": [entry]}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    arguments = ("update", "--config", str(path), "--dry-run", "--no-add")

    administrator, manager = run(*arguments), run(*arguments, key="manager-key")

    assert "up to date" in administrator.stdout
    assert "net grant 1 of busy ended on 2026-10-22 and still credits; removable on 2026-11-19" in administrator.stderr
    assert "this machine's date" in manager.stderr


FORMS = {
    "block without indentation": "instances:\n- name: old   # a\n  crn: '{busy}'\n# end\n",
    "in braces": "instances: [{{name: old, crn: '{busy}'}}, # a\n  {{crn: '{missing}', name: m}}]\n",
    "windows": "instances:\r\n  - name: old   # a\r\n    crn: '{busy}'\r\n",
    "all of it goes": "instances: # a\n  - name: old\n    crn: '{missing}'\n",
    "nothing yet": "instances: []   # a\n",
    "merged": "x-base: &base\n  limit_seconds: 5 # a\ninstances:\n  - <<: *base\n    name: old\n    crn: '{busy}'\n",
    "an anchor that moves": "instances:\n  - {{name: m, crn: '{missing}', limit_seconds: &l 77}}\n  - name: old\n"
    "    crn: '{busy}'\n    limit_seconds: *l # a\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("add", [True, False])
def test_every_way_to_write_a_list_can_be_changed(fake: Fake, tmp_path: Path, form: str, add: bool) -> None:
    """The result means what was announced, keeps its comments, and a second run finds nothing to do."""
    fake.change_instance("busy", limit_seconds=50)
    head = f"account_id: '{DEFAULT_ACCOUNT_ID}'\nplan: premium\nminimum_allocation_seconds: 60\n"
    text = head + FORMS[form].format(busy=fake.instance("busy").crn, missing=MISSING)
    path = tmp_path / "project.yaml"
    path.write_bytes(text.encode())
    arguments = ["--yes"] if add else ["--yes", "--no-add"]

    first = update(path, *arguments)
    after = path.read_bytes().decode()
    second = update(path, *arguments)

    assert first.exit_code == 0, first.output
    assert "is up to date" in second.stdout
    names = {"busy": None, **dict.fromkeys(("calm", "idle", "nobodys") if add else ())}
    there = form not in ("all of it goes", "nothing yet") or add
    assert [entry.name for entry in parse_configuration(after).configuration.instances] == (
        list(names) if there else []
    )
    assert "# a" in after
    assert ("\r\n" in text) == ("\r\n" in after)
    assert after.count("\r\n") in (0, after.count("\n") - head.count("\n"))


def test_a_file_in_json_stays_json(fake: Fake, tmp_path: Path) -> None:
    """What is added to a file in braces is written as JSON."""
    path = tmp_path / "project.json"
    fake.change_instance("busy", limit_seconds=50)
    instances = [{"name": "m", "crn": MISSING}, {"name": "busy", "crn": fake.instance("busy").crn}]
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": instances}
    path.write_text(json.dumps(document), encoding="utf-8")

    assert update(path, "--yes").exit_code == 0

    after = json.loads(path.read_text(encoding="utf-8"))
    assert [one["name"] for one in after["instances"]] == ["busy", "calm", "idle", "nobodys"]
    assert after["instances"][0]["limit_seconds"] == 50


def test_what_cannot_be_changed_in_place_is_refused(fake: Fake, tmp_path: Path) -> None:
    """An entry that another one is merged from is not taken out; the line that uses it is named, the file kept."""
    path = tmp_path / "project.yaml"
    text = f"""\
version: 3
account_id: '{DEFAULT_ACCOUNT_ID}'
plan: premium
instances:
  - &first
    name: old
    crn: "{MISSING}"
    limit_seconds: 5
  - <<: *first
    name: busy
    crn: "{fake.instance("busy").crn}"
"""
    path.write_text(text, encoding="utf-8")

    said = one_line(update(path, "--yes"))

    assert ":9:" in said
    assert "*first" in said
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("content", ["folder", "projects: []\n"])
def test_what_is_not_supported_is_said_by_name(fake: Fake, tmp_path: Path, content: str) -> None:
    """A folder of files, and a file of the first dialect, which is to be migrated first."""
    path = tmp_path / "configuration"
    if content == "folder":
        path.mkdir()
    else:
        period = "balance_period: {start_date: 2026-01-01, end_date: 2026-12-31}\n"
        plan_id = "plan_id: 7f666d17-7893-47d8-bf9d-2b2389fc4dfc\n"
        path.write_text(f"account_id: '{DEFAULT_ACCOUNT_ID}'\n{plan_id}{period}{content}", encoding="utf-8")

    said = one_line(update(path, "--yes"))

    assert ("folder of files" if content == "folder" else "ibm-quantum migrate") in said


def test_a_key_of_another_account_empties_no_file(fake: Fake, tmp_path: Path) -> None:
    """Where nothing of the account is to be seen the key is doubted, not the file."""
    path = tmp_path / "project.yaml"
    other = "f" * 32
    listed = f"- {{name: a, crn: '{crn_of(1, account=other)}'}}"
    text = f"version: 3\naccount_id: '{other}'\nplan: premium\ninstances:\n{listed}\n"
    path.write_text(text, encoding="utf-8")

    assert "is it a key of this account?" in one_line(update(path, "--yes"))
    assert path.read_text(encoding="utf-8") == text


def live(name: str, number: int, **fields: Any) -> ObservedInstance:
    """An instance as the service lists it."""
    settings_ = fields.pop("settings", Settings(100, Limit.NONE))
    return observed_instance(
        LiveInstance(crn_of(number), name, "us-east", "plan", "group", "active", settings_, **fields)
    )


def configured(*instances: dict[str, Any], **keys: Any) -> ProjectConfiguration:
    account = crn_of(1).split(":a/")[1].split(":")[0]
    return parse_configuration(
        {"version": 3, "account_id": account, "plan": "premium", "instances": list(instances), **keys}
    ).configuration


def grant(start: int, end: int) -> dict[str, Any]:
    """A net grant from and until so many days before (or, below 0, after) today."""
    dates = {"start_date": NOW - timedelta(days=start), "end_date": NOW - timedelta(days=end)}
    return {**dates, "net_grant_seconds": 10}


CREATED = {"name": "made", "create": {"target": "us-east", "resource_group": "r"}}
DECISIONS: dict[str, tuple[ProjectConfiguration, list[ObservedInstance], list[str]]] = {
    "a grant that ended 27 days ago still credits, one of 28 days ago does not, one to come stays": (
        configured(
            {
                "name": "a",
                "crn": crn_of(1),
                "limit_seconds": 5,
                "net_grants": [grant(60, 28), grant(60, 27), grant(-3, -9)],
            }
        ),
        [live("a", 1)],
        ["remove 1 net grant of a: ended by 2026-10-21, what was used has left the rolling window"],
    ),
    "names that several instances share are told apart": (
        configured({"name": "x", "crn": crn_of(1)}),
        [live("team", 1), live("team", 2)],
        [
            'rename "x" to "team": the name of the instance in the account',
            f"add team-11111111 ({crn_of(2)}): the file does not list it",
        ],
    ),
    "names that are told apart already stay": (
        configured({"name": "team-11111111", "crn": crn_of(1)}, {"name": "team", "crn": crn_of(2)}),
        [live("team", 1), live("team", 2)],
        [],
    ),
    "names may be swapped": (
        configured({"name": "a", "crn": crn_of(1)}, {"name": "b", "crn": crn_of(2)}),
        [live("b", 1), live("a", 2)],
        [
            'rename "a" to "b": the name of the instance in the account',
            'rename "b" to "a": the name of the instance in the account',
        ],
    ),
    "no limit is a decision": (
        configured({"name": "a", "crn": crn_of(1), "limit_seconds": "none"}),
        [live("a", 1, settings=Settings(100, Limit.of(50)))],
        [],
    ),
    "the limit that closes an exhausted instance is not kept for ever": (
        configured({"name": "a", "crn": crn_of(1)}, reopen_exhausted=True),
        [live("a", 1, settings=Settings(100, Limit.of(1)))],
        [],
    ),
    "what is created as code is neither removed nor added a second time": (
        configured(CREATED, {"name": "a", "crn": crn_of(1)}),
        [
            live("a", 1),
            live("made", 2, settings=Settings(0, Limit.NONE)),
            live("made", 3, settings=Settings(9, Limit.of(7))),
        ],
        [],
    ),
    "what is created as code and there has its live limit added": (
        configured(CREATED, {"name": "a", "crn": crn_of(1)}),
        [live("a", 1), live("made", 2, settings=Settings(9, Limit.of(7)))],
        ["set limit_seconds of made to 7: the live limit"],
    ),
    "an instance without settings is not known to be archived": (
        configured({"name": "a", "crn": crn_of(1)}),
        [live("a", 1, settings=None), live("b", 2, settings=None)],
        [],
    ),
}


@pytest.mark.parametrize("case", DECISIONS)
def test_decisions(case: str) -> None:
    """Each edit that is decided, with its reason."""
    configuration, instances, expected = DECISIONS[case]

    assert [str(edit) for edit in reconcile(configuration, instances, NOW.date())] == expected


@given(st.data())
def test_reconciled_twice_is_reconciled_once(data: st.DataObject) -> None:
    """Whatever the account, nothing is left to do afterwards, and names stay unique."""
    names = st.sampled_from(["a", "b", "a-11111111", "", " a "])
    instances = [
        live(
            data.draw(names),
            number,
            settings=data.draw(
                st.sampled_from([Settings(9, Limit.NONE), Settings(9, Limit.of(4)), Settings(0, Limit.of(4))])
            ),
        )
        for number in range(data.draw(st.integers(1, 5)))
    ]
    entries: list[dict[str, Any]] = [{"name": f"n{n}", "crn": crn_of(n)} for n in data.draw(st.sets(st.integers(0, 7)))]
    for position, entry in enumerate(entries):
        entry["name"] = data.draw(st.sampled_from([entry["name"], "ab"[position]] if position < 2 else [entry["name"]]))
        if data.draw(st.booleans()):
            entry["limit_seconds"] = 5
            entry["net_grants"] = [grant(90, data.draw(st.integers(-9, 80))) for _ in range(2)]
    before = configured(*entries)

    after = reconciled(before, reconcile(before, instances, NOW.date()))

    assert reconcile(after, instances, NOW.date()) == []
    assert len({entry.name for entry in after.instances}) == len(after.instances)
    assert {entry.crn for entry in after.instances} == {one.crn for one in instances if not one.is_archived}


def drifted(seed: int) -> tuple[Fake, dict[str, Any]]:
    """A random account, and a dialect-2 configuration of it that has fallen behind in every way."""
    fake, configuration = random_account(seed)
    rng = random.Random(seed)
    for place, entry in enumerate(configuration["instances"]):
        if rng.random() < 0.3:
            entry["name"] = f"was-{place}"
        if rng.random() < 0.2 and "limit_seconds" not in entry:
            entry["limit_seconds"] = None
        if rng.random() < 0.15 and place:
            fake.change_instance(entry["crn"], allocation_seconds=0)
    if rng.random() < 0.5:
        configuration["instances"].append({"name": "missing", "crn": MISSING})
    return fake, configuration


@pytest.mark.parametrize(
    "options", [(), ("--no-add", "--no-limits"), ("--no-remove",), ("--no-names", "--no-net-grants")]
)
def test_the_result_means_what_the_peers_does(options: tuple[str, ...], tmp_path: Path) -> None:
    """Over random accounts; with the same file before, and read by ours after.

    Where ours differs: names that several instances share stay unique, which the peer's file is refused for; --region
    leaves other regions as they are, which the peer removes; an empty account is an error.
    """
    for seed in range(25):
        fake, configuration = drifted(seed)
        theirs, ours = tmp_path / f"{seed}-theirs.yaml", tmp_path / f"{seed}-ours.yaml"
        for path in (theirs, ours):
            path.write_text(yaml.safe_dump(configuration), encoding="utf-8")
        with mock_ibm_quantum(fake):
            done = CliRunner().invoke(
                qauvern,
                ["update", "--config", str(theirs), "--yes", *options],
                env={"IBMCLOUD_API_KEY": DEFAULT_API_KEY},
            )
            assert done.exit_code == 0, done.output
            assert update(ours, "--yes", *options).exit_code == 0
        read = [parse_configuration(path.read_bytes()).configuration for path in (theirs, ours)]
        assert read[0] == read[1], f"account {seed}"
