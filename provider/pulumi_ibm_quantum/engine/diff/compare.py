"""Whether a resource stays, changes in place or is replaced: the provider's answer and the program's options."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from pulumi_ibm_quantum.engine.diff.object_diff import changes, top_level
from pulumi_ibm_quantum.engine.diff.property_path import Path, contains, parse_path, put_back
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.values import Properties, plain, same


@dataclass(frozen=True, slots=True)
class Diff:
    """What a provider says about a change.

    Attributes:
        changes: True, False, or None when the provider leaves the comparison to the engine.
        replaces: The inputs that force a replacement.
        delete_before_replace: Whether the old one has to go before the new one comes.
    """

    changes: bool | None
    replaces: tuple[str, ...] = ()
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a resource changes: see `Step`, whose last three fields these are."""

    replaces: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    detailed: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a resource that exists."""

    action: Literal["same", "update", "replace"]
    reasons: Reasons = field(default_factory=Reasons)
    delete_before_replace: bool = False


def compare(
    old: Resource, new: Resource, replaced: Set[str], ask: Callable[[], Diff], delete_before_replace: bool | None
) -> Verdict:
    """Decide what is to be done with a resource.

    Args:
        old: The resource as the state has it.
        new: The resource as the program wants it, its inputs checked.
        replaced: The URNs that this run replaces.
        ask: Asks the provider.
        delete_before_replace: What the program says, over the provider; None where it says nothing.
    """
    forced = _forced_replacement(old, new, replaced)
    detailed: dict[str, str] | None = None
    if forced:
        diff = Diff(True, (forced,))
    elif not new.custom:
        diff = Diff(not same(plain(old.inputs), plain(new.inputs)))
    else:
        diff, detailed = resolve(ask(), old.inputs, new.inputs, new.ignore_changes)
    if not diff.changes and not old.pending_replacement:
        return Verdict("update" if old.init_errors else "same")
    forcing = {path for path in detailed or () if _replaces(parse_path(path), new.replace_on_changes)}
    changed = tuple(dict.fromkeys(map(top_level, detailed or ())))
    forced_keys = (key for key in changed if _replaces((key,), new.replace_on_changes))
    replaces = tuple(dict.fromkeys([*diff.replaces, *forced_keys]))
    if detailed is not None:
        detailed = {path: f"{kind}-replace" if path in forcing else kind for path, kind in detailed.items()}
    if not (replaces or forcing or old.pending_replacement):
        return Verdict("update", Reasons((), changed, detailed))
    before = diff.delete_before_replace if delete_before_replace is None else delete_before_replace
    return Verdict("replace", Reasons(replaces, changed, detailed), before)


def _forced_replacement(old: Resource, new: Resource, replaced: Set[str]) -> str:
    """Return the reason for which a resource is replaced whatever its provider says, or nothing."""
    if old.taint:
        return "id"
    if replaced & set(new.replace_with):
        return "replaceWith"
    if new.deleted_with in replaced:
        return "deletedWith"
    return "provider" if bool(old.provider) != bool(new.provider) else ""


def _replaces(path: Path, patterns: Sequence[str]) -> bool:
    return any(contains(parse_path(pattern), path) for pattern in patterns)


def resolve(
    diff: Diff, olds: Properties, news: Properties, ignored: Sequence[str]
) -> tuple[Diff, dict[str, str] | None]:
    """Compare the inputs where the provider leaves that to the engine.

    Returns:
        The provider's answer, now certain, and what the engine found: property path to ``add``, ``delete`` or
        ``update``; None if it did not look.
    """
    if diff.changes is not None:
        return diff, None
    kept, _ = put_back(news, olds, ignored)
    found: dict[str, str] = {change.path: change.kind for change in changes(plain(olds), plain(kept))}
    return Diff(bool(found), diff.replaces, diff.delete_before_replace), found or None
