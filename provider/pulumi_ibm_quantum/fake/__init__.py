"""An IBM Cloud to test against: one model of an account, behind a mock, a session's adapter or a server on loopback.

    with mock_ibm_quantum() as fake:
        fake.add_instance("team-a", allocation_seconds=7200)
        ...  # code that calls IBM Cloud through requests

    session.mount("https://", FakeAdapter(Fake()))  # of this session of requests alone

    with serve(Fake()) as server:
        subprocess.run([...], env={**os.environ, **server.environment})

Where a rule comes from is said where it is kept: *documented* by IBM, seen in a client's source (*from client source*),
or *assumed* because no source says.
"""

from .adapter import FakeAdapter
from .behaviour import Behaviour
from .catalog import PLAN_IDS, QAU_SECONDS, REGIONS, SERVICE_ID
from .clock import Clock
from .fake import Fake, default_account
from .faults import Fault
from .instance import Instance, State
from .messages import Request, Response
from .mock import mock_ibm_quantum
from .model import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, DEFAULT_RESOURCE_GROUP_ID, Account, ApiKey, Role, Subscription
from .parameters import PatchMode
from .recording import Call
from .routes import ROUTE_NAMES
from .scenario import ScenarioError, load_scenario, parse_scenario
from .server import Server, run_server, serve
from .serverless_model import Provider
from .usage import UsageEvent

__all__ = [
    "DEFAULT_ACCOUNT_ID",
    "DEFAULT_API_KEY",
    "DEFAULT_RESOURCE_GROUP_ID",
    "PLAN_IDS",
    "QAU_SECONDS",
    "REGIONS",
    "ROUTE_NAMES",
    "SERVICE_ID",
    "Account",
    "ApiKey",
    "Behaviour",
    "Call",
    "Clock",
    "Fake",
    "FakeAdapter",
    "Fault",
    "Instance",
    "PatchMode",
    "Provider",
    "Request",
    "Response",
    "Role",
    "ScenarioError",
    "Server",
    "State",
    "Subscription",
    "UsageEvent",
    "default_account",
    "load_scenario",
    "mock_ibm_quantum",
    "parse_scenario",
    "run_server",
    "serve",
]
