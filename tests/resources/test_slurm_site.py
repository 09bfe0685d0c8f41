"""A Slurm site's files in a folder: written, compared, restored and removed, among what others have there."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import Comparison
from pulumi_ibm_quantum.resources.slurm_site import LIFECYCLE, SLURM_SITE
from pulumi_ibm_quantum.resources.unknown import UNKNOWN
from pulumi_ibm_quantum.slurm import Project, Site, render

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-55555555555a::"
SECRET = "never-to-be-shown"
ENTRIES = "qrmi_config.json"
FRESNEL = {"name": "FRESNEL", "type": "pasqal-cloud", "environment": {"QRMI_PASQAL_CLOUD_AUTH_TOKEN": SECRET}}


def project(instance: str, crn: str = CRN) -> Project:
    address = "https://quantum.cloud.ibm.com/api/v1"
    return Project(instance, crn, address, "https://iam.cloud.ibm.com", (f"ibm_{instance}",), (instance,))


def files(*instances: str, crn: str = CRN) -> dict[str, str]:
    return render(Site("alps", tuple(project(instance, crn) for instance in instances), plugin="/p.so"))


def no_cloud() -> Cloud:
    raise AssertionError("the account was asked for a folder")


class Kept:
    """One resource over a folder, as an engine has it from run to run."""

    def __init__(self, root: Path, **more: Any) -> None:
        self.context = Context(no_cloud, root)
        self.folder = root / "out"
        self.inputs: dict[str, Any] = {"folder": "out", "files": files("a", "b"), **more}
        self.outputs: dict[str, Any] = {}

    def create(self) -> "Kept":
        _, self.outputs = LIFECYCLE.create(self.context, self.inputs)
        return self

    def up(self, **changes: Any) -> None:
        self.inputs |= changes
        self.outputs = LIFECYCLE.update(self.context, "out", self.outputs, self.inputs)

    def preview(self) -> Comparison:
        return LIFECYCLE.compare(lambda: self.context, "out", self.outputs, self.inputs, 0)

    def refresh(self) -> dict[str, Any] | None:
        return LIFECYCLE.read(self.context, "out", self.outputs)

    def destroy(self) -> None:
        assert LIFECYCLE.delete is not None
        LIFECYCLE.delete(self.context, "out", self.outputs)

    def path(self, file: str = ENTRIES) -> Path:
        return self.folder / file

    def entries(self) -> dict[str, Any]:
        return {one["name"]: one for one in json.loads(self.path().read_text(encoding="utf-8"))["resources"]}

    def put_entries(self, *entries: Any, **more: Any) -> None:
        self.path().write_text(json.dumps({**more, "resources": list(entries)}), encoding="utf-8")

    def content(self) -> dict[str, bytes]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """A site of two projects, written."""
    return Kept(tmp_path).create()


def test_the_files_are_there_as_they_were_declared(kept: Kept) -> None:
    """And nothing else; everybody can read them, and only the owner write."""
    assert kept.content() == {path: text.encode() for path, text in files("a", "b").items()}
    assert {kept.path(path).stat().st_mode & 0o777 for path in kept.content()} == {0o644}
    assert kept.preview().changed == []
    assert kept.preview().notes == ()


def test_a_project_that_is_gone_takes_its_file_along(kept: Kept) -> None:
    """Its entry and its profile are removed, and what somebody else put beside them stays."""
    kept.path("projects/own.sh").write_text("mine")
    kept.up(files=files("a"))

    assert sorted(kept.content()) == sorted([*files("a"), "projects/own.sh"])
    assert list(kept.entries()) == ["ibm_a"]


def edited(kept: Kept) -> None:
    entries = kept.entries()
    entries["ibm_a"]["environment"] |= {"QRMI_IBM_QCS_SERVICE_CRN": CRN[:-4], "QRMI_IBM_QCS_IAM_APIKEY": SECRET}
    kept.put_entries(*entries.values())


def entry_removed(kept: Kept) -> None:
    kept.put_entries(kept.entries()["ibm_b"])


def second_entry(kept: Kept) -> None:
    entries = kept.entries()
    kept.put_entries(*entries.values(), {**entries["ibm_a"], "environment": {}})


def file_edited(kept: Kept) -> None:
    kept.path("projects/a.sh").write_text(f"export ibm_a_QRMI_IBM_QCS_IAM_APIKEY={SECRET}\n", encoding="utf-8")


def file_removed(kept: Kept) -> None:
    kept.path("projects/a.sh").unlink()


def cut_to_nothing(kept: Kept) -> None:
    kept.path().write_bytes(b"")


def profile_cut(kept: Kept) -> None:
    os.truncate(kept.path("projects/a.sh"), 20)


def opened(kept: Kept) -> None:
    kept.path().chmod(0o666)


DRIFT = [
    (
        edited,
        [
            f"{ENTRIES}: ibm_a: QRMI_IBM_QCS_IAM_APIKEY: (secret) => nothing",
            f'{ENTRIES}: ibm_a: QRMI_IBM_QCS_SERVICE_CRN: "{CRN[:-4]}" => "{CRN}"',
        ],
    ),
    (entry_removed, [f"{ENTRIES}: ibm_a: removed"]),
    (second_entry, [f"{ENTRIES}: ibm_a: 2 entries of this name, of which QRMI takes the last"]),
    (file_edited, ["projects/a.sh: is not what was written"]),
    (file_removed, ["projects/a.sh: is not there"]),
    (cut_to_nothing, [f"{ENTRIES}: is empty"]),
    (profile_cut, ["projects/a.sh: is not what was written"]),
    (opened, [f"{ENTRIES}: others may write to it, its mode is 0666"]),
]


@pytest.mark.parametrize(("change", "told"), DRIFT, ids=lambda one: getattr(one, "__name__", ""))
def test_what_somebody_changed_is_told_by_entry_and_key_and_restored(kept: Kept, change: Any, told: list[str]) -> None:
    """In the preview and by a refresh, without a secret; the next run restores it, and the one after has no change."""
    before = kept.content()
    change(kept)
    preview, refreshed = kept.preview(), kept.refresh()
    kept.up()

    assert [one.name for one in preview.changed] == ["drift"]
    assert preview.notes == tuple(f"out/{one} (changed outside of this stack)" for one in told)
    assert refreshed is not None
    assert (refreshed["drift"], refreshed["files"]) == (told, kept.inputs["files"])
    assert SECRET not in repr(preview) + repr(refreshed)
    assert kept.content() == before
    assert kept.path().stat().st_mode & 0o777 == 0o644
    assert kept.preview().changed == []


def cut_off(kept: Kept) -> None:
    os.truncate(kept.path(), 40)


def linked(kept: Kept) -> None:
    kept.path("elsewhere").write_text("somebody's")
    kept.path().unlink()
    kept.path().symlink_to("elsewhere")


def folder_linked(kept: Kept) -> None:
    kept.path("projects").rename(kept.path("others"))
    kept.path("projects").symlink_to("others")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (cut_off, "is not JSON: "),
        (linked, f"{ENTRIES} is a link or no file: remove it"),
        (folder_linked, "projects is a link or no folder: remove it"),
    ],
)
def test_what_may_be_somebody_elses_is_told_and_not_replaced(kept: Kept, change: Any, told: str) -> None:
    """Entries of others may have been in a file that is cut off, and a link leads to what is not ours."""
    change(kept)
    before = kept.content()

    assert told in kept.preview().notes[0]
    with pytest.raises(CloudError, match=told.partition(" (")[0]):
        kept.up(files=files("a"))
    assert kept.content() == before


def test_entries_of_others_stay(kept: Kept) -> None:
    """In every run, and when all of ours is removed; one that looks like ours is told, other vendors' are not."""
    nazca = {"name": "ibm_nazca", "type": "ibm-quantum-compute-service", "environment": {"KEY": SECRET}}
    kept.put_entries(FRESNEL, nazca, *kept.entries().values(), description="of the site")
    told = kept.preview()
    kept.up(files=files("a"))
    after = json.loads(kept.path().read_text(encoding="utf-8"))
    kept.destroy()

    assert told.changed == []
    assert told.notes == (f'out/{ENTRIES}: "ibm_nazca": added by others, left alone',)
    assert [one["name"] for one in after["resources"]] == ["ibm_a", "FRESNEL", "ibm_nazca"]
    assert json.loads(kept.path().read_text(encoding="utf-8")) == {
        "description": "of the site",
        "resources": [FRESNEL, nazca],
    }
    assert list(kept.content()) == [ENTRIES]


def test_deleting_removes_folders_that_are_empty_then(kept: Kept) -> None:
    """And a second time it finds nothing to do; nor does a refresh."""
    kept.destroy()

    assert not kept.folder.exists()
    kept.destroy()
    assert kept.refresh() is None


@pytest.mark.parametrize("path", [ENTRIES, "projects/a.sh"])
def test_what_is_there_already_is_taken_over_only_where_that_is_said(tmp_path: Path, path: str) -> None:
    """An entry may have its key in it, a file may be somebody's; the same files again are no conflict."""
    there = {"name": "ibm_a", "type": "ibm-quantum-compute-service", "environment": {"KEY": SECRET}}
    text = json.dumps({"resources": [there]}) if path == ENTRIES else "mine"
    kept = Kept(tmp_path)
    kept.path(path).parent.mkdir(parents=True)
    kept.path(path).write_text(text, encoding="utf-8")
    with pytest.raises(CloudError) as error:
        kept.create()

    assert SECRET not in str(error.value)
    assert kept.content() == {path: text.encode()}
    Kept(tmp_path, adopt=True).create()
    assert kept.content() == {path: text.encode() for path, text in files("a", "b").items()}
    kept.create()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"../x": "a"}, "must have paths within the folder"),
        ({"/etc/x": "a"}, "must have paths within the folder"),
        ({}, "must be texts"),
        ({ENTRIES: "{"}, "is not JSON"),
        ({ENTRIES: json.dumps({"resources": [FRESNEL]})}, "no secret goes there"),
    ],
)
def test_wrong_files_are_refused_before_anything_is_written(given: dict[str, str], problem: str) -> None:
    """Without what is in them."""
    message = SLURM_SITE.check({}, {"folder": "out", "files": given})[1]["files"]

    assert problem in message
    assert SECRET not in message


def test_what_is_not_known_yet_is_no_mistake() -> None:
    """All files, or one of them."""
    assert SLURM_SITE.check({}, {"folder": "out/", "files": UNKNOWN}) == ({"folder": "out", "files": UNKNOWN}, {})
    assert SLURM_SITE.check({}, {"folder": "out", "files": {ENTRIES: UNKNOWN}})[1] == {}


def test_it_is_not_imported(kept: Kept) -> None:
    """Nobody knows which files are a site's: it is told what to do."""
    with pytest.raises(CloudError, match="declare it with adopt"):
        LIFECYCLE.read(kept.context, "out", {})


KILLED = """
import json, os, signal, sys
from pathlib import Path
from pulumi_ibm_quantum.resources.site_folder import Owned, write_site

def counted(call):
    def instead(*arguments, **named):
        calls.append(call)
        if len(calls) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return instead

calls, files = [], json.loads(sys.argv[3])
os.fsync, os.replace, os.rename = map(counted, (os.fsync, os.replace, os.rename))
write_site(Path(sys.argv[1]), files, Owned.of(files))
"""


def test_a_write_that_is_killed_leaves_each_file_whole(kept: Kept) -> None:
    """Whenever that is, a file is as it was or as it is to be; the next run ends it."""
    old, new = kept.content(), files("a", "b", crn=CRN.replace("1111", "9999"))
    changed = [path for path, text in new.items() if old[path] != text.encode()]
    for call in range(1, 2 * len(changed) + 1):
        program = [sys.executable, "-c", KILLED, str(kept.folder), str(call), json.dumps(new)]
        assert subprocess.run(program, check=False).returncode == -signal.SIGKILL
        found = {path: kept.path(path).read_bytes() for path in changed}
        assert all(text in (old[path], new[path].encode()) for path, text in found.items())
        replaced = sum(text != old[path] for path, text in found.items())
        assert replaced == max(0, call - len(changed) - 1)
        kept.up()
    kept.up(files=new)

    assert kept.content() == {path: text.encode() for path, text in new.items()}
