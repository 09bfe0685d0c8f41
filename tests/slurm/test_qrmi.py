"""What QRMI itself makes of the files: the loader that the plugin calls, and the client that a job uses."""

from dataclasses import replace
from pathlib import Path

import pytest
import qrmi
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.slurm import Project, Site, render

ENDPOINTS = {"us-east": "https://quantum.cloud.ibm.com/api/v1", "eu-de": "https://eu-de.quantum.cloud.ibm.com/api/v1"}
BACKENDS = {f"{letter}_{region[:2]}": region for region in ENDPOINTS for letter in ("ibm_fez", "_X", "a0")}

words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12)


@st.composite
def projects(draw: st.DrawFn, number: int) -> Project:
    region = draw(st.sampled_from(sorted(ENDPOINTS)))
    own = [backend for backend, where in BACKENDS.items() if where == region]
    return Project(
        instance=f"{draw(words)} {number}",
        crn=f"crn:v1:bluemix:public:quantum-computing:{region}:a/0123:11111111-2222-4333-8444-{number:012x}::",
        endpoint=ENDPOINTS[region],
        iam_endpoint="https://iam.cloud.ibm.com",
        backends=tuple(draw(st.lists(st.sampled_from(own), min_size=1, unique=True))),
        accounts=tuple(f"{account}{number}" for account in draw(st.lists(words, max_size=3, unique=True))),
        key_file=draw(st.none() | words.map("/{}".format)),
        licenses=draw(st.none() | st.integers(1, 99)),
    )


@st.composite
def sites(draw: st.DrawFn) -> Site:
    return Site(
        name="cluster-a",
        projects=tuple(draw(projects(number)) for number in range(draw(st.integers(0, 4)))),
        names=draw(st.sampled_from(["current", "legacy"])),
        session_mode=draw(st.sampled_from(["batch", "dedicated"])),
        session_max_ttl_seconds=draw(st.none() | st.integers(1, 10**6)),
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a rendered ``qrmi_config.json`` is put."""
    return tmp_path_factory.mktemp("site") / "qrmi_config.json"


@given(site=sites())
def test_qrmi_takes_every_site(site: Site, file: Path) -> None:
    """Every entry constructs once a job brings the key and the CRN, under the name of its backend."""
    file.write_text(render(site)["qrmi_config.json"], encoding="utf-8")
    loaded = qrmi.Config.load(str(file)).resource_map
    prefix = "QRMI_IBM_QCS" if site.names == "current" else "QRMI_IBM_QRS"

    assert set(loaded) == {backend for project in site.projects for backend in project.backends}
    for name, entry in loaded.items():
        users = [project for project in site.projects if name in project.backends]
        assert entry.environment.get(f"{prefix}_SERVICE_CRN") == (users[0].crn if len(users) == 1 else None)
        brought = {f"{prefix}_IAM_APIKEY": "a-key", f"{prefix}_SERVICE_CRN": users[0].crn}
        resource = qrmi.QuantumResource.from_config(name, entry.resource_type, {**entry.environment, **brought})
        assert resource.resource_id() == name


@given(site=sites())
def test_every_file_is_the_same_again(site: Site) -> None:
    """Whatever the order of the projects."""
    assert render(replace(site, projects=site.projects[::-1])) == render(site)
