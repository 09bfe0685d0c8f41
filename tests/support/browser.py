"""A Chromium without a window, driven over two pipes, for what only a browser can tell of a page."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import F_DUPFD_CLOEXEC, fcntl
from itertools import count
from pathlib import Path
from select import select
from typing import Any, BinaryIO, Literal

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Where a browser is on the PATH; None where there is none."""

HEIGHT = 844
"""Of the window, in pixels."""

_PATIENCE_SECONDS = 60

Scheme = Literal["light", "dark"]

_OPTIONS = (
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
    "--no-first-run",
    "about:blank",
)


@dataclass
class Browser:
    """A browser with one tab; what it loads and what stands on its console is recorded until the next page."""

    commands: BinaryIO
    answers: int
    session: str = ""
    loaded: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    _unread: bytes = b""
    _events: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def open(self, page: Path, *, width: int, scheme: Scheme = "light", media: str = "") -> None:
        """Open a file in a window of so many pixels, as a phone does up to 600; ``media`` is "print" or "" (screen)."""
        self.loaded.clear()
        self.console.clear()
        self._events.clear()
        window = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": width <= 600}
        self.call("Emulation.setDeviceMetricsOverride", **window)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)
        self.call("Page.navigate", url=page.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._read()

    def evaluate(self, script: str) -> Any:
        """Return what an expression of JavaScript comes to in the page, whose policy does not hold for it."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the Chrome DevTools Protocol."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.commands.write(json.dumps(message).encode() + b"\0")
        self.commands.flush()
        while (answer := self._read()).get("id") != number:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            assert select([self.answers], [], [], _PATIENCE_SECONDS)[0], "the browser does not answer"
            more = os.read(self.answers, 1 << 16)
            assert more, "the browser has ended"
            self._unread += more
        text, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        event, parameters = message.get("method", ""), message.get("params", {})
        self._events.append(event)
        if event == "Network.requestWillBeSent":
            self.loaded.append(parameters["request"]["url"])
        elif event in {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}:
            self.console.append(json.dumps(parameters))
        return message


@contextmanager
def started_browser(profile: Path) -> Iterator[Browser]:
    """Start a browser with a new profile in a folder, and end it."""
    assert CHROMIUM
    (commands_end, our_commands), (our_answers, answers_end) = os.pipe(), os.pipe()
    their_commands, their_answers = (fcntl(end, F_DUPFD_CLOEXEC, 10) for end in (commands_end, answers_end))
    # The protocol wants descriptors 3 and 4, which only a shell can be told to use.
    wrapper = f'exec "$0" "$@" 3</dev/fd/{their_commands} 4>/dev/fd/{their_answers}'
    process = subprocess.Popen(
        ["sh", "-c", wrapper, CHROMIUM, f"--user-data-dir={profile}", *_OPTIONS],
        pass_fds=(their_commands, their_answers),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in (commands_end, answers_end, their_commands, their_answers):
        os.close(end)
    with process, open(our_commands, "wb") as commands, open(our_answers, "rb"):  # noqa: PTH123
        try:
            browser = Browser(commands, our_answers)
            targets = browser.call("Target.getTargets")["targetInfos"]
            target = next(one["targetId"] for one in targets if one["type"] == "page")
            browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime", "Log"):
                browser.call(f"{domain}.enable")
            yield browser
        finally:
            process.kill()
