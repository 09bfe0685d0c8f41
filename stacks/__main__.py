"""One IBM Quantum account: its project configuration, balanced and declared."""

import pulumi

from pulumi_ibm_quantum import FairShare

settings = pulumi.Config("ibm-quantum")
fair_share = FairShare(
    "fair-share",
    configuration=settings.get("configuration") or "stacks/project.yaml",
    forecast=settings.get_bool("forecast") or False,
)

pulumi.export("decision", fair_share.decision)
