"""The front door for everything else: a real HTTP server on loopback."""

from __future__ import annotations

import contextlib
import functools
import shlex
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from .control import PREFIX, control
from .fake import Fake
from .messages import Request, Response
from .recording import Call
from .scenario import ScenarioError, load_scenario
from .serverless_jobs import STORAGE_HOST

_SITES: Final = (
    ("/iam", "iam.cloud.ibm.com", "/iam"),
    ("/resource-controller", "resource-controller.cloud.ibm.com", "/resource-controller"),
    ("/us-east/api", "quantum.cloud.ibm.com", "/us-east"),
    ("/eu-de/api", "eu-de.quantum.cloud.ibm.com", "/eu-de"),
    ("/serverless", "qiskit-serverless.quantum.ibm.com", "/serverless"),
    ("/storage", STORAGE_HOST, "/storage"),
    ("/tags", "tags.global-search-tagging.cloud.ibm.com", "/tags"),
)
"""Path prefix on loopback, the host name that it stands for, and what of the path is cut off."""

_VARIABLES: Final = {
    "IBMCLOUD_IAM_API_ENDPOINT": "/iam",
    "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT": "/resource-controller",
    "IBMCLOUD_QUANTUM_API_ENDPOINT": "/us-east/api",
    "IBMCLOUD_QUANTUM_EU_DE_API_ENDPOINT": "/eu-de/api",
    "IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT": "/serverless",
    "IBMCLOUD_GT_API_ENDPOINT": "/tags",
    "IBMCLOUD_RESOURCE_MANAGEMENT_API_ENDPOINT": "/resource-controller",
}
_OF_IBMS_CLIENT: Final = {
    "IBM_SERVERLESS_HOST_URL_OVERRIDE": "/serverless",
    "ENV_GATEWAY_PROVIDER_HOST": "/serverless",
    "IAM_URL": "/iam",
    "QISKIT_IBM_URL": "/us-east/api/v1",
}
"""What points qiskit-serverless and qiskit-ibm-runtime here."""

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is listening.

    Attributes:
        fake: The fake behind it.
        url: Its base URL, without a slash at the end.
    """

    fake: Fake
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment variables that point clients at it."""
        return {name: f"{self.url}{path}" for name, path in _VARIABLES.items()}

    @property
    def client_environment(self) -> dict[str, str]:
        """Return the variables of IBM's own client, which takes key and instance from them too (from its source).

        The word "experimental" in an address stops it from rewriting the host.
        """
        addresses = {name: f"{self.url}{path}" for name, path in _OF_IBMS_CLIENT.items()}
        addresses["QISKIT_IBM_URL"] = addresses["QISKIT_IBM_URL"].replace("://", "://experimental@")
        account = self.fake.account
        instance = {"QISKIT_IBM_INSTANCE": account.instances[0].crn} if account.instances else {}
        key = {"QISKIT_IBM_TOKEN": next(iter(account.api_keys), ""), "QISKIT_FUNCTIONS_EXPERIMENTAL": "1"}
        return {**addresses, **key, **instance}


@contextlib.contextmanager
def serve(fake: Fake, port: int = 0) -> Iterator[Server]:
    """Serve a fake on 127.0.0.1 as long as the block lasts.

    Args:
        fake: The fake.
        port: 0 takes a free one.

    Raises:
        OSError: The port is taken.
    """
    listener = _Listener(("127.0.0.1", port), fake)
    thread = threading.Thread(target=listener.serve_forever, args=(0.05,), name="fake-ibm-cloud", daemon=True)
    thread.start()
    try:
        yield Server(fake, f"http://127.0.0.1:{listener.server_address[1]}")
    finally:
        listener.shutdown()
        listener.close_connections()
        listener.server_close()
        thread.join()


def run_server(port: int, scenario_path: Path | None = None, *, quiet: bool = False) -> int:
    """Serve until Ctrl-C or SIGTERM, for the command ``ibm-quantum fake``; call it in the main thread.

    Prints the ``export`` lines on stdout as soon as it listens, with an API key of the account; then a line for each
    call on stderr.

    Args:
        port: 0 takes a free one.
        scenario_path: Scenario file; None is an empty account.
        quiet: No line for each call.

    Returns:
        The exit status: 0, or 1 with one line on stderr if the scenario is wrong or the port is taken.
    """
    stopped = threading.Event()
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        fake = Fake() if scenario_path is None else load_scenario(scenario_path)
        if not quiet:
            fake.watch(functools.partial(_log, fake))
        with serve(fake, port) as server:
            key = next(iter(fake.account.api_keys), "")
            for name, value in {"IBMCLOUD_API_KEY": key, **server.environment, **server.client_environment}.items():
                sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
            sys.stdout.flush()
            stopped.wait()
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"cannot listen on 127.0.0.1:{port}: {getattr(error, 'strerror', None) or error}\n")
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], fake: Fake) -> None:
        self.fake = fake
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Wake the threads that wait on connections which clients keep alive."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def _handle(self) -> None:
        if self.headers.get("Transfer-Encoding"):
            self.send_error(411, "The fake needs a Content-Length, it does not read chunked bodies")
            return
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = _translated(Request(self.command, self.headers.get("Host", ""), path, query, headers, body))
        fake = self.server.fake
        response = control(fake, request) if path.startswith(PREFIX) else fake.handle(request)
        if response.delay_seconds:
            time.sleep(response.delay_seconds)
        self._send(response)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _handle  # noqa: N815 - the base class looks for these names

    def _send(self, response: Response) -> None:
        self.close_connection = self.close_connection or response.cut or response.cut_body
        if response.cut:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            return
        lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status != 204 and "Content-Length" not in response.headers:
            lines.append(f"Content-Length: {len(response.body)}")
        head = "\r\n".join([*lines, "\r\n"]).encode("latin-1")
        body = b"" if self.command == "HEAD" else response.sent_body
        self.wfile.write(head if response.drip_seconds else head + body)
        for byte in body if response.drip_seconds else b"":
            time.sleep(response.drip_seconds)
            self.wfile.write(bytes([byte]))

    def log_message(self, format: str, *args: Any) -> None:
        """Stay quiet: calls are logged by name, without their headers."""


def _translated(request: Request) -> Request:
    """Put the service's host name in the place of the path prefix; an unknown prefix stays, for a 501 that names it."""
    for prefix, host, cut in _SITES:
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            path = request.path.removeprefix(cut)
            return Request(request.method, host, path, request.query, request.headers, request.body)
    return request


def _log(fake: Fake, call: Call) -> None:
    """Write in one line what a call was and what came of it."""
    instance = fake.account.find(call.crn) if call.crn else None
    words = [f"{call.time:%Y-%m-%d %H:%M:%S}", f"{call.method:<6}", call.route]
    words += [call.path] if call.route == "unknown" else []
    words += [instance.name if instance else call.crn] if call.crn else []
    words.append(str(call.status) if call.status else "connection cut")
    if call.changed:
        words.append("changed, allocated " + " ".join(f"{plan}={total}" for plan, total in call.totals.items()))
    sys.stderr.write(f"{' '.join(words)}\n")
    sys.stderr.flush()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
