"""The gateway as one client: functions, files and jobs, and what it tells of itself."""

from typing import Final

from pulumi_ibm_quantum.cloud.http_client import HttpClient
from pulumi_ibm_quantum.cloud.kept import Kept
from pulumi_ibm_quantum.cloud.plausibility import text
from pulumi_ibm_quantum.cloud.serverless.files import Files
from pulumi_ibm_quantum.cloud.serverless.functions import Functions
from pulumi_ibm_quantum.cloud.serverless.gateway import Gateway
from pulumi_ibm_quantum.cloud.serverless.jobs import Jobs
from pulumi_ibm_quantum.cloud.sign_in import Credentials
from pulumi_ibm_quantum.cloud.transport import understanding

_DEPENDENCIES_KEPT_SECONDS: Final = 300.0


class Serverless:
    """The calls that we make of the gateway with one instance; each raises CloudError where it fails.

    Safe to share between threads.

    Attributes:
        functions: Functions: list, get, upload. No call deletes one.
        files: Files of functions: list, upload, download, delete.
        jobs: Runs of functions: run, list, status, logs, result, stop.
    """

    def __init__(self, client: HttpClient, credentials: Credentials, endpoint: str, crn: str) -> None:
        self._gateway = Gateway(client, credentials, endpoint, crn)
        self.functions = Functions(self._gateway)
        self.files = Files(self._gateway)
        self.jobs = Jobs(self._gateway)
        self._dependencies = Kept(self.dependencies, seconds=_DEPENDENCIES_KEPT_SECONDS)

    def version(self) -> str:
        """Return the gateway's version."""
        purpose = "read the gateway's version"
        document = self._gateway.get_version(purpose=purpose)
        with understanding(purpose):
            return text(document["version"])

    def allowed_dependencies(self) -> list[str]:
        """Return what a function may depend on, asked once in some minutes."""
        return self._dependencies.get(0.0)

    def dependencies(self) -> list[str]:
        """Return what a function may depend on, such as ``qiskit-aer==0.17.2``."""
        purpose = "read the allowed dependencies"
        listed = self._gateway.get_json("dependencies-versions/", purpose=purpose)
        with understanding(purpose):
            return [text(one) for one in listed]
