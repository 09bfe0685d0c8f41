"""Values that are not known yet, as Pulumi's protocol has them."""

from typing import Final

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is not known yet (Pulumi's protocol)."""

_UNKNOWNS: Final = frozenset(
    {
        UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What stands for one of a known type: text, truth, number, list, mapping."""


def is_unknown(value: object) -> bool:
    """Tell whether a value is not known yet; some engines send an object in place of the string."""
    return (isinstance(value, str) and value in _UNKNOWNS) or type(value).__name__ == "Unknown"
