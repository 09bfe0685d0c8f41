"""The connection to the account that a command works on."""

from collections.abc import Collection, Mapping
from typing import Any

from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cloud import Cloud, connect_from_environment
from pulumi_ibm_quantum.resources.connections import API_KEY_SETTING, CONNECTIONS


def connect() -> Cloud:
    """Return a connection as the environment and the global options say.

    Raises:
        CloudError: there is no API key, or an endpoint that may not be.
    """
    return connect_from_environment(current_session().environment)


def check_sign_in(environment: Mapping[str, str], settings: Mapping[str, Any], types: Collection[str]) -> None:
    """Sign in where resources of ours are going to be read: a missing key is one error, and not one for each of them.

    Args:
        environment: That of the providers.
        settings: What the providers are configured with.
        types: The types of what is going to be read.

    Raises:
        CloudError: there is no API key, it was refused, or nobody answers.
    """
    # A site's folder is read without the account.
    if any("/ibm-quantum:" in one and not one.endswith(":SlurmSite") for one in types):
        CONNECTIONS.get(environment, settings.get(API_KEY_SETTING)).identity()
