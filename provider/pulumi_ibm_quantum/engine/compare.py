"""Whether a resource stays, changes in place or is replaced: the provider's answer and the program's options together."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from .goal import Goal
from .property_path import contains, parse_path, put_back
from .provider_host import Diff
from .state import Resource
from .steps import Reasons
from .values import Properties, plain, same


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a resource that exists."""

    action: Literal["same", "update", "replace"]
    reasons: Reasons = Reasons()
    delete_before_replace: bool = False


def compare(old: Resource, new: Resource, goal: Goal, replaced: Set[str], ask: Callable[[], Diff]) -> Verdict:
    """Decide what is to be done with a resource.

    Args:
        old: The resource as the state has it.
        new: The resource as the program wants it, its inputs checked.
        goal: The registration.
        replaced: The URNs that this run replaces.
        ask: Asks the provider.
    """
    changed: tuple[str, ...] = ()
    forced = _forced_replacement(old, new, replaced)
    if forced:
        diff = Diff(True, (forced,))
    elif not new.custom:
        diff = Diff(not same(plain(old.inputs), plain(new.inputs)))
    else:
        diff, changed = resolve(ask(), old.inputs, new.inputs, goal.ignore_changes)
    if not diff.changes and not old.pending_replacement:
        return Verdict("same" if not old.init_errors else "update")
    replaces = [
        *diff.replaces,
        *(key for key in changed if _replaces(key, goal.replace_on_changes) and key not in diff.replaces),
    ]
    if not replaces and not old.pending_replacement:
        return Verdict("update", Reasons((), changed))
    wanted = goal.delete_before_replace
    return Verdict(
        "replace", Reasons(tuple(replaces), changed), diff.delete_before_replace if wanted is None else wanted
    )


def _forced_replacement(old: Resource, new: Resource, replaced: Set[str]) -> str:
    """The reason for which a resource is replaced whatever its provider says, or nothing."""
    if old.taint:
        return "id"
    if replaced & set(new.replace_with):
        return "replaceWith"
    if new.deleted_with in replaced:
        return "deletedWith"
    return "provider" if bool(old.provider) != bool(new.provider) else ""


def _replaces(key: str, paths: Sequence[str]) -> bool:
    return any(contains(parse_path(path), key) for path in paths)


def resolve(diff: Diff, olds: Properties, news: Properties, ignored: Sequence[str]) -> tuple[Diff, tuple[str, ...]]:
    """Compare the inputs where the provider leaves that to the engine.

    Returns:
        The provider's answer, now certain, and the inputs that the engine found changed (none if the provider answered).
    """
    if diff.changes is not None:
        return diff, ()
    kept, _ = put_back(news, olds, ignored)
    before, after = plain(olds), plain(kept)
    changed = tuple(
        key
        for key in sorted({*before, *after})
        if not key.startswith("__") and (key not in before or key not in after or not same(before[key], after[key]))
    )
    return Diff(bool(changed), diff.replaces, diff.delete_before_replace), changed
