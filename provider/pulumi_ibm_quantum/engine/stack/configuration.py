"""Single settings of a stack, read, written and removed as ``pulumi config`` does."""

import difflib
from collections.abc import Mapping

from pulumi_ibm_quantum.engine.errors import EngineError, UsageError
from pulumi_ibm_quantum.engine.stack.settings import (
    StackSettings,
    full_key,
    open_value,
    read_settings,
    with_salt,
    write_text,
)
from pulumi_ibm_quantum.engine.stack.settings_text import with_setting, without_setting
from pulumi_ibm_quantum.engine.stack.stack import Stack, open_secrets
from pulumi_ibm_quantum.engine.state.passphrase import Crypter


def get_setting(stack: Stack, key: str) -> str:
    """Return a setting in clear, as the program sees it; an object is JSON.

    Raises:
        EngineError: If there is no such setting, or it cannot be decrypted.
    """
    settings = read_settings(stack.project, stack.name)
    found = _demand(stack, settings, key)
    return open_value(settings, found, _open_secrets(stack, settings) if settings.is_secret(found) else None)


def list_settings(stack: Stack) -> Mapping[str, str | None]:
    """Return all settings by their full keys, in order; None for what is secret.

    Raises:
        EngineError: If the settings cannot be read.
    """
    settings = read_settings(stack.project, stack.name)
    return {
        key: None if settings.is_secret(key) else open_value(settings, key, None) for key in sorted(settings.config)
    }


def set_setting(stack: Stack, key: str, value: str, *, secret: bool) -> None:
    """Write a setting, encrypted if it is secret; all else in the file keeps every character.

    Raises:
        EngineError: If the key is none, the passphrase is missing or wrong, or the file cannot be changed in place.
    """
    settings = read_settings(stack.project, stack.name)
    wanted = setting_key(stack, key)
    crypter = _open_secrets(stack, settings) if secret else None
    written = value if crypter is None else {"secure": crypter.encrypt(value)}
    text = with_setting(_read(settings), str(settings.path), stack.project.name, wanted, written)
    write_text(settings.path, text if crypter is None or settings.salt else with_salt(text, crypter.salt))


def remove_setting(stack: Stack, key: str) -> None:
    """Take a setting out of the file; comments stay.

    Raises:
        EngineError: If the file has no such setting.
    """
    settings = read_settings(stack.project, stack.name)
    found = _demand(stack, settings, key)
    write_text(settings.path, without_setting(_read(settings), str(settings.path), stack.project.name, found))


def setting_key(stack: Stack, key: str) -> str:
    """Return the full key of a setting: without a namespace it is of the project.

    Raises:
        UsageError: If it is not of the form ``name`` or ``namespace:name``.
    """
    found = full_key(stack.project.name, key)
    namespace, _, name = found.partition(":")
    if not namespace or not name or ":" in name or found.split() != [found]:
        raise UsageError(f"{key!r} is not the key of a setting: it has the form name or namespace:name")
    return found


def _demand(stack: Stack, settings: StackSettings, key: str) -> str:
    found = setting_key(stack, key)
    if found not in settings.config:
        nearest = difflib.get_close_matches(found, settings.config, 1)
        hint = f" (did you mean {nearest[0]}?)" if nearest else ""
        raise EngineError(f"Stack {stack.name} has no setting {found}{hint}; its settings are in {settings.path}")
    return found


def _open_secrets(stack: Stack, settings: StackSettings) -> Crypter:
    written, _ = stack.backend.read(stack.project.name, stack.name)
    return open_secrets(stack, written, settings)


def _read(settings: StackSettings) -> str:
    return settings.path.read_text(encoding="utf-8") if settings.path.exists() else ""
