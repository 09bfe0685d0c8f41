"""``pulumi-resource-ibm-quantum``: starts the plugin, as the Pulumi CLI does."""

import asyncio
import contextlib
import sys
from typing import Final

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_ibm_quantum.plugin.servicer import Plugin

_LARGEST_MESSAGE_BYTES: Final = 400 << 20
_OPTIONS: Final = [
    ("grpc.max_receive_message_length", _LARGEST_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _LARGEST_MESSAGE_BYTES),
]


def main() -> None:
    """Serve until the engine ends this process; the port is all that is written on standard output."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve())


async def _serve() -> None:
    server = grpc.aio.server(options=_OPTIONS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Plugin(sys.argv[-1] if len(sys.argv) > 1 else ""), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdout = sys.stderr
    await server.wait_for_termination()


if __name__ == "__main__":
    main()
