"""Settings of a stack, written and read one by one; what else is in the file stays as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ibm_quantum.engine import EngineError
from pulumi_ibm_quantum.engine.stack.settings_text import with_setting, without_setting
from tests.support.engine_commands import invoke
from tests.support.engine_projects import NAME, STACK, Project

SECURE = {"secure": "v1:bm9uY2U=:c2VhbGVk+/=="}


def settings_of(project: Project) -> Path:
    return project.root / "app" / f"Pulumi.{STACK}.yaml"


def test_what_is_set_is_read_and_removed(project: Project) -> None:
    """In clear in the file, with the namespace of the project where it has none of its own."""
    assert invoke(project, "config", "set", "size", "0600").exit_code == 0
    assert invoke(project, "config", "set", "other:name", "-", stdin="two\nlines\n").exit_code == 0

    assert invoke(project, "config", "get", "proj:size").stdout == "0600\n"
    assert invoke(project, "config", "get", "other:name").stdout == "two\nlines\n"
    assert invoke(project, "config", "ls").stdout.splitlines()[-1] == "proj:size\t0600"
    assert yaml.safe_load(settings_of(project).read_text(encoding="utf-8"))["config"]["proj:size"] == "0600"
    for key in ("size", "other:name"):
        assert invoke(project, "config", "rm", key).exit_code == 0
    assert yaml.safe_load(settings_of(project).read_text(encoding="utf-8")).get("config") == {}


def test_a_secret_is_encrypted_and_in_no_argument(project: Project) -> None:
    """It comes from standard input; the file has its ciphertext, and the list of settings does not show it."""
    settings_of(project).write_text("config:\n  a: b\n", encoding="utf-8")
    done = invoke(project, "config", "set", "--secret", "token", stdin="hush-hush\n")

    assert done.exit_code == 0, done.output
    text = settings_of(project).read_text(encoding="utf-8")
    assert "hush" not in text + done.output
    assert "\nencryptionsalt: v1:" in text
    assert invoke(project, "config", "get", "token").stdout == "hush-hush\n"
    assert "proj:token\t[secret]" in invoke(project, "config", "ls").stdout.splitlines()
    assert json.loads(invoke(project, "config", "ls", "--json").stdout)["proj:token"] == {"secret": True}
    refused = invoke(project, "config", "set", "--secret", "token", "in-the-arguments")
    assert refused.exit_code == 2
    assert "list of processes" in refused.stderr
    assert "in-the-arguments" not in refused.output
    assert settings_of(project).read_text(encoding="utf-8") == text
    project.env["PULUMI_CONFIG_PASSPHRASE"] = "another"
    wrong = invoke(project, "config", "set", "--secret", "token", stdin="x")
    assert (wrong.exit_code, "Wrong passphrase" in wrong.stderr) == (1, True)
    assert invoke(project, "config", "get", "token").exit_code == 1
    assert settings_of(project).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["set", "ibm-quantum:apiKey", "abc"], "must not be in clear: give --secret"),
        (["set", "--plaintext", "ibm-quantum:apiKey", "abc"], "must not be in clear: give --secret"),
        (["set", "password", "abc"], "must not be in clear: give --secret, or --plaintext if it is none"),
        (["set", "a:b:c", "abc"], "is not the key of a setting"),
        (["get", "a b"], "is not the key of a setting"),
        (["set", "", "abc"], "is not the key of a setting"),
    ],
)
def test_what_must_not_be_written_is_refused(project: Project, arguments: list[str], sentence: str) -> None:
    """A wrong call, in one sentence; the file stays as it is, and the value is not repeated."""
    before = settings_of(project).read_bytes()
    result = invoke(project, "config", *arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr.splitlines()[-1]
    assert "abc" not in result.output
    assert settings_of(project).read_bytes() == before
    assert invoke(project, "config", "set", "--plaintext", "tokens", "5").exit_code == 0


def test_an_unknown_key_is_an_error_with_the_nearest(project: Project) -> None:
    """For get and for rm, in one line."""
    invoke(project, "config", "set", "size", "5")
    for command in ("get", "rm"):
        result = invoke(project, "config", command, "sise")

        assert result.exit_code == 1
        assert "has no setting proj:sise (did you mean proj:size?)" in result.stderr
        assert len(result.stderr.splitlines()) == 1


COMMENTED = """\
# of all of us
config:
  # what it is about
  other:name: old   # kept
  "proj:token":  # the key of the service
    secure: v1:old

  # the last one
  a:b: {x: 1}  # an object
encryptionsalt: v1:salt:check
"""


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("other:name", "new", "other:name: old   # kept", "other:name: new   # kept"),
        ("other:name", SECURE, "name: old   # kept", f"name:\n    secure: {SECURE['secure']}   # kept"),
        ("proj:token", SECURE, "v1:old", SECURE["secure"]),
        ("proj:token", "clear", ":  # the key of the service\n    secure: v1:old", ": clear  # the key of the service"),
        ("new:one", "0x10", "# an object\n", '# an object\n  new:one: "0x10"\n'),
        ("new:one", SECURE, "# an object\n", f"# an object\n  new:one:\n    secure: {SECURE['secure']}\n"),
    ],
)
def test_comments_and_all_else_stay(key: str, value: str | dict[str, str], before: str, after: str) -> None:
    """A setting is changed in its place or put behind the others."""
    assert with_setting(COMMENTED, "f", "proj", key, value) == COMMENTED.replace(before, after)


def test_what_is_removed_leaves_the_comments() -> None:
    """Those above and behind others, and its own where it has a line of its own."""
    expected = COMMENTED.replace('  "proj:token":  # the key of the service\n    secure: v1:old\n', "")
    assert without_setting(COMMENTED, "f", "proj", "proj:token") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "encryptionsalt: v1:a:b",
        "config:\n",
        "config:   # ours",
        "config: {}\nencryptionsalt: v1:a:b\n",
        "config: {a:b: c}\n",
        '{"config": {"a:b": "c"}}\n',
        '{"encryptionsalt": "v1:a:b", "config": {}}',
        "config:\r\n  a:b: c\r\nencryptionsalt: v1:a:b\r\n",
        "config:\n    a:b: |\n        c\n        d\n\n\n",
        "config:\n  a:b: &x c\n  d:e: *x\n",
        "config:\n  proj:config:k: old\n",
        "config:\n  k: old\n",
    ],
)
@settings(max_examples=25)
@given(value=st.one_of(st.text(st.characters(codec="utf-8"), max_size=20), st.just(SECURE)))
def test_any_value_is_read_back_from_any_file(text: str, value: str | dict[str, str]) -> None:
    """Whatever it looks like to YAML, and whatever the file looks like; other settings keep their values."""
    changed = with_setting(text, "f", "proj", "proj:k", value)
    loaded = yaml.safe_load(changed)["config"]

    assert value in loaded.values()
    assert {name: one for name, one in loaded.items() if not name.endswith("k")} == (
        {
            name: one
            for name, one in ((yaml.safe_load(text) or {}).get("config") or {}).items()
            if not name.endswith("k")
        }
    )
    if "k" not in text:
        removed = yaml.safe_load(without_setting(changed, "f", "proj", "proj:k"))
        assert (removed.get("config") or {}) == ((yaml.safe_load(text) or {}).get("config") or {})


def test_what_cannot_be_changed_in_place_is_refused() -> None:
    """Here what another setting refers to would be lost."""
    with pytest.raises(EngineError, match="f cannot be changed in place"):
        with_setting("config:\n  proj:k: &x c\n  d:e: *x\n", "f", "proj", "proj:k", "new")


@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH")
@pytest.mark.parametrize("flags", [[], ["--secret"]], ids=["clear", "secret"])
def test_the_cli_reads_what_we_write_and_we_what_it_writes(project: Project, flags: list[str]) -> None:
    """Texts that look like something else, and secrets, under one passphrase and salt; comments survive both."""
    values = ["plain", "0600", "true", "two\nlines", "ü: #1", "-5", "null", "1e3", "", "0x10", "~", "2026-01-01", "a:b"]
    settings_of(project).write_text("# of all of us\nconfig:\n  a:b: c  # kept\n", encoding="utf-8")
    _pulumi(project, "stack", "init", STACK)
    for number, value in enumerate(values):
        assert invoke(project, "config", "set", *flags, f"ours{number}", "-", stdin=value).exit_code == 0
    for number, value in enumerate(values[:4]):
        _pulumi(project, "config", "set", *(flags or ["--plaintext"]), f"theirs{number}", stdin=value)
    shown = json.loads(_pulumi(project, "config", "--show-secrets", "--json"))
    text = settings_of(project).read_text(encoding="utf-8")

    assert [shown[f"{NAME}:ours{number}"]["value"] for number in range(len(values))] == values
    assert {shown[f"{NAME}:ours{number}"]["secret"] for number in range(len(values))} == {bool(flags)}
    assert _pulumi(project, "config", "get", "ours0") == invoke(project, "config", "get", "theirs0").stdout == "plain\n"
    assert [invoke(project, "config", "get", f"theirs{n}").stdout for n in range(4)] == [f"{v}\n" for v in values[:4]]
    assert "# of all of us\n" in text
    assert "# kept" in text
    assert ("plain" in text) is not bool(flags)


def _pulumi(project: Project, *arguments: str, stdin: str = "") -> str:
    stack = [] if arguments[0] == "stack" else ["--stack", STACK]
    call = ["pulumi", "--non-interactive", "-C", str(project.root), *arguments, *stack]
    return subprocess.run(call, env=project.env, input=stdin, text=True, check=True, capture_output=True).stdout
