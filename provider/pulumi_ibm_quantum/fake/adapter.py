"""The front door for one session of ``requests``: a transport adapter, mounted where its calls are to go.

    session = requests.Session()
    session.mount("https://", FakeAdapter(fake, max_retries=3))

Nothing is patched: this session reaches the fake and nothing else, every other one is as it was. The fake stands in for
the connection and leaves the rest to urllib3, so that retries, ``Retry-After``, read time-outs and broken connections
are those of a real service. Only connecting is not played: there are no proxies, certificates and cookies.
"""

from __future__ import annotations

import errno
import functools
import http.client
import io
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from .fake import Fake
from .messages import Request, Response

if TYPE_CHECKING:
    import requests
    from urllib3.connectionpool import ConnectionPool


class FakeAdapter(HTTPAdapter):
    """Answers a session's requests from a fake.

    Args:
        fake: The fake.
        options: Those of ``requests.adapters.HTTPAdapter``, such as ``max_retries``.
    """

    def __init__(self, fake: Fake, **options: Any) -> None:
        super().__init__(**options)
        self._connect = functools.partial(_Connection, fake)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request to the fake, past any proxy that the environment names."""
        return super().send(request, *args, **{**options, "proxies": None})

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> ConnectionPool:
        """Return urllib3's pool of connections to the request's host, each of which ends at the fake."""
        pool = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = self._connect  # type: ignore[attr-defined]
        return pool


class _Connection:
    """A connection as urllib3's pools use one: it is open as soon as it is made, and stays so."""

    is_closed = False
    is_connected = True
    is_verified = True
    proxy = None
    timeout: float | None = None

    def __init__(self, fake: Fake, *, host: str, **_options: Any) -> None:
        self._fake = fake
        self._host = host

    def request(
        self,
        method: str,
        url: str,
        body: bytes | str | Iterable[bytes] | None = None,
        headers: Mapping[str, Any] | None = None,
        **_options: Any,
    ) -> None:
        """Let the fake answer, and keep the answer until it is asked for."""
        path, _, query = url.partition("?")
        names = {name.lower(): str(value) for name, value in (headers or {}).items()}
        request = Request(method, self._host, path, query, names, _bytes(body))
        self._answer: Response = self._fake.handle(request)
        self._body = b"" if method == "HEAD" else self._answer.sent_body

    def getresponse(self) -> HTTPResponse:
        """Return the answer once it would have come over the wire.

        Raises:
            TimeoutError: It comes after ``timeout`` seconds.
            ConnectionResetError: The connection breaks in its place.
        """
        answer = self._answer
        if self.timeout is not None and answer.delay_seconds > self.timeout:
            time.sleep(self.timeout)
            raise TimeoutError(errno.ETIMEDOUT, "timed out")
        time.sleep(answer.delay_seconds)
        if answer.cut:
            raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
        reason = http.client.responses.get(answer.status)
        headers = {**answer.headers, **({"Content-Length": str(len(answer.body))} if answer.cut_body else {})}
        body = _Dripping(self._body, answer.drip_seconds) if answer.drip_seconds else io.BytesIO(self._body)
        return HTTPResponse(body, headers, answer.status, reason=reason, preload_content=False)

    def close(self) -> None:
        """Stay open: there is nothing to close."""


class _Dripping(io.BytesIO):
    """A body of which each byte takes its time."""

    def __init__(self, body: bytes, seconds: float) -> None:
        super().__init__(body)
        self._seconds = seconds

    def read(self, size: int | None = -1, /) -> bytes:
        """Return so many bytes after so many pauses."""
        got = super().read(size)
        time.sleep(len(got) * self._seconds)
        return got

    def read1(self, size: int | None = -1, /) -> bytes:
        """Return a byte after a pause."""
        return self.read(1)


def _bytes(body: bytes | str | Iterable[bytes] | None) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return b"".join([body] if isinstance(body, bytes) else body or ())
