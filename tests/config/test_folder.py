"""A folder of files that are one configuration."""

from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.config import (
    ConfigurationError,
    ProjectConfiguration,
    load_configuration,
)
from tests.support.configurations import (
    ACCOUNT,
    HEAD,
    OTHER_ACCOUNT,
    configuration_mapping,
    configuration_yaml,
    crn,
    models,
    read,
)


def entries(*numbers: int, key: str = "instances") -> str:
    return f"{key}:\n" + "".join(f'  - name: p{n}\n    crn: "{crn(n)}"\n' for n in numbers)


def folder(base: Path, **files: str) -> Path:
    base.mkdir(exist_ok=True)
    for name, text in files.items():
        (base / name.replace("_yaml", ".yaml").replace("_yml", ".yml")).write_text(text, encoding="utf-8")
    return base


def refusal(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        load_configuration(path, source="conf")
    return str(refused.value).splitlines()


def test_files_are_joined_in_the_order_of_their_names(tmp_path: Path) -> None:
    """One file holds the account-wide keys, each may list instances; other files do not matter."""
    folder(tmp_path, b_yml=entries(3), a_yaml=entries(1, 2), c_yaml="version: 3\n" + entries(4), account_yaml=HEAD)
    (tmp_path / "README.md").write_text("# Projects")
    (tmp_path / ".hidden.yaml").write_text("[")
    (tmp_path / "old.yaml").mkdir()
    loaded = load_configuration(tmp_path)
    assert loaded.configuration == read(HEAD + entries(1, 2, 3, 4))
    assert (loaded.dialect, loaded.source) == (3, str(tmp_path))


def test_a_single_file(tmp_path: Path) -> None:
    """A folder with one file means what the file does."""
    folder(tmp_path, all_yaml=HEAD + entries(1))
    assert load_configuration(tmp_path).configuration == read(HEAD + entries(1))


def test_files_of_older_dialects(tmp_path: Path) -> None:
    """The file with the account-wide keys says the dialect of all."""
    top = f'account_id: "{ACCOUNT}"\nplan: premium\nminimum_allocation_seconds: 60\n'
    folder(tmp_path / "two", a_yaml=top, b_yaml=entries(1) + "    protect: false\n")
    loaded = load_configuration(tmp_path / "two", source="two")
    assert (loaded.dialect, loaded.configuration.change_threshold_percent) == (2, 0)
    assert [str(warning) for warning in loaded.warnings] == [
        "two/b.yaml:4:5: instances[0].protect: is not a known key and is ignored; it needs version: 3"
    ]
    period = "balance_period: {start_date: 2026-01-01, end_date: 2026-02-01}\n"
    top = f'account_id: "{ACCOUNT}"\nplan_id: premium\n{period}'
    folder(tmp_path / "one", a_yaml=top, b_yaml=entries(1, key="projects"))
    assert load_configuration(tmp_path / "one").dialect == 1


def test_what_is_wrong_names_the_file(tmp_path: Path) -> None:
    """All files are judged at once, and each problem has the file, line and path where it can be mended."""
    folder(
        tmp_path,
        a_yaml=f'{HEAD}reserve: 5\n{entries(1)}  - name: x\n    crn: "{crn(9, account=OTHER_ACCOUNT)}"\n',
        b_yaml=entries(2, 1) + "    limit_seconds: ten\n    nope: 1\n",
    )
    assert [line.split(": ")[:2] for line in refusal(tmp_path)] == [
        ["conf/a.yaml:4:1", "reserve"],
        ["conf/a.yaml:9:5", "instances[1].crn"],
        ["conf/b.yaml:4:5", "instances[1].name"],
        ["conf/b.yaml:5:5", "instances[1].crn"],
        ["conf/b.yaml:6:5", "instances[1].limit_seconds"],
        ["conf/b.yaml:7:5", "instances[1].nope"],
    ]


def test_the_same_instance_in_two_files_names_both(tmp_path: Path) -> None:
    """A name or CRN that two files give says where the other one is."""
    folder(tmp_path, a_yaml=HEAD + entries(7, 1), b_yaml=entries(1))
    assert refusal(tmp_path) == [
        "conf/b.yaml:2:5: instances[0].name: is the same name as instances[1].name (conf/a.yaml:7)",
        "conf/b.yaml:3:5: instances[0].crn: is the same crn as instances[1].crn (conf/a.yaml:8)",
    ]


def test_account_wide_keys_are_in_one_file(tmp_path: Path) -> None:
    """What concerns the whole account cannot be said, or contradicted, in a project's file."""
    folder(tmp_path, m_yaml=HEAD + entries(1), a_yaml="plan: paygo\nversion: 2\n" + entries(2))
    assert refusal(tmp_path) == [
        "conf/a.yaml:1:1: plan: belongs into conf/m.yaml, the one file with keys other than instances",
        "conf/a.yaml:2:1: version: differs from that of conf/m.yaml: leave it out here",
    ]


def test_files_that_do_not_fit(tmp_path: Path) -> None:
    """A file that is not a mapping, has no list, or is not YAML is named; the others are read all the same."""
    folder(tmp_path, a_yaml=HEAD, b_yaml="- name: x\n", c_yaml="instances: {}\n")
    assert refusal(tmp_path) == [
        "conf/b.yaml:1:1: wants a mapping with instances, found a list",
        "conf/c.yaml:1:1: instances: wants a list, found a mapping",
    ]
    folder(tmp_path, a_yaml=HEAD + "plan: paygo\n", b_yaml="[", c_yaml="# nothing\n")
    assert [line.split(": ")[0] for line in refusal(tmp_path)] == ["conf/a.yaml:4:1", "conf/b.yaml:1:2", "conf/c.yaml"]


def test_lists_of_two_dialects(tmp_path: Path) -> None:
    """Projects in one file and instances in another are of no dialect, said where the projects are."""
    folder(tmp_path, a_yaml=f'account_id: "{ACCOUNT}"\n', b_yaml=entries(1, key="projects"), c_yaml=entries(2))
    assert refusal(tmp_path) == [
        "conf/b.yaml:1:1: projects: has both projects and instances: keep instances (and say version: 3)"
    ]


def test_no_file_says_what_it_is_about(tmp_path: Path) -> None:
    """Lists alone are no configuration."""
    folder(tmp_path, a_yaml=entries(1), b_yaml="version: 3\n" + entries(2))
    assert refusal(tmp_path)[0].startswith("conf/a.yaml:1:1: ")


def test_a_later_finding_is_said_in_its_file(tmp_path: Path) -> None:
    """What is found out later of an instance is reported in the file that lists it."""
    folder(tmp_path, a_yaml=HEAD + entries(1), b_yaml=entries(2, 3))
    loaded = load_configuration(tmp_path, source="conf")
    found = loaded.problem(("instances", 2, "crn"), "is archived")
    assert str(found) == "conf/b.yaml:5:5: instances[1].crn: is archived"


@given(models(), st.lists(st.integers(0, 4), max_size=3))
def test_a_file_means_the_same_in_parts(
    tmp_path_factory: pytest.TempPathFactory, model: ProjectConfiguration, cuts: list[int]
) -> None:
    """Any configuration, cut into a folder of files at any places, is still the same one."""
    base = tmp_path_factory.mktemp("parts")
    ends = sorted({0, *cuts, len(model.instances)})
    (base / "00.yaml").write_text(configuration_yaml(model.model_copy(update={"instances": ()})), encoding="utf-8")
    for number, (first, last) in enumerate(pairwise(ends), start=1):
        part = model.model_copy(update={"instances": model.instances[first:last]})
        mapping = {"instances": configuration_mapping(part)["instances"]}
        (base / f"{number:02}.yaml").write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    assert load_configuration(base).configuration == model
