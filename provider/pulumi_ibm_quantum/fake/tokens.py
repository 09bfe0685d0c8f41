"""Access tokens: real three-part JWTs, because IBM's clients look inside (from client source)."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from .model import ApiKey


class Tokens:
    """Issues and checks tokens, signed with HS256 by a secret of this fake alone.

    Lifetimes are by the machine's clock, since clients compare them with it.
    """

    def __init__(self, account_id: str) -> None:
        self._account_id = account_id
        self._secret = secrets.token_bytes(32)
        self._generation = 0

    def issue(self, api_key: ApiKey, *, lifetime_seconds: int) -> dict[str, Any]:
        """Answer a sign-in; ``expires_in`` is in seconds, ``expiration`` in seconds since 1970 (documented)."""
        now = int(time.time())
        claims = {
            "iam_id": api_key.iam_id,
            "sub": api_key.iam_id,
            "account": {"valid": True, "bss": self._account_id},
            "iss": "https://iam.cloud.ibm.com/identity",
            "grant_type": "urn:ibm:params:oauth:grant-type:apikey",
            "scope": "ibm openid",
            "iat": now,
            "exp": now + lifetime_seconds,
            "role": api_key.role.value,
            "generation": self._generation,
        }
        header = {"alg": "HS256", "typ": "JWT", "kid": "fake"}
        head = f"{_encoded(json.dumps(header).encode())}.{_encoded(json.dumps(claims).encode())}"
        return {
            "access_token": f"{head}.{self._signature(head)}",
            "refresh_token": "not_supported",
            "token_type": "Bearer",
            "expires_in": lifetime_seconds,
            "expiration": now + lifetime_seconds,
            "scope": "ibm openid",
        }

    def expire(self) -> None:
        """Make every token that is out there worthless."""
        self._generation += 1

    def claims(self, token: str) -> dict[str, Any] | None:
        """Return what a token says, None if it is not ours or over."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(head).encode()):
            return None
        payload = head.partition(".")[2]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if claims["generation"] != self._generation or claims["exp"] <= time.time():
            return None
        return claims

    def _signature(self, head: str) -> str:
        return _encoded(hmac.new(self._secret, head.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
