"""``ibm-quantum slurm``: the files of a site, written where Ansible or people find them."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ibm_quantum.fake import Fake
from tests.support.command_line import configuration, one_line, run
from tests.support.desk import NEW

SITE = {"name": "alps", "backends": ["ibm_alpha"], "projects": [{"instance": "busy", "accounts": ["chem"]}]}
OTHER = {"name": "baltic", "backends": ["ibm_alpha"], "projects": [{"instance": "idle", "accounts": ["all"]}]}
PASQAL = {
    "name": "FRESNEL",
    "type": "pasqal-cloud",
    "environment": {"QRMI_PASQAL_CLOUD_AUTH_TOKEN": "a-token"},
    "is_dynamic": False,
}


def rendered(folder: Path, fake: Fake, *sites: Any, key: str | None = None) -> Any:
    path = configuration(folder, fake, slurm_sites=list(sites))
    return run("slurm", "render", "--config", path, "--output", str(folder / "out"), key=key)


def test_a_site_is_rendered_without_a_key(fake: Fake, tmp_path: Path) -> None:
    """All CRNs are in the configuration; the second time nothing has changed."""
    first = rendered(tmp_path, fake, SITE)
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}

    assert first.exit_code == 0, first.output
    assert files == {"plugstack.conf.d/qrmi.conf", "projects/busy.sh", "qpu_projects.lua", "qrmi_config.json"}
    assert set(first.stdout.splitlines()) == {str(tmp_path / "out" / file) for file in files}
    assert rendered(tmp_path, fake, SITE).stdout == ""
    assert fake.instance("busy").crn in (tmp_path / "out" / "qrmi_config.json").read_text(encoding="utf-8")


def test_the_crn_of_an_instance_that_is_created_as_code_is_looked_up(fake: Fake, tmp_path: Path) -> None:
    """Until it is there, that is told and nothing is written."""
    path = Path(
        configuration(tmp_path, fake, slurm_sites=[{**SITE, "projects": [{"instance": "new", "accounts": []}]}])
    )
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["instances"].append(NEW)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    command = ("slurm", "render", "--config", str(path), "--output", str(tmp_path / "out"))

    assert one_line(run(*command)) == "error: instance new is not there yet: create it first"
    assert not (tmp_path / "out").exists()
    fake.add_instance("new", region="eu-de", allocation_seconds=60)
    assert run(*command).exit_code == 0
    assert fake.instance("new").crn in (tmp_path / "out" / "qrmi_config.json").read_text(encoding="utf-8")


def test_other_vendors_stay(fake: Fake, tmp_path: Path) -> None:
    """Their entries are the site's, as is the mode of the file, which may hide their keys; ours come and go."""
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "qrmi_config.json"
    gone = {"name": "ibm_gone", "type": "ibm-quantum-compute-service", "environment": {}}
    file.write_text(json.dumps({"resources": [PASQAL, gone]}), encoding="utf-8")
    file.chmod(0o600)
    result = rendered(tmp_path, fake, SITE)
    entries = json.loads(file.read_text(encoding="utf-8"))["resources"]

    assert [entry["name"] for entry in entries] == ["ibm_alpha", "FRESNEL"]
    assert entries[1] == PASQAL
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "out" / "qpu_projects.lua").stat().st_mode & 0o777 == 0o644
    assert "a-token" not in result.output


@pytest.mark.parametrize(
    ("present", "message"),
    [
        ("{", "is not JSON: "),
        ("[]", "is not what QRMI reads: "),
        ('{"resources": [{"name": "ibm_alpha", "type": "pasqal-cloud"}]}', 'has an entry "ibm_alpha" of type '),
    ],
)
def test_a_file_that_cannot_be_kept_is_not_replaced(fake: Fake, tmp_path: Path, present: str, message: str) -> None:
    """Nor is any other: somebody's entries may be in it."""
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "qrmi_config.json"
    file.write_text(present, encoding="utf-8")

    assert message in one_line(rendered(tmp_path, fake, SITE))
    assert file.read_text(encoding="utf-8") == present
    assert list((tmp_path / "out").iterdir()) == [file]


def test_a_link_is_not_followed(fake: Fake, tmp_path: Path) -> None:
    """What it leads to may be anybody's."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "qpu_projects.lua").symlink_to(tmp_path / "elsewhere")

    assert "is a link" in one_line(rendered(tmp_path, fake, SITE))
    assert not (tmp_path / "elsewhere").exists()


def test_a_write_that_fails_leaves_the_old_files_whole(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new ones are complete before the first is put in place."""
    rendered(tmp_path, fake, SITE)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "No space left" in one_line(rendered(tmp_path, fake, {**SITE, "session_mode": "dedicated"}))
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_what_is_left_over_is_named(fake: Fake, tmp_path: Path) -> None:
    """A profile of a project that is gone is not ours to remove: somebody may source it."""
    rendered(tmp_path, fake, {**SITE, "projects": [*SITE["projects"], *OTHER["projects"]]})
    result = rendered(tmp_path, fake, SITE)

    left = tmp_path / "out" / "projects" / "idle.sh"
    assert result.stderr == f"warning: {left} is not of this configuration: remove it if nobody needs it\n"


@pytest.mark.parametrize(
    ("sites", "there"), [((SITE, OTHER), "there are alps, baltic"), ((), "the configuration has no slurm_sites")]
)
def test_a_site_has_to_be_named(fake: Fake, tmp_path: Path, sites: Any, there: str) -> None:
    """Where there is more than one, or none."""
    result = rendered(tmp_path, fake, *sites)

    assert result.exit_code == 2
    assert f"Which site? Name it with --site; {there}" in result.stderr


def test_a_rendered_file_is_checked_without_a_word(fake: Fake, tmp_path: Path) -> None:
    """And a file with a mistake with a line and status 1."""
    rendered(tmp_path, fake, SITE)
    file = tmp_path / "out" / "qrmi_config.json"
    right = run("slurm", "check", str(file), key=None)
    file.write_text(file.read_text(encoding="utf-8").replace("/v1", ""), encoding="utf-8")
    wrong = run("slurm", "check", str(file), key=None)

    assert (right.exit_code, right.output) == (0, "")
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith(f"error: {file}:7:9: resources[0].environment.QRMI_IBM_QCS_ENDPOINT: must end with")


@pytest.fixture
def site_file(fake: Fake, tmp_path: Path) -> Path:
    """A rendered file of one entry, and then everything goes wrong with its instance."""
    rendered(tmp_path, fake, SITE)
    return tmp_path / "out" / "qrmi_config.json"


def checked(file: Path, *arguments: str, key: str | None = "manager-key") -> tuple[int, str]:
    """The status and the one line, without the place."""
    result = run("slurm", "check", str(file), *arguments, key=key)
    kind, _, text = result.stdout.partition(": ")
    return result.exit_code, f"{kind}: {text.partition('SERVICE_CRN: ')[2] or text}".strip()


def test_with_a_key_the_crns_are_asked_about(fake: Fake, site_file: Path) -> None:
    """That of whoever may only use them is enough; what is wrong with the file is an error, with time a warning."""
    good = checked(site_file)
    fake.change_instance("busy", limit_seconds=60)
    at_limit = checked(site_file)
    fake.change_instance("busy", limit_seconds=None, backends=("ibm_beta",))
    backend = checked(site_file)
    fake.change_instance("busy", allocation_seconds=0)
    archived = checked(site_file, "--offline"), checked(site_file)
    fake.change_instance("busy", state="removed")
    gone = checked(site_file)

    assert good == (0, ":")
    assert at_limit[0] == 0
    assert at_limit[1].startswith("warning: cannot run: its limit of 1m is reached; time returns by ")
    assert backend == (1, "error: cannot run: ibm_alpha is not among its backends")
    assert archived == ((0, ":"), (1, "error: cannot run: it is archived, its allocation is 0"))
    assert gone[0] == 1
    assert "was not found" in gone[1]


def test_a_key_that_is_refused_is_one_error(fake: Fake, site_file: Path) -> None:
    """And not one for each entry; the key is not repeated."""
    result = run("slurm", "check", str(site_file), key="no-such-key")

    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "no-such-key" not in result.output


def test_a_file_is_compared_with_the_configuration(fake: Fake, site_file: Path, tmp_path: Path) -> None:
    """By entry and key, without secrets; other vendors' entries are the site's own affair."""
    document = json.loads(site_file.read_text(encoding="utf-8"))
    mine = document["resources"][0]
    mine["environment"] |= {"QRMI_IBM_QCS_SESSION_MODE": "dedicated", "QRMI_IBM_QCS_IAM_APIKEY": "never-shown"}
    document["resources"] += [{**mine, "name": "ibm_beta"}, PASQAL]
    site_file.write_text(json.dumps(document), encoding="utf-8")
    path = configuration(tmp_path, fake, slurm_sites=[SITE, OTHER])
    result = run("slurm", "check", str(site_file), "--config", path, "--site", "alps", key=None)
    lines = [line for line in result.stdout.splitlines() if "is a secret" not in line]

    assert result.exit_code == 1
    assert lines == [
        f"error: {site_file}: ibm_alpha: QRMI_IBM_QCS_IAM_APIKEY: (secret) => nothing (not as configured)",
        f'error: {site_file}: ibm_alpha: QRMI_IBM_QCS_SESSION_MODE: "dedicated" => "batch" (not as configured)',
        f'warning: {site_file}: "ibm_beta": is not of this site',
    ]
    assert "never-shown" not in result.output
