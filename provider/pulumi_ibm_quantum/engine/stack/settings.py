"""Stack settings: ``Pulumi.<stack>.yaml`` and the configuration that it gives to the program."""

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.project import Project, load_yaml
from pulumi_ibm_quantum.engine.state.files import write_durably
from pulumi_ibm_quantum.engine.state.passphrase import Crypter

_SHORTEST_SECRET: Final = 3
"""Characters; the CLI hides no shorter ones either."""
_SETTINGS_MODE: Final = 0o644
"""A settings file is for everybody who works on the program; what is secret in it is encrypted."""


@dataclass(frozen=True, slots=True)
class StackSettings:
    """A settings file as written.

    Attributes:
        path: The file; it need not exist.
        salt: ``encryptionsalt``, or None.
        config: Full key (``namespace:name``) to value as written, over the project's own defaults.
    """

    path: Path
    salt: str | None
    config: Mapping[str, Any]

    def is_secret(self, key: str) -> bool:
        """Whether a setting is encrypted, if only in part."""
        return _has_ciphertext(self.config.get(key))


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration in clear text.

    Attributes:
        values: Full key to value; an object is JSON.
        secret_keys: The keys whose values are secret.
        for_history: What the history may hold: objects as objects, secrets encrypted.
    """

    values: Mapping[str, str]
    secret_keys: frozenset[str]
    for_history: Mapping[str, Any]

    def with_values(self, values: Mapping[str, str]) -> "Config":
        """Return the configuration with other values, which are not secret."""
        return replace(self, values={**self.values, **values}, secret_keys=self.secret_keys - values.keys())

    def secret_texts(self) -> tuple[str, ...]:
        """Return the secrets that are long enough to be told from other text, longest first."""
        texts = (self.values[key] for key in self.secret_keys)
        return tuple(sorted((text for text in texts if len(text) >= _SHORTEST_SECRET), key=len, reverse=True))


def read_settings(project: Project, stack: str) -> StackSettings:
    """Read the settings of a stack; a stack without a file has none.

    Raises:
        EngineError: If the file is not valid or asks for a secrets provider that is not supported.
    """
    path = project.settings_file(stack)
    fields = load_yaml(path) if path.exists() else {}
    if (provider := fields.get("secretsprovider")) not in (None, "", "passphrase"):
        raise EngineError(
            f"{path}: `secretsprovider: {provider}` is not supported by the embedded engine; only `passphrase` is"
        )
    if fields.get("environment"):
        raise EngineError(f"{path}: `environment` (Pulumi ESC) is not supported by the embedded engine")
    given = fields.get("config") or {}
    if not isinstance(given, dict):
        raise EngineError(f"{path}: `config` must be a mapping")
    config = _project_defaults(project)
    config.update({full_key(project.name, str(key)): value for key, value in given.items()})
    return StackSettings(path, fields.get("encryptionsalt") or None, config)


def _project_defaults(project: Project) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for key, declared in project.config.items():
        value = declared
        if isinstance(declared, dict):
            value = declared.get("value", declared.get("default"))
        if value is not None:
            defaults[full_key(project.name, str(key))] = value
    return defaults


def full_key(project: str, key: str) -> str:
    """Give a key its namespace; ``ns:config:name`` is an older spelling."""
    parts = key.split(":")
    if len(parts) == 3 and parts[1] == "config":
        del parts[1]
    return ":".join(parts) if len(parts) > 1 else f"{project}:{key}"


def _has_ciphertext(value: Any) -> bool:
    if isinstance(value, dict):
        return _is_secure(value) or any(map(_has_ciphertext, value.values()))
    return isinstance(value, list) and any(map(_has_ciphertext, value))


def _is_secure(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"secure"} and isinstance(value["secure"], str)


def open_config(settings: StackSettings, crypter: Crypter) -> Config:
    """Decrypt the configuration.

    Raises:
        EngineError: If a value cannot be decrypted; the message names its key.
    """
    values: dict[str, str] = {}
    for key in sorted(settings.config):
        values[key] = open_value(settings, key, crypter)
    secret = frozenset(filter(settings.is_secret, settings.config))
    shown = {
        key: value if isinstance(value, dict | list) else values[key] for key, value in sorted(settings.config.items())
    }
    return Config(values, secret, shown)


def open_value(settings: StackSettings, key: str, crypter: Crypter | None) -> str:
    """Return a setting as the program sees it; one that is not secret needs no key.

    Raises:
        EngineError: If it cannot be decrypted; the message names it.
    """
    value = settings.config[key]
    try:
        return _text(value if crypter is None else _decrypted(value, crypter))
    except EngineError as error:
        raise EngineError(f"{settings.path}: {key}: {error}") from None


def _decrypted(value: Any, crypter: Crypter) -> Any:
    if _is_secure(value):
        return crypter.decrypt(value["secure"])
    if isinstance(value, dict):
        return {str(key): _decrypted(item, crypter) for key, item in value.items()}
    if isinstance(value, list):
        return [_decrypted(item, crypter) for item in value]
    return value


def _text(value: Any) -> str:
    """Return a value as the program sees it: always a string, JSON for all that is not one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float | dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value)


def write_salt(path: Path, salt: str) -> None:
    """Add ``encryptionsalt`` to a settings file, and leave all else as it is, its permissions too."""
    write_text(path, with_salt(path.read_text(encoding="utf-8") if path.exists() else "", salt))


def with_salt(text: str, salt: str) -> str:
    """Return the text of a settings file with ``encryptionsalt``."""
    line = f"encryptionsalt: {salt}\n"
    if re.search(r"^encryptionsalt:", text, re.MULTILINE):
        return re.sub(r"^encryptionsalt:.*\n?", line, text, flags=re.MULTILINE)
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}"


def write_text(path: Path, text: str) -> None:
    """Put a settings file in place at once, with the permissions that it had."""
    mode = path.stat().st_mode if path.exists() else _SETTINGS_MODE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, text.encode(), stat.S_IMODE(mode))
