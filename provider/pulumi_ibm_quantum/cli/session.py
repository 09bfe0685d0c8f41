"""What the global options say, handed to every command: the environment to work in, and connections made from it.

An API key never comes in as an argument: whoever may list the processes of a machine could read it there.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pulumi_ibm_quantum.cloud import Cloud

API_KEY = "IBMCLOUD_API_KEY"
STAGING = "IBMCLOUD_STAGING"
LOG = "IBM_QUANTUM_LOG"

_KEY_OPTION, _KEY_LETTER = "--api-key", "-k"


@dataclass(slots=True)
class Session:
    """One call of the command line.

    Attributes:
        environment: The process's environment with what the options change; child processes are started in it.
    """

    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)

    def connect(self) -> "Cloud":
        """Return a connection to the account.

        Raises:
            CloudError: there is no API key, or an endpoint that may not be.
        """
        from pulumi_ibm_quantum.cloud import connect_from_environment

        return connect_from_environment(self.environment)


pass_session = click.make_pass_decorator(Session, ensure=True)
