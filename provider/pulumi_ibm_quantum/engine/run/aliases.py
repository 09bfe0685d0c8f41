"""Former identities: which URNs of the old state a registration may stand for."""

from collections.abc import Mapping

from pulumi_ibm_quantum.engine.run.goal import AliasSpec, Goal
from pulumi_ibm_quantum.engine.state.urn import STACK_TYPE, Urn, make_urn


def alias_urns(goal: Goal, stack: str, project: str, renamed: Mapping[str, str]) -> list[str]:
    """List the URNs that a resource may have had, the most likely first.

    Args:
        goal: The registration.
        stack: The stack.
        project: The project.
        renamed: New URN to former URN, for what this run has found so; their children had other URNs as well.
    """
    found = [_collapse(goal, alias, stack, project, renamed) for alias in goal.aliases]
    if former_parent := renamed.get(goal.parent):
        parent_name = Urn.parse(goal.parent).name
        found.append(_inherited(goal.type, goal.name, parent_name, former_parent))
        for alias in goal.aliases:
            own = Urn.parse(_collapse(goal, alias, stack, project, renamed))
            found.append(_inherited(own.type, own.name, parent_name, former_parent))
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


def _inherited(type_: str, name: str, parent_name: str, former_parent: str) -> str:
    """Give a child the URN that it had under its parent's former one; a name that begins with the parent's follows."""
    former = Urn.parse(former_parent)
    if name.startswith(parent_name):
        name = former.name + name[len(parent_name) :]
    return make_urn(former.stack, former.project, former_parent, type_, name)
