"""Former identities: which URNs of the old state a registration may stand for."""

from __future__ import annotations

from collections.abc import Mapping

from .goal import AliasSpec, Goal
from .urn import STACK_TYPE, Urn, make_urn


def alias_urns(goal: Goal, stack: str, project: str, renamed: Mapping[str, str]) -> list[str]:
    """List the URNs that a resource may have had, the most likely first.

    Args:
        goal: The registration.
        stack: The stack.
        project: The project.
        renamed: Which resource of this run was found under which former URN; a child of one had its parent's former type.
    """
    found = [_collapse(goal, alias, stack, project, renamed) for alias in goal.aliases]
    if former_parent := renamed.get(goal.parent):
        parent_name = Urn.parse(goal.parent).name
        found.append(_inherited(goal.type, goal.name, parent_name, former_parent, stack, project))
        for alias in goal.aliases:
            own = Urn.parse(_collapse(goal, alias, stack, project, renamed))
            found.append(_inherited(own.type, own.name, parent_name, former_parent, stack, project))
    return list(dict.fromkeys(found))


def _collapse(goal: Goal, alias: AliasSpec, stack: str, project: str, renamed: Mapping[str, str]) -> str:
    if alias.urn:
        return alias.urn
    parent = renamed.get(alias.parent, alias.parent) if alias.parent else goal.parent
    if alias.no_parent or (parent and Urn.parse(parent).qualified_type == STACK_TYPE):
        parent = ""
    return make_urn(
        alias.stack or stack, alias.project or project, parent, alias.type or goal.type, alias.name or goal.name
    )


def _inherited(type_: str, name: str, parent_name: str, former_parent: str, stack: str, project: str) -> str:
    """Give a child the URN that it had under its parent's former URN; a name that began with the parent's name changes with it."""
    if name.startswith(parent_name):
        name = Urn.parse(former_parent).name + name[len(parent_name) :]
    return make_urn(stack, project, former_parent, type_, name)
