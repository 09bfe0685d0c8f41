"""The passphrase secrets provider: encrypt and decrypt as Pulumi's ``passphrase`` does.

PBKDF2-HMAC-SHA256 with a million rounds gives the AES-256-GCM key (from client source); the derivation costs about
0.2 seconds.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.engine.errors import EngineError

_ROUNDS: Final = 1_000_000
_CHECK_TEXT: Final = "pulumi"
_VARIABLES: Final = "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE"
WRONG_PASSPHRASE: Final = f"Wrong passphrase for the secrets of this stack: set {_VARIABLES} to the right one"


@dataclass(frozen=True, slots=True)
class Crypter:
    """Encrypts and decrypts single values under one key.

    Attributes:
        salt: The text that the stack keeps (``encryptionsalt``).
    """

    salt: str
    _key: bytes

    def encrypt(self, text: str, last: str | None = None) -> str:
        """Encrypt a text; the last ciphertext of the same text is used again if it is of this key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if last is not None and self._opens(last, text):
            return last
        nonce = os.urandom(12)
        sealed = AESGCM(self._key).encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"

    def _opens(self, ciphertext: str, text: str) -> bool:
        try:
            return self.decrypt(ciphertext) == text
        except EngineError:
            return False

    def decrypt(self, ciphertext: str) -> str:
        """Decrypt a value.

        Raises:
            EngineError: If it was encrypted with another passphrase, or is not a ciphertext at all.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        version, _, rest = ciphertext.partition(":")
        if version != "v1":
            raise EngineError(f"A secret is encrypted in a way that is not supported: {version!r}")
        try:
            nonce, sealed = rest.split(":")
            return AESGCM(self._key).decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None).decode()
        except InvalidTag:
            raise EngineError(WRONG_PASSPHRASE) from None
        except (ValueError, binascii.Error):
            raise EngineError("A secret in the stack's settings or state is not a Pulumi ciphertext") from None


@cache
def _derive(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, _ROUNDS, 32)


def open_crypter(passphrase: str, salt: str) -> Crypter:
    """Derive the key of an existing stack and check the passphrase.

    Args:
        passphrase: The passphrase; empty is valid.
        salt: ``encryptionsalt`` of the stack: ``v1:<salt>:<encrypted check>``.

    Raises:
        EngineError: If the passphrase is wrong or the salt is not one.
    """
    try:
        _, raw, check = salt.split(":", 2)
        crypter = Crypter(salt, _derive(passphrase, base64.b64decode(raw)))
    except (AttributeError, ValueError):
        raise EngineError(f"encryptionsalt is not of the form v1:<salt>:<check>: {salt!r}") from None
    if crypter.decrypt(check) != _CHECK_TEXT:
        raise EngineError(WRONG_PASSPHRASE)
    return crypter


def new_crypter(passphrase: str) -> Crypter:
    """Make the key of a new stack."""
    raw = os.urandom(8)
    key = _derive(passphrase, raw)
    check = Crypter("", key).encrypt(_CHECK_TEXT)
    return Crypter(f"v1:{base64.b64encode(raw).decode()}:{check}", key)


def read_passphrase(env: Mapping[str, str]) -> str:
    """Find the passphrase where the Pulumi CLI finds it.

    Raises:
        EngineError: If neither variable is set, or the file cannot be read.
    """
    if "PULUMI_CONFIG_PASSPHRASE" in env:
        return env["PULUMI_CONFIG_PASSPHRASE"]
    if path := env.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise EngineError(f"PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: {path}: {error.strerror}") from None
    raise EngineError(f"The passphrase of the stack is not set: set {_VARIABLES} (an empty one is valid)")
