"""The entries of a ``qrmi_config.json``: a site's own among those of others, which stay as they are."""

import json
from collections.abc import Collection
from typing import Any, Final

from pulumi_ibm_quantum.slurm.names import QRMI_NAMES
from pulumi_ibm_quantum.vocabulary import quote

ENTRIES_FILE: Final = "qrmi_config.json"
SERVICE_TYPES: Final = frozenset(names.type for names in QRMI_NAMES.values())
"""The types that a site's entries can have."""

Entry = dict[str, Any]


def read_entries(text: str) -> list[Entry]:
    """Return the entries of a ``qrmi_config.json``.

    Raises:
        ValueError: it is not what QRMI reads.
    """
    return list(_document(text)["resources"])


def entry_names(text: str) -> frozenset[str]:
    """Return the names of the entries of a ``qrmi_config.json``."""
    return frozenset(entry["name"] for entry in read_entries(text))


def with_other_entries(rendered: str, present: str, owned: Collection[str] | None = None) -> str:
    """Return the present file with a site's entries as rendered, before those of others; as it is if they are so.

    Args:
        rendered: The site's entries.
        present: What is there.
        owned: The names of the entries of before that are the site's; None for all of its types.

    Raises:
        ValueError: the present file is not what QRMI reads, or an entry of others has the name of one of the site's;
            QRMI takes the last.
    """
    ours, document = read_entries(rendered), _document(present)
    others = [entry for entry in document["resources"] if entry not in ours and not _is_owned(entry, owned)]
    for entry in others:
        if entry["name"] in {one["name"] for one in ours}:
            name, kind = quote(entry["name"]), quote(entry["type"])
            raise ValueError(f"has an entry {name} of type {kind}: QRMI takes one entry for the backend of a name")
    entries = [*ours, *others]
    # What only stands in another order means the same.
    if sorted(entries, key=_name) == sorted(document["resources"], key=_name):
        return present
    return _text({**document, "resources": entries})


def without_entries(present: str, owned: Collection[str]) -> str | None:
    """Return the present file without a site's entries; None where nothing else is in it.

    Raises:
        ValueError: it is not what QRMI reads.
    """
    document = _document(present)
    others = [entry for entry in document["resources"] if entry["name"] not in owned]
    return _text({**document, "resources": others}) if others or len(document) > 1 else None


def _is_owned(entry: Entry, owned: Collection[str] | None) -> bool:
    return entry["type"] in SERVICE_TYPES if owned is None else entry["name"] in owned


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from None
    entries = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise ValueError('is not what QRMI reads: {"resources": [{"name": ..., "type": ..., "environment": ...}]}')
    return dict(document)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("name", "type"))


def _name(entry: Entry) -> str:
    return str(entry["name"])
