"""What providers say beside their answers."""

import io
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_ibm_quantum.resources.notices import write_notice_once


class SlowTerminal(io.StringIO):
    """A place that takes its time to write."""

    def write(self, text: str) -> int:
        time.sleep(0.05)
        return super().write(text)


def test_what_holds_for_many_resources_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are declared side by side, and each would say it."""
    terminal = SlowTerminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write_notice_once, ["It buys nothing, says this test."] * 8))

    assert terminal.getvalue() == "It buys nothing, says this test.\n"
