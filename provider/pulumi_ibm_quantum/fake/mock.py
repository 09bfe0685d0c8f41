"""The front door for code that calls through ``requests``: a mock over ``responses``."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from .fake import Fake
from .messages import Request
from .scenario import load_scenario

if TYPE_CHECKING:
    import responses
    from requests import PreparedRequest

_P = ParamSpec("_P")
_R = TypeVar("_R")
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_IBM_CLOUD: Final = re.compile(
    r"https?://([^/]*\.?cloud\.ibm\.com|qiskit-serverless\.quantum\.ibm\.com"
    r"|[^/]*\.cloud-object-storage\.appdomain\.cloud)(:\d+)?(/.*)?",
    re.DOTALL,
)


class mock_ibm_quantum:  # noqa: N801 - it is used as a decorator
    """Answer IBM Cloud's host names from a fake while it is in force; nothing reaches the network.

    As a context manager it gives the :class:`Fake`. As a decorator it puts one in force for the time of the function;
    without a fake of its own, each call of the function gets a new one.

    Two things differ from a real connection, because ``responses`` stands in for urllib3: retries that a session's
    adapter was told to make are made at once, without waiting, and a broken connection is not retried by it. Where that
    matters, :class:`FakeAdapter` is the door to take.

    Args:
        fake: A fake, or the path of a scenario file; not given: an empty account.

    Raises:
        ImportError: ``responses`` is not installed (``pip install pulumi-ibm-quantum[testing]``).
    """

    def __init__(self, fake: Fake | Path | str | None = None) -> None:
        self._given = fake
        self._mocks: list[responses.RequestsMock] = []

    def __enter__(self) -> Fake:
        try:
            import responses
        except ImportError as error:
            raise ImportError(
                "mock_ibm_quantum() needs the package responses: pip install 'pulumi-ibm-quantum[testing]'"
            ) from error
        fake = Fake() if self._given is None else self._given
        if not isinstance(fake, Fake):
            fake = load_scenario(fake)
        mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        for method in _METHODS:
            mock.add_callback(method, _IBM_CLOUD, callback=functools.partial(_answer, fake), content_type=None)
        mock.start()
        self._mocks.append(mock)
        return fake

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._mocks.pop().stop(allow_assert=False)

    def __call__(self, function: Callable[_P, _R]) -> Callable[_P, _R]:
        """Decorate a function."""

        @functools.wraps(function)
        def mocked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            with type(self)(self._given):
                return function(*args, **kwargs)

        return mocked


def _answer(fake: Fake, prepared: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    import requests

    parts = urlsplit(prepared.url or "")
    body = prepared.body or b""
    response = fake.handle(
        Request(
            method=prepared.method or "GET",
            host=parts.hostname or "",
            path=parts.path,
            query=parts.query,
            headers={name.lower(): str(value) for name, value in prepared.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
        )
    )
    patience = _read_timeout(prepared)
    if patience is not None and response.delay_seconds > patience:
        time.sleep(patience)
        raise requests.exceptions.ReadTimeout(f"Read timed out. (read timeout={patience})", request=prepared)
    if response.delay_seconds:
        time.sleep(response.delay_seconds)
    if response.drip_seconds:
        time.sleep(len(response.sent_body) * response.drip_seconds)
    if response.cut:
        raise requests.exceptions.ConnectionError("Connection reset by peer", request=prepared)
    if response.cut_body:
        raise requests.exceptions.ChunkedEncodingError("Connection broken: IncompleteRead", request=prepared)
    return response.status, dict(response.headers), response.body


def _read_timeout(prepared: PreparedRequest) -> float | None:
    """Find how long the caller waits for an answer, in seconds (``responses`` keeps it on the request)."""
    timeout = getattr(prepared, "req_kwargs", {}).get("timeout")
    return timeout[1] if isinstance(timeout, tuple) else timeout
