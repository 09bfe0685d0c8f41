"""Answers that are complete in time or fail: a read time-out alone starts anew with each byte that comes."""

import http.client
import io
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

LONGEST_ANSWER = 4
"""How long an answer may take from the request to its last byte, in read time-outs."""


class DeadlineAdapter(HTTPAdapter):
    """Sends over connections whose answers have a deadline; those through a SOCKS proxy have none.

    A host's connections are looked up once, as certificates and proxies are the same in all calls of a session;
    requests would do it for each, which is a tenth of the CPU that a call takes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pools: dict[tuple[str, str], Any] = {}

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> urllib3.connectionpool.ConnectionPool:
        """Return urllib3's pool of connections to the request's host."""
        url = urlsplit(request.url or "")
        host = (url.scheme, url.netloc)
        if host not in self._pools:
            pool: Any = super().get_connection_with_tls_context(request, *args, **options)
            pool.ConnectionCls = _WITH_DEADLINE.get(pool.ConnectionCls, pool.ConnectionCls)
            self._pools[host] = pool
        return self._pools[host]  # type: ignore[no-any-return]


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp: Any = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _TimedReader(io.RawIOBase):
    """Reads from a socket until its read time-out has passed several times, whatever comes meanwhile."""

    def __init__(self, raw: Any, sock: Any) -> None:
        self._raw, self._sock = raw, sock
        self._silence_seconds: float = sock.gettimeout()
        self._deadline = time.monotonic() + LONGEST_ANSWER * self._silence_seconds

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has come, or wait for it.

        Raises:
            TimeoutError: nothing came for the length of the read time-out, or the answer is not complete in time.
        """
        seconds = min(self._silence_seconds, self._deadline - time.monotonic())
        if seconds <= 0:
            raise TimeoutError("the answer is not complete in time")
        self._sock.settimeout(seconds)
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        """Close what it reads from."""
        self._raw.close()
        super().close()


class _HTTPConnection(HTTPConnection):
    response_class = _Answer


class _HTTPSConnection(HTTPSConnection):
    response_class = _Answer


_WITH_DEADLINE: dict[type, type] = {HTTPConnection: _HTTPConnection, HTTPSConnection: _HTTPSConnection}
