"""The entries of other vendors in a ``qrmi_config.json``: they are the site's, and stay as they are."""

import json
from typing import Any, Final

from pulumi_ibm_quantum.slurm.names import QRMI_NAMES
from pulumi_ibm_quantum.vocabulary import quote

_OURS: Final = {names.type for names in QRMI_NAMES.values()}


def with_other_vendors(rendered: str, present: str) -> str:
    """Return a rendered ``qrmi_config.json`` with the entries of other types that the present one has, after ours.

    Raises:
        ValueError: the present one is not what QRMI reads, or two entries would have one name; QRMI takes the last.
    """
    ours = _entries(rendered)
    names = {entry["name"] for entry in ours}
    others = [entry for entry in _entries(present) if entry["type"] not in _OURS]
    for entry in others:
        if entry["name"] in names:
            name, kind = quote(entry["name"]), quote(entry["type"])
            raise ValueError(f"has an entry {name} of type {kind}: QRMI takes one entry for the backend of a name")
    return json.dumps({"resources": [*ours, *others]}, indent=2, ensure_ascii=False) + "\n"


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from None
    entries = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise ValueError('is not what QRMI reads: {"resources": [{"name": ..., "type": ..., "environment": ...}]}')
    return entries


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "type"))
