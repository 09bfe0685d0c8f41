"""One entry of a ``qrmi_config.json`` that QRMI's loader takes: what fails, or is not what was meant, in jobs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from pulumi_ibm_quantum.documents import Path, suggestion
from pulumi_ibm_quantum.slurm import KEYS, QRMI_NAMES, is_shell_name
from pulumi_ibm_quantum.slurm.entry_types import IBM_PREFIXES
from pulumi_ibm_quantum.vocabulary import parse_crn, quote

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PREFIX: Final = re.compile(f"({'|'.join(sorted(IBM_PREFIXES.values(), key=len, reverse=True))})_")
_REGION: Final = re.compile(r"https://(?:([a-z-]+)\.)?quantum\.(?:test\.)?cloud\.ibm\.com/")
_SERVICES: Final = {names.type: names for names in QRMI_NAMES.values()}


@dataclass(frozen=True, slots=True)
class EntryFinding:
    """Something about an entry, and whether it is an error."""

    path: Path
    message: str
    is_error: bool = True

    def below(self, *steps: str | int) -> "EntryFinding":
        """Return it as seen from further up."""
        return replace(self, path=(*steps, *self.path))


def entry_findings(entry: dict[str, Any]) -> Iterator[EntryFinding]:
    """Yield what is to be said of an entry of the right shape."""
    kind, environment = entry["type"], entry["environment"]
    yield from _of_name(entry["name"], kind)
    if entry.get("is_dynamic"):
        yield EntryFinding(("is_dynamic",), "is for programs: the plugin takes the name for a backend", is_error=False)
    for key, value in environment.items():
        if _CONTROL.search(key + value):
            message = "has a control character, at which the plugin may die and leave the job running"
            yield EntryFinding(("environment", key), message)
    yield from (one.below("environment") for one in _of_keys(kind, environment))
    if kind in _SERVICES:
        yield from (one.below("environment") for one in _of_service(_SERVICES[kind].prefix, environment))
    if kind == QRMI_NAMES["legacy"].type:
        today = QRMI_NAMES["current"]
        message = f"was promised until 2026-11-21; it is {today.type} with {today.prefix}_*, from QRMI 0.23 on"
        yield EntryFinding(("type",), message, is_error=False)


def _of_name(name: str, kind: str) -> Iterator[EntryFinding]:
    is_iqm = kind == "iqm-server"  # The name of a backend and a calibration set, with a comma between them.
    if not name or re.search(r"\s", name) or _CONTROL.search(name) or ("," in name and not is_iqm):
        yield EntryFinding(("name",), f"cannot be asked for by --qpu, which splits at commas: found {quote(name)}")
    elif kind in IBM_PREFIXES and not is_shell_name(name):
        message = f"cannot begin the name of a shell variable, so users cannot override it: found {quote(name)}"
        yield EntryFinding(("name",), message, is_error=False)


def _of_keys(kind: str, environment: dict[str, str]) -> Iterator[EntryFinding]:
    """Yield keys that QRMI does not look for under this type."""
    for key in environment:
        if key in KEYS[kind]:
            continue
        other, ours = _PREFIX.match(key), IBM_PREFIXES.get(kind)
        if other and ours and other[1] != ours:
            yield EntryFinding((key,), f"is of another type: for {kind} it is {ours}_{key[other.end() :]}")
        else:
            message = f"is not a key that QRMI knows for {kind}{suggestion(key, KEYS[kind], {})}"
            yield EntryFinding((key,), message, is_error=False)


def _of_service(prefix: str, environment: dict[str, str]) -> Iterator[EntryFinding]:
    """Yield values that QRMI lets through until a job needs them."""

    def given(name: str) -> tuple[str, str | None]:
        return f"{prefix}_{name}", environment.get(f"{prefix}_{name}")

    for name in ("ENDPOINT", "IAM_ENDPOINT"):
        key, value = given(name)
        if value is None:
            yield EntryFinding((), f"has no {key}: every job would have to bring it", is_error=False)
        elif not re.match(r"https://[^/]|http://(127\.0\.0\.1|localhost)\b", value):
            yield EntryFinding((key,), f"wants an https address, found {quote(value)}")
    key, endpoint = given("ENDPOINT")
    if endpoint and not endpoint.endswith("/v1"):
        yield EntryFinding((key,), f"must end with /v1, as paths are put behind it, found {quote(endpoint)}")
    key, mode = given("SESSION_MODE")
    if mode is not None and mode.lower() not in ("batch", "dedicated"):
        yield EntryFinding((key,), f"wants batch or dedicated, found {quote(mode)}")
    for name in ("SESSION_MAX_TTL", "TIMEOUT_SECONDS"):
        key, seconds = given(name)
        if seconds is not None and not re.fullmatch("[0-9]{1,9}", seconds):
            yield EntryFinding((key,), f"wants seconds, as QRMI ignores all else, found {quote(seconds)}")
    yield from _of_crn(*given("SERVICE_CRN"), endpoint)


def _of_crn(key: str, crn: str | None, endpoint: str | None) -> Iterator[EntryFinding]:
    if crn is None:
        return
    try:
        region = parse_crn(crn).region
    except ValueError as error:
        yield EntryFinding((key,), str(error))
        return
    host = _REGION.match(endpoint or "")
    if host and (host[1] or "us-east") != region:
        yield EntryFinding((key,), f"is in {region}, but the endpoint is that of {host[1] or 'us-east'}")
