"""The command line as a test calls it: in this process, on the account of three teams."""

from pathlib import Path

import yaml
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake
from tests.support.desk import UNCONFIGURED


def run(
    *arguments: str,
    key: str | None = DEFAULT_API_KEY,
    columns: str | None = None,
    standard_input: str | None = None,
) -> Result:
    """Call ``ibm-quantum`` with a key in the environment, or none, and on a terminal of so many columns, or on none."""
    environment = {"IBMCLOUD_API_KEY": key, "COLUMNS": columns}
    return CliRunner().invoke(ibm_quantum, arguments, env=environment, input=standard_input)


def configuration(folder: Path, fake: Fake, **changes: object) -> str:
    """Write a configuration of all of the account's instances but one; give its path."""
    path = folder / "project.yaml"
    instances = [{"name": i.name, "crn": i.crn} for i in fake.account.instances if i.name != UNCONFIGURED]
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": instances, **changes}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(path)


def one_line(result: Result) -> str:
    """Give the one line that a failed command said; it must have said one, with status 1 and no traceback."""
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said: list[str] = result.stderr.strip().splitlines()
    assert len(said) == 1, result.stderr
    return said[0]
