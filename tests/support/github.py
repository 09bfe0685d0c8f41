#!/usr/bin/env python3
"""As much of GitHub as the pipelines ask for: a ``gh`` command over a file, and how a test fills that file."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

DATA = "GITHUB_FILE"
MAIN, FORK = 1, 2
"""The ids of the repository and of somebody's fork."""


def artifact(
    name: str, commit: str, created: str, *, branch: str = "change", repository: int = MAIN, **files: str
) -> dict[str, Any]:
    """An artifact of a run; the name of a file has ``_`` for its point."""
    run = {"head_sha": commit, "head_branch": branch, "head_repository_id": repository, "repository_id": MAIN}
    contents = {key.replace("_", "."): text for key, text in files.items()}
    return {"name": name, "created_at": created, "expired": False, "workflow_run": run, "files": contents}


class GitHub:
    """A repository at GitHub, with a ``gh`` that knows it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "github.data"
        command = folder / "bin" / "gh"
        command.parent.mkdir()
        command.write_text(f"#!/bin/sh\nexec '{sys.executable}' -S '{__file__}' \"$@\"\n", encoding="utf-8")
        command.chmod(0o755)
        self.commands, self.environment = command.parent, {DATA: str(self._file)}
        self.fill()

    def fill(self, **data: list[dict[str, Any]]) -> None:
        """Say what there is: ``artifacts``, ``pulls``, ``comments`` and ``issues``."""
        for number, one in enumerate(data.get("artifacts", [])):
            one["id"] = number
        self._file.write_text(json.dumps({"artifacts": [], "pulls": [], "comments": [], "issues": [], **data}))

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self._file.read_text())[kind]
        return found


def _answer(data: dict[str, Any], method: str, path: str, fields: dict[str, str]) -> Any:
    """Answer a call of the API, about whatever repository."""
    resource, _, query = path.removeprefix("repos/{owner}/{repo}/").partition("?")
    parts = resource.split("/")
    if parts[:2] == ["actions", "artifacts"]:
        if parts[-1] == "zip":
            return _archive(data["artifacts"][int(parts[2])]["files"])
        name = query.partition("&")[0].removeprefix("name=")
        return {"artifacts": [one for one in data["artifacts"] if one["name"] == name]}
    if parts[0] == "commits":
        return [one for one in data["pulls"] if one.get("merge_commit_sha") == parts[1]]
    if parts[0] == "pulls":
        if len(parts) == 2:
            return next(one for one in data["pulls"] if str(one["number"]) == parts[1])
        return [one for one in data["pulls"] if one["label"] == fields["head"] and one["state"] == fields["state"]]
    if method == "POST":
        data["comments"].append({"id": len(data["comments"]), "issue": parts[1], "user": {"type": "Bot"}, **fields})
    elif method == "PATCH":
        data["comments"][int(parts[2])].update(fields)
    return [one for one in data["comments"] if one["issue"] == parts[1]]


def _archive(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    return archive.getvalue()


def _options(arguments: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Split arguments into what is given by place and by name."""
    places: list[str] = []
    options: dict[str, list[str]] = {}
    rest = iter(arguments)
    for one in rest:
        if one in ("--paginate", "--silent", "--force"):
            continue
        if one.startswith("--"):
            options.setdefault(one, []).append(next(rest))
        else:
            places.append(one)
    return places, options


def _issue(data: dict[str, Any], verb: str, places: list[str], options: dict[str, list[str]]) -> Any:
    if verb == "list":
        return [one for one in data["issues"] if one["open"] and [one["label"]] == options["--label"]]
    body = Path(options["--body-file"][0]).read_text() if "--body-file" in options else None
    if verb == "create":
        one = {"number": len(data["issues"]), "open": True, "label": options["--label"][0], "body": body}
        data["issues"].append(one)
    else:
        one = data["issues"][int(places[0])]
        one.update({"open": False} if verb == "close" else {"body": body})
    return None


def main(arguments: list[str]) -> None:
    """Be ``gh``."""
    file = Path(os.environ[DATA])
    data = json.loads(file.read_text())
    places, options = _options(arguments)
    if places[0] == "api":
        fields = dict(one.split("=", 1) for one in options.get("--field", []))
        body = {key: Path(text[1:]).read_text() if text.startswith("@") else text for key, text in fields.items()}
        answer = _answer(data, options.get("--method", ["GET"])[0], places[1], body)
    else:
        answer = _issue(data, places[1], places[2:], options) if places[0] == "issue" else None
    file.write_text(json.dumps(data))
    if isinstance(answer, bytes):
        sys.stdout.buffer.write(answer)
    elif "--jq" in options:
        command = ["jq", "-r", *options["--jq"]]
        sys.exit(subprocess.run(command, input=json.dumps(answer), text=True, check=False).returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
