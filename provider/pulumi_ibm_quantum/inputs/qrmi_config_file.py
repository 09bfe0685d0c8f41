"""A ``qrmi_config.json`` as QRMI reads it: its loader stops at the first error and lets through what fails in jobs.

What is refused and what is let through was observed with QRMI 0.26.4. No value of a key that holds a secret is told.
"""

import codecs
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pulumi_ibm_quantum.documents import Document, DocumentError, Path, Problem, read_yaml, suggestion
from pulumi_ibm_quantum.inputs.qrmi_entry import EntryFinding, entry_findings
from pulumi_ibm_quantum.slurm import KEYS, is_secret_key
from pulumi_ibm_quantum.slurm.entry_types import FORMER_TYPES, IBM_PREFIXES
from pulumi_ibm_quantum.vocabulary import parse_crn, quote

_FIELDS: Final = {"name": str, "type": str, "environment": dict}
_NAMES: Final = {str: "text", dict: "a mapping"}
_HIDDEN: Final = 0o077


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong with a file, in the order of its text.

    Attributes:
        errors: What QRMI refuses, with the whole file, or what makes jobs fail.
        warnings: What works, perhaps not as it was meant.
    """

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


Ask = Callable[[str, str], EntryFinding | None]
"""Finds out about a CRN and the backend that is to be used by it; None where all is well."""


def check_qrmi_config(content: bytes, source: str, mode: int = 0o600, ask: Ask = lambda *_: None) -> Findings:
    """Judge a file by its content and its permissions, and its CRNs by what ``ask`` knows of them."""
    try:
        value, document = _read(content, source)
    except DocumentError as error:
        return Findings(error.problems)
    found = [EntryFinding(path, message) for path, message in _of_shape(value)]
    if not found:
        entries = value["resources"]
        found = [one.below("resources", at) for at, entry in enumerate(entries) for one in entry_findings(entry)]
        found += [*_repeated(entries), *_secrets(entries, mode), *_asked(entries, ask)]
    errors = [document.problem(one.path, one.message) for one in found if one.is_error]
    warnings = [document.problem(one.path, one.message) for one in found if not one.is_error]
    return Findings(_in_order([*document.problems, *errors]), _in_order(warnings))


def _read(content: bytes, source: str) -> tuple[Any, Document]:
    """Return the value, and where what is in it stands.

    Raises:
        DocumentError: it is no JSON, of which QRMI's reader takes neither comments nor a byte order mark.
    """
    if content.startswith(codecs.BOM_UTF8):
        raise DocumentError([Problem("", "begins with a byte order mark, which QRMI refuses: remove it", 1, 1, source)])
    try:
        text = content.decode("utf-8")
        value = json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError([Problem("", "is not UTF-8, which QRMI needs", line, 1, source)]) from None
    except json.JSONDecodeError as error:
        raise DocumentError([Problem("", f"is not JSON: {error.msg}", error.lineno, error.colno, source)]) from None
    except (ValueError, RecursionError):
        message = "is not JSON: has a number or a nesting that JSON has not"
        raise DocumentError([Problem("", message, 1, 1, source)]) from None
    # JSON is YAML but for tabs between the values; within them there are none.
    return value, read_yaml(text.replace("\t", " "), source)


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError


def _of_shape(value: Any) -> Iterator[tuple[Path, str]]:
    """Yield what the loader refuses, and with it the whole file: every job of the site would fail."""
    if not isinstance(value, dict) or not isinstance(value.get("resources"), list):
        yield (), 'wants {"resources": [...]}: QRMI refuses the file'
        return
    for at, entry in enumerate(value["resources"]):
        yield from ((("resources", at, *path), message) for path, message in _of_entry(entry))


def _of_entry(entry: Any) -> Iterator[tuple[Path, str]]:
    if not isinstance(entry, dict):
        yield (), "wants a mapping with name, type and environment: QRMI refuses the file"
        return
    for field, wanted in _FIELDS.items():
        if field not in entry:
            yield (field,), "is missing: QRMI refuses the file"
        elif not isinstance(entry[field], wanted):
            yield (field,), f"wants {_NAMES[wanted]}: QRMI refuses the file"
    if not isinstance(entry.get("is_dynamic", False), bool):
        yield ("is_dynamic",), "wants true or false: QRMI refuses the file"
    kind = entry.get("type")
    if isinstance(kind, str) and kind not in KEYS:
        meant = suggestion(kind.lower().replace("_", "-"), KEYS, FORMER_TYPES)
        yield ("type",), f"is not a type that QRMI knows, found {quote(kind)}{meant}: QRMI refuses the file"
    environment = entry.get("environment")
    for key, value in environment.items() if isinstance(environment, dict) else ():
        if not isinstance(value, str):
            yield ("environment", key), "wants text: put it in quotes; QRMI refuses the file"


def _repeated(entries: list[dict[str, Any]]) -> Iterator[EntryFinding]:
    last = {entry["name"]: at for at, entry in enumerate(entries)}
    for at, entry in enumerate(entries):
        if last[entry["name"]] != at:
            message = f"is the name of resources[{last[entry['name']]}] too, and QRMI takes that one without a word"
            yield EntryFinding(("resources", at, "name"), message)


def _secrets(entries: list[dict[str, Any]], mode: int) -> Iterator[EntryFinding]:
    for at, entry in enumerate(entries):
        for key in filter(is_secret_key, entry["environment"]):
            who = "every job that says --qpu sees it"
            if mode & _HIDDEN:
                who = f"with mode {mode & 0o777:04o} others can read it, and {who}"
            yield EntryFinding(("resources", at, "environment", key), f"is a secret: {who}", is_error=False)


def _asked(entries: list[dict[str, Any]], ask: Ask) -> Iterator[EntryFinding]:
    for at, entry in enumerate(entries):
        key = f"{IBM_PREFIXES.get(entry['type'])}_SERVICE_CRN"
        with suppress(ValueError):  # What is no CRN has been told.
            finding = ask(str(parse_crn(entry["environment"].get(key, ""))), entry["name"])
            if finding is not None:
                yield finding.below("resources", at, "environment", key)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.line or 0, one.column or 0)))
