"""What the handlers of all services share: who calls, what they may do, and what they work on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from .behaviour import Behaviour
from .errors import Refused
from .lifecycle import Lifecycle
from .messages import Request
from .model import Account, Role
from .tokens import Tokens


class Access(Enum):
    """What a route asks of its caller."""

    OPEN = auto()
    """Nothing."""
    READ = auto()
    """Any key."""
    WRITE = auto()
    """Any key but a reader's."""
    ACCOUNT = auto()
    """A key with rights on the whole account: not a manager's."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed the call."""

    role: Role
    iam_id: str


@dataclass(frozen=True, slots=True)
class Context:
    """One call, as its handler sees it.

    Attributes:
        values: The variable parts of its path, decoded.
        caller: Who calls; of no meaning on open routes.
        region: The region whose host was called.
        main: Whether that host is the main one, which also answers for the whole account.
    """

    request: Request
    values: Mapping[str, str]
    account: Account
    behaviour: Behaviour
    tokens: Tokens
    caller: Caller
    region: str = "us-east"
    main: bool = True

    @property
    def lifecycle(self) -> Lifecycle:
        """Return the rules over the account."""
        return Lifecycle(self.account, self.behaviour)


NOBODY = Caller(Role.READER, "nobody")


def signed_in(request: Request, account: Account, tokens: Tokens, *, api_keys: bool) -> Caller:
    """Find out who calls, from a bearer token or (``api_keys``, the quantum API only) from the key itself.

    Raises:
        Refused: 401.
    """
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        claims = tokens.claims(credential.strip())
        if claims is not None:
            return Caller(Role(claims["role"]), claims["iam_id"])
        raise Refused(401, "unauthorized", "The access token is not valid or has expired.")
    if scheme.lower() == "apikey" and api_keys:
        api_key = account.api_keys.get(credential.strip())
        if api_key is not None:
            return Caller(api_key.role, api_key.iam_id)
        raise Refused(401, "unauthorized", "The API key is not valid.")
    raise Refused(401, "unauthorized", "The Authorization header is missing or of another kind than Bearer.")


def permit(caller: Caller, access: Access, action: str) -> None:
    """Check that the caller may do this.

    Raises:
        Refused: 403, naming the permission that is missing.
    """
    refused = (access is Access.WRITE and caller.role is Role.READER) or (
        access is Access.ACCOUNT and caller.role is Role.MANAGER
    )
    if refused:
        raise Refused(403, "forbidden", f"You are not authorized to perform {action}.")
