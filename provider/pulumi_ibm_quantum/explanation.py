"""What a preview's operations mean, for the person who reads it."""

from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report.text import summary


def explanation(decision: Decision) -> str:
    """Say what the operations mean, and give the table of what changes and why."""
    existing = sum(one.live is not None for one in decision.instances)
    writes = sum(one.live is not None for one in decision.changes)
    lines = [
        f"{existing} instances managed, {writes} to be written, {len(decision.instances) - existing} to be created.",
        "Creating an InstanceAllocation takes over an instance that exists; it buys nothing.",
        summary(decision.balance, changes_only=True),
    ]
    if decision.unconfigured:
        names = ", ".join(sorted(instance.name for instance in decision.unconfigured))
        lines.append(f"Unconfigured, left as they are: {names}")
    return "\n".join(lines)
