"""Connections to IBM Cloud, one for each configuration, shared by all that have the same."""

import threading
from collections.abc import Mapping
from typing import Final

from pulumi_ibm_quantum.cloud import Cloud, Credentials, connect_from_environment

API_KEY_SETTING = "ibm-quantum:apiKey"
"""The stack's secret setting that holds the API key where ``IBMCLOUD_API_KEY`` is not set."""


class Connections:
    """Connections by what they are made of: the API key, and the variables that IBM Cloud's addresses come from.

    Threads and providers of one configuration share a connection, so that they sign in once. Safe to share between
    threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clouds: dict[tuple[object, ...], Cloud] = {}

    def get(self, environment: Mapping[str, str], fallback_api_key: str | None = None) -> Cloud:
        """Return the connection that the environment says, prepared when it is first asked for.

        Raises:
            CloudError: there is no API key, or an endpoint is neither https nor on this machine.
        """
        api_key = Credentials.from_environment(environment, fallback_api_key).api_key
        settings = sorted(item for item in environment.items() if item[0].startswith("IBM"))
        key = (api_key, *settings)
        with self._lock:
            if key not in self._clouds:
                self._clouds[key] = connect_from_environment(environment, fallback_api_key=fallback_api_key)
            return self._clouds[key]


CONNECTIONS: Final = Connections()
"""The connections of this process."""
