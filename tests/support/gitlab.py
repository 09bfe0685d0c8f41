"""As much of GitLab's API as the pipelines ask for, on loopback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "glpat-not-a-secret"
BOT = {"username": "project_1_bot_2"}


class GitLab:
    """A project: notes of its merge requests, its issues, and whatever else a test puts under a path."""

    def __init__(self, address: str) -> None:
        self.notes: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.answers: dict[str, Any] = {}
        self.environment = {
            "CI_API_V4_URL": address,
            "CI_PROJECT_ID": "1",
            "CI_DEFAULT_BRANCH": "main",
            "CI_COMMIT_SHA": "merged",
            "GITLAB_TOKEN": TOKEN,
            "no_proxy": "127.0.0.1",
        }

    def answer(self, method: str, path: str, form: dict[str, str]) -> Any:
        """Return what a call gets; None where there is no such thing."""
        if path in self.answers:
            return self.answers[path]
        kept = self.issues if path.startswith("issues") else self.notes if "/notes" in path else None
        if kept is None:
            return None
        if method == "POST":
            kept.append({"id": len(kept), "iid": len(kept), "author": BOT, "state": "opened", **form})
        elif method == "PUT":
            one = kept[int(path.rpartition("/")[2])]
            one.update(form)
            if form.get("state_event") == "close":
                one["state"] = "closed"
        return [one for one in kept if one["state"] == "opened"]


@contextmanager
def serve_gitlab() -> Iterator[GitLab]:
    """Serve a project that has nothing yet."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            path = unquote(urlsplit(self.path).path.removeprefix("/projects/1/"))
            allowed = self.headers.get("PRIVATE-TOKEN") == TOKEN
            answer = gitlab.answer(self.command, path, {key: one for key, [one] in form.items()}) if allowed else None
            body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    gitlab = GitLab(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield gitlab
    finally:
        server.shutdown()
        server.server_close()
