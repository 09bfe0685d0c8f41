"""Every documented command, as a newcomer types it: a wheel in a fresh environment, an empty folder, a fake account.

Runs with ``--documented`` (``make documented``): it builds a wheel, and has pip find what the wheel needs.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.support.documentation import PAGES, ROOT, Command, commands

NOT_HERE = {
    r"\. projects/|sbatch ": "belongs to a Slurm cluster",
    r"make ": "belongs to the repository, not to the package",
    r"pulumi ": "needs the Pulumi CLI",
    r"vault ": "another program's",
    r"python3 -m venv|\. \.venv|pip install": "was done with the wheel before",
    r"export .*\.\.\.": "a placeholder; what it sets is set to the fake's",
    r"ibm-quantum fake": "serves until it is interrupted: it is the account that the others work on",
}
"""What is not run, by how it begins, and why."""

ASKS = ("ibm-quantum optimize --config config.yaml", "ibm-quantum up --stack production")
"""What asks a person before it changes anything; it is answered on a terminal."""

_NEW = "rm -rf stacks Pulumi.yaml .gitignore requirements.txt state/.pulumi && ibm-quantum init . --plan premium"
_AT_SITE = "{instance: chemistry-ground-states, accounts: [chem]}"
_ACCOUNT = "rm -rf accounts && ibm-quantum init accounts/physics --plan premium && echo '{}' > accounts/policies.json"
_ACCOUNTS = "echo 'stacks: [{project: accounts/physics, api_key_file: key.json}]' > accounts.yaml"
_MAIN = "git init -q . && git add stacks && git -c user.name=a -c user.email=b commit -qm first"
_SNAPSHOT = "ibm-quantum snapshot --config stacks/project.yaml --jobs -o snapshot.json"
_SAMPLER = (
    "python -c 'from os import environ; from pulumi_ibm_quantum.cloud import connect_from_environment as connect; "
    "from pulumi_ibm_quantum.cloud.serverless import Upload; "
    'connect().serverless(environ["QISKIT_IBM_INSTANCE"]).functions.upload(Upload("sampler", artifact=b"tar"))\'; '
    "mkdir -p data && echo '{}' > arguments.json && cp arguments.json data/circuits.json"
)
_LATER = "curl -s ${IBMCLOUD_IAM_API_ENDPOINT%/iam}/_fake/clock -d '{\"advance_seconds\": 600}' > /dev/null"
_SITES = f"slurm_sites: [{{name: cluster-a, backends: [ibm_fez], projects: [{_AT_SITE}]}}]"
BEFORE = {
    r"cd quantum$": "ibm-quantum up --cwd quantum --stack production --yes",
    r".*configure .*--output (\S+)": r"rm -f \1",
    r"git show origin/main": f"{_MAIN} && git update-ref refs/remotes/origin/main HEAD",
    r"ibm-quantum (drift|report .*--approved)": "ibm-quantum up --stack production --yes",
    r"ibm-quantum config rm (\S+)": r"ibm-quantum config set \1 true",
    r"ibm-quantum .*--policy policies.json": "echo '{}' > policies.json",
    r"(job=.*)?ibm-quantum (files|functions|jobs) ": _SAMPLER,
    r"ibm-quantum files (delete|download)": "ibm-quantum files upload sampler data/circuits.json",
    r"ibm-quantum files upload": "ibm-quantum files delete sampler circuits.json --yes",
    r".*ibm-quantum functions run .*--wait": f"for _ in 1 2 3 4; do sleep 2; {_LATER}; done 2> /dev/null &",
    r"ibm-quantum jobs ": f"job=$(ibm-quantum functions run sampler) && {_LATER}",
    r"ibm-quantum fleet": f"{_ACCOUNT} && {_ACCOUNTS}",
    r"ibm-quantum fleet drift": "ibm-quantum up --cwd accounts/physics --yes",
    r"ibm-quantum report --base (main|base).yaml": rf"cp stacks/project.yaml \1.yaml && {_SNAPSHOT}",
    r"ibm-quantum create (\S+) -c project.yaml": "cp sample.yaml project.yaml",
    r"ibm-quantum demo ~": "rm -rf ~/ibm-quantum-demo",
    r"ibm-quantum destroy --stack trial": "ibm-quantum stack init trial",
    r"ibm-quantum init quantum-account": "rm -rf quantum-account",
    r"ibm-quantum migrate config.yaml --output (\S+)": r"rm -f \1",
    r"ibm-quantum (optimize --config project.yaml|preview --stack production$)": _NEW,
    r"ibm-quantum preview .*--expect-no-changes": "ibm-quantum up --stack production --yes",
    r"ibm-quantum simulate account.yaml": "ibm-quantum history --config stacks/project.yaml > account.yaml",
    r"ibm-quantum slurm render": f"grep -q slurm_sites stacks/project.yaml || echo '{_SITES}' >> stacks/project.yaml",
    r"ibm-quantum stack init trial": "ibm-quantum stack rm trial --yes",
}
"""What a command finds, by how it begins, where the page does not say how it came there."""

ENDS_WITH_2 = r"ibm-quantum (report|drift|fleet drift|up .*--unattended|fleet up)"
"""What says by the status 2 that there is something to see, or that something was applied."""

_LAST_VARIABLE = "QISKIT_IBM_INSTANCE"
"""The last of the variables that ``ibm-quantum fake`` prints; with ``--quiet`` it prints nothing else."""


@pytest.fixture(scope="module")
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's commands, in an environment of their own."""
    if not request.config.getoption("--documented", default=False):
        pytest.skip("needs --documented: it installs a wheel, and takes minutes")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    subprocess.run([*pip, "--python", folder / "venv", "install", *folder.glob("*.whl")], check=True)
    return folder / "venv" / "bin"


@pytest.fixture
def environment(installed: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment in which the command is that of the wheel, and the account a new one of ``ibm-quantum fake``."""
    with serving([installed / "ibm-quantum", "fake", "--quiet"]) as variables:
        path = f"{installed}:/usr/local/bin:/usr/bin:/bin"
        yield {"PATH": path, "HOME": str(tmp_path), "PULUMI_CONFIG_PASSPHRASE": "", **variables}


@contextmanager
def serving(command: list[str | Path]) -> Iterator[dict[str, str]]:
    """Start what serves an account; give the variables that it prints to be exported."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            variables: dict[str, str] = {}
            while _LAST_VARIABLE not in variables and (line := server.stdout.readline()):
                if match := re.match(r"export (\w+)=(\S+)", line):
                    variables[match[1]] = match[2]
            yield variables
        finally:
            server.terminate()


@pytest.mark.parametrize("page", [page for page in PAGES if list(commands(page))], ids=lambda page: page.name)
def test_every_documented_command_runs(page: Path, environment: dict[str, str], tmp_path: Path) -> None:
    """Top to bottom in one shell; each ends with status 0, or 2 where that is an answer."""
    (tmp_path / "state").mkdir()
    (tmp_path / ".config" / "fish" / "completions").mkdir(parents=True)
    lines = [_NEW, "cat > config.yaml <<END", _peers_file(), "END", "cp config.yaml qauvern.yaml"]
    lines += [f"printf %s $IBMCLOUD_API_KEY > key.json; cp {_data(environment)}/*.yaml .; mv project.yaml sample.yaml"]
    for command in commands(page):
        lines += _typed(command)
    here = {**environment, "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}"}
    done = subprocess.run(
        ["bash"], input="\n".join(lines), cwd=tmp_path, env=here, capture_output=True, text=True, check=False
    )
    failed = tmp_path / "failed"

    assert not failed.exists(), f"{failed.read_text()}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert done.returncode == 0, done.stderr


def _typed(command: Command) -> list[str]:
    """Return a command as lines of a script that notes its failure and goes on."""
    if any(re.match(beginning, command.text) for beginning in NOT_HERE):
        return []
    before = [match.expand(what) for pattern, what in BEFORE.items() if (match := re.match(pattern, command.text))]
    text = f"echo y | script -qec '{command.text}' /dev/null" if command.text in ASKS else f"{command.text} < /dev/null"
    or_2 = "|| [ $status = 2 ] " if re.match(ENDS_WITH_2, command.text) else ""
    return [
        *(f"{one} < /dev/null" for one in before),
        f"echo '+ {command.line}' >&2",
        text,
        f'status=$?; [ $status = 0 ] {or_2}|| echo {str(command)!r}": status $status" >> ~/failed',
    ]


def _peers_file() -> str:
    """Return the demo's configuration as qauvern 0.4 and later writes it."""
    ours = yaml.safe_load((ROOT / "provider/pulumi_ibm_quantum/demo/project.yaml").read_text(encoding="utf-8"))
    theirs = {key: ours[key] for key in ("account_id", "plan", "allocation_reserve_percent")}
    instances = [{"name": one["name"], "crn": one["crn"]} for one in ours["instances"] if "crn" in one]
    return str(yaml.safe_dump({**theirs, "minimum_allocation_seconds": 600, "instances": instances}))


def _data(environment: dict[str, str]) -> Path:
    """Return the folder of the samples that come with the wheel."""
    venv = Path(environment["PATH"].partition(":")[0]).parent
    return next(venv.glob("lib/python*/site-packages/pulumi_ibm_quantum/demo"))


def test_what_is_not_run_is_there() -> None:
    """No reason is kept for a command that no page has any more, and every preparation prepares something."""
    texts = [command.text for page in PAGES for command in commands(page)]

    assert [one for one in (*NOT_HERE, *BEFORE) if not any(re.match(one, text) for text in texts)] == []
    assert [one for one in ASKS if one not in texts] == []
