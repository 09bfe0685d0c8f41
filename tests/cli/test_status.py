"""The commands that show what is: show, instances and doctor."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, PLAN_IDS, Fake, Fault
from tests.support.command_line import configuration, run
from tests.support.desk import RESOURCE_GROUP, UNCONFIGURED

MANAGER_KEY = "manager-key"


def add_entry(path: str, **entry: object) -> None:
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    document["instances"].append(entry)
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")


def test_show_gives_the_accounts_figures_and_a_row_an_instance(fake: Fake, tmp_path: Path) -> None:
    """Budget, what is left, usage of all and of the configured, what others hold, reserve; nothing is written."""
    fake.add_usage(UNCONFIGURED, 500)
    path = configuration(tmp_path, fake, allocation_reserve_percent=5)
    add_entry(path, name="new", create={"target": "eu-de", "resource_group": RESOURCE_GROUP})
    result = run("show", "--config", path)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]

    assert result.exit_code == 0, result.output
    assert "Budget 27h 47m" in lines
    assert "Unallocated 0m" in lines
    assert "Used in 28 days 7h 55m" in lines
    assert "by configured instances 7h 47m" in lines
    assert "Held by unconfigured instances 2h 47m" in lines
    assert "Reserve 1h 23m, 5 percent of the budget" in lines
    assert "busy 5h 33m none 7h 00m 1.26" in lines
    assert "To be created: new" in lines
    assert f"Unconfigured: {UNCONFIGURED}" in lines
    assert fake.writes == ()


def test_show_gives_scripts_the_fields_of_the_report(fake: Fake, tmp_path: Path) -> None:
    """The account in JSON is the one of analyze, field for field, and so are the instances' figures."""
    path = configuration(tmp_path, fake)
    shown, analyzed = (
        json.loads(run(name, "--config", path, "--format", "json").stdout) for name in ("show", "analyze")
    )
    account = {key: value for key, value in shown["account"].items() if key != "subscription_id"}
    fields = (
        "name",
        "crn",
        "current_allocation_seconds",
        "current_limit_seconds",
        "consumed_28day_seconds",
        "fairness",
    )

    assert account == analyzed["account"]
    assert [[row[key] for key in fields] for row in shown["instances"]] == [
        [row[key] for key in fields] for row in analyzed["instances"]
    ]
    assert [row["name"] for row in shown["unconfigured"]] == [UNCONFIGURED]


def test_show_says_over_budget_and_in_debt(fake: Fake, tmp_path: Path) -> None:
    """Usage at the budget is said of the account; usage above its limit is marked at the instance."""
    fake.change_instance("calm", limit_seconds=1000)
    fake.add_usage("busy", 90_000)
    lines = run("show", "--config", configuration(tmp_path, fake)).stdout.splitlines()

    assert any("over budget" in line for line in lines)
    assert "47m!" in next(line for line in lines if line.startswith("calm"))


def test_instances_needs_no_rights_on_the_account(fake: Fake, tmp_path: Path) -> None:
    """With a key that gets 403 on the account it gives every row, by the list and one usage call an instance alone."""
    result = run("instances", "--config", configuration(tmp_path, fake), key=MANAGER_KEY)
    rows = [line.split()[0] for line in result.stdout.split("\n\n")[0].splitlines()[1:]]

    assert result.exit_code == 0, result.output
    assert rows == ["busy", "calm", "idle"]
    assert sorted(call.route for call in fake.calls) == ["iam.token", "instances.list", *["usage.get"] * 3]


def test_what_cannot_be_read_of_an_instance_does_not_hide_the_others(fake: Fake, tmp_path: Path) -> None:
    """One that is gone and one whose usage is refused are named, the others have their rows; the status says it."""
    path = configuration(tmp_path, fake)
    fake.change_instance("idle", state="removed")
    fake.inject(Fault("usage.get", crn=fake.instance("calm").crn, status=403, count=None))
    for command in ("instances", "show"):
        result = run(command, "--config", path)
        rows = {line.split()[0]: line.split() for line in result.stdout.splitlines() if line}

        assert result.exit_code == 1
        assert rows["busy"][-1] == "1.26"
        assert "?" in rows["calm"]
        assert "idle" not in rows
        gone, refused = sorted(result.stderr.splitlines(), reverse=True)
        assert "instance idle" in gone
        assert "remove the entry" in gone
        assert "instance calm" in refused
        assert "instance-usage.read" in refused


def test_doctor_finds_a_good_key_good(fake: Fake, tmp_path: Path) -> None:
    """All that a preview needs is tried with success, by reads alone; the plan has its figures."""
    fake.add_instance("asleep", allocation_seconds=0)
    fake.forget_calls()
    result = run("doctor", "--config", configuration(tmp_path, fake), "--format", "json")
    found = json.loads(result.stdout)
    (plan,) = found["plans"]

    assert result.exit_code == 0, result.output
    assert found["healthy"]
    assert (found["iam_id"], found["account_id"]) == ("IBMid-1000", DEFAULT_ACCOUNT_ID)
    assert {check["outcome"] for check in found["checks"] if check["name"] != "write"} == {"ok"}
    assert (plan["plan"], plan["regions"], plan["instances"], plan["archived"]) == (
        "premium",
        ["eu-de", "us-east"],
        5,
        1,
    )
    assert plan["unconfigured"] == [UNCONFIGURED]
    assert plan["subscriptions"][0]["allocation_budget_seconds"] == 100_000
    assert fake.writes == ()


def test_doctor_names_the_permissions_that_a_key_lacks(fake: Fake) -> None:
    """The status is 1; what is refused names its permission, what works is still told."""
    result = run("doctor", "--format", "json", key=MANAGER_KEY)
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}

    assert result.exit_code == 1
    assert checks["sign in"]["outcome"] == checks["list instances"]["outcome"] == "ok"
    assert checks["read instance usage"]["outcome"] == "ok"
    assert "account-configuration.read" in checks["read the account"]["detail"]
    assert "account-analytics-usage.read" in checks["read analytics"]["detail"]


def test_doctor_finds_a_wrong_key_wrong(fake: Fake) -> None:
    """Where signing in fails nothing else is tried, and the key is not shown."""
    result = run("doctor", key="a-wrong-key-9876")

    assert result.exit_code == 1
    assert "sign in  failed" in result.stdout
    assert "9876" not in result.output
    assert {call.route for call in fake.calls} == {"iam.token"}


def test_doctor_sees_that_somebody_else_writes(fake: Fake) -> None:
    """A change in the last days by another than the key's owner is told with the instance; an older one is not."""
    fake.change_instance("calm", allocation_seconds=29_000)
    fresh = run("doctor").stdout
    fake.advance(timedelta(days=8))
    later = run("doctor").stdout

    assert "Another writer in the last 7 days: someone-else changed calm" in fresh
    assert "No other writer shows in the last 7 days." in later
    assert "someone-else" in later
    assert "only the last change" in later


def test_doctor_tells_the_end_of_a_contract_if_the_service_does(fake: Fake) -> None:
    """The date and the days that are left; otherwise it says that it is not told."""
    contract = {
        "plan_id": PLAN_IDS["premium"],
        "subscription_id": "contract-7",
        "subscription_name": "Premium 2026",
        "backends": [],
        "usage_allocation_seconds": 100_000,
        "end_time": "2026-12-31T00:00:00.000Z",
    }
    fake.inject(Fault("account.get", status=200, body={"plans": [contract]}))

    assert "2026-12-31 (in 43 days)" in run("doctor").stdout
    assert "not told" in run("doctor").stdout


@pytest.mark.parametrize("changes", [{"account_id": "ffffffffffffffffffffffffffffffff"}, {}], ids=["account", "crn"])
def test_doctor_sees_that_key_and_configuration_do_not_fit(fake: Fake, tmp_path: Path, changes: dict[str, str]) -> None:
    """A configuration of another account, or of instances that are not there, fails with what is wrong."""
    path = configuration(tmp_path, fake)
    if changes:
        text = Path(path).read_text(encoding="utf-8").replace(DEFAULT_ACCOUNT_ID, changes["account_id"])
        Path(path).write_text(text, encoding="utf-8")
    else:
        fake.change_instance("idle", state="removed")
    result = run("doctor", "--config", path)

    assert result.exit_code == 1
    assert ("belongs to" if changes else "idle") in next(
        line for line in result.stdout.splitlines() if line.startswith("configuration")
    )


def test_doctor_of_an_empty_account_has_nothing_to_try() -> None:
    """No instance: it says what could not be tried, and that is no failure."""
    from pulumi_ibm_quantum.fake import mock_ibm_quantum

    with mock_ibm_quantum():
        result = run("doctor", key=DEFAULT_API_KEY)

    assert result.exit_code == 0, result.output
    assert "not tried" in result.stdout


def test_every_command_sees_the_same_instances(fake: Fake, tmp_path: Path) -> None:
    """One entry names an instance by CRN, another asks for a new one of its name: it counts once, and one is new."""
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    [calm] = [entry for entry in document["instances"] if entry["name"] == "calm"]
    calm["name"] = "formerly-calm"
    document["instances"].append({"name": "calm", "create": {"target": "us-east", "resource_group": RESOURCE_GROUP}})
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    for command in ("show", "instances"):
        shown = json.loads(run(command, "--config", path, "--format", "json").stdout)
        names = [row["name"] for row in shown["instances"]]

        assert "formerly-calm" in names, command
        assert "calm" not in names, command
        assert shown["to_create"] == ["calm"], command
    analyzed = json.loads(run("analyze", "--config", path, "--format", "json").stdout)
    assert [row["crn"] for row in analyzed["instances"] if row["name"] == "calm"] == [None]


@pytest.mark.parametrize("command", ["show", "instances", "analyze"])
def test_an_archived_instance_is_refused_by_every_command(command: str, fake: Fake, tmp_path: Path) -> None:
    """What cannot be balanced is said with status 1 wherever it is looked at."""
    fake.add_instance("put-aside", region="eu-de", allocation_seconds=0)
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    document["instances"] = [one for one in document["instances"] if one["name"] != "put-aside"]
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    add_entry(path, name="put-aside", create={"target": "eu-de", "resource_group": RESOURCE_GROUP})
    result = run(command, "--config", path)

    assert result.exit_code == 1
    assert "instance put-aside: " in result.stderr
    assert "is archived, its allocation is 0" in result.stderr
