"""The connection to the account that a command works on."""

from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cloud import Cloud, connect_from_environment


def connect() -> Cloud:
    """Return a connection as the environment and the global options say.

    Raises:
        CloudError: there is no API key, or an endpoint that may not be.
    """
    return connect_from_environment(current_session().environment)
