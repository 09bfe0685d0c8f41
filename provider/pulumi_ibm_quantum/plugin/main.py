"""``pulumi-resource-ibm-quantum``: starts the plugin, as the Pulumi CLI does."""

import asyncio
import contextlib
import os
import sys
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_ibm_quantum.cancellation import CANCELLED
from pulumi_ibm_quantum.plugin.servicer import Plugin

_LARGEST_MESSAGE_BYTES: Final = 400 << 20
_LOOK_SECONDS: Final = 1.0
_GRACE_SECONDS: Final = 10.0
_OPTIONS: Final = [
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _LARGEST_MESSAGE_BYTES),
]


def main() -> None:
    """Serve until the engine ends this process, or is gone; only the port is written on standard output."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())


async def _serve() -> None:
    engine = os.getppid()
    server = grpc.aio.server(options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(sys.argv[-1] if len(sys.argv) > 1 else ""), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdout = sys.stderr
    orphaned = asyncio.create_task(_end_as_orphan(server, engine))
    await server.wait_for_termination()
    orphaned.cancel()


async def _end_as_orphan(server: grpc.aio.Server, engine: int) -> None:
    """Stop once whoever started this process is gone: an engine that was killed ends nobody."""
    while os.getppid() == engine:
        await asyncio.sleep(_LOOK_SECONDS)
    CANCELLED.set()
    await server.stop(_GRACE_SECONDS)


if __name__ == "__main__":
    main()
