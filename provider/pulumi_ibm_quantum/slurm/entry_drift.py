"""What differs in a site's entries, by entry and key; what may be a secret is never shown."""

from collections.abc import Iterator
from typing import Any, Final

from pulumi_ibm_quantum.slurm.entries import SERVICE_TYPES, Entry, read_entries
from pulumi_ibm_quantum.slurm.entry_types import is_secret_key
from pulumi_ibm_quantum.vocabulary import format_value, printable, quote

_SECRET: Final = "(secret)"
_NOTHING: Final = "nothing"
_LONGEST: Final = 300


def entry_differences(rendered: str, present: str) -> Iterator[str]:
    """Yield what is not as rendered in a site's entries, as ``ENTRY: KEY: there => wanted``.

    Raises:
        ValueError: the present file is not what QRMI reads.
    """
    there = read_entries(present)
    for wanted in read_entries(rendered):
        same_name = [entry for entry in there if entry["name"] == wanted["name"]]
        name = wanted["name"]
        if not same_name:
            yield f"{name}: removed"
        elif len(same_name) > 1:
            yield f"{name}: {len(same_name)} entries of this name, of which QRMI takes the last"
        else:
            yield from (f"{name}: {difference}" for difference in _differences(wanted, same_name[0]))


def entries_of_others(rendered: str, present: str) -> Iterator[str]:
    """Yield the names of entries of the site's types that are not the site's: somebody added them by hand."""
    ours = {entry["name"] for entry in read_entries(rendered)}
    for entry in read_entries(present):
        if entry["type"] in SERVICE_TYPES and entry["name"] not in ours:
            yield quote(entry["name"])


def _differences(wanted: Entry, there: Entry) -> Iterator[str]:
    """Yield what differs in one entry; fields that QRMI does not look at, such as a description, do not count."""
    if wanted["type"] != there["type"]:
        yield f"type: {quote(there['type'])} => {quote(wanted['type'])}"
    if there.get("is_dynamic"):
        yield f"is_dynamic: {format_value(there['is_dynamic'])} => {_NOTHING}"
    before, after = there.get("environment"), wanted["environment"]
    if not isinstance(before, dict):
        yield f"environment: {format_value(before)} => a mapping"
        return
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield f"{quote(key)[1:-1]}: {_shown(key, before, after)} => {_shown(key, after, after)}"


def _shown(key: str, values: dict[str, Any], wanted: dict[str, Any]) -> str:
    """Name a value; one that is not the site's may be a secret, whatever its key is called."""
    if key not in values:
        return _NOTHING
    if is_secret_key(key) or key not in wanted:
        return _SECRET
    value = values[key]
    # In full, as CRNs differ in their ends.
    return f'"{printable(value[:_LONGEST])}"' if isinstance(value, str) else format_value(value)
