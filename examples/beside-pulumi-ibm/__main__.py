"""An instance that IBM's own provider creates, and whose allocation and limit are ours by its CRN.

The settings name what they are about, for instance with `pulumi config set resourceGroup ...`:

    resourceGroup  the id of the resource group that the instance goes into
    configuration  the project configuration with the instance's CRN in it, once there is one
"""

import pulumi
import pulumi_ibm as ibm

from pulumi_ibm_quantum import FairShare, InstanceAllocation

settings = pulumi.Config()

optics = ibm.ResourceInstance(
    "optics",
    name="optics",
    service="quantum-computing",
    plan="premium",
    location="us-east",
    resource_group_id=settings.require("resourceGroup"),
    tags=["owner:optics@example.org"],
    # What it has at birth. IBM's provider never reads these back and writes all of them when one changes: from then on
    # they are not its business.
    parameters={"usage_allocation_seconds": "600"},
    opts=pulumi.ResourceOptions(protect=True, ignore_changes=["parameters"]),
)

configuration = settings.get("configuration")
if configuration is None:
    InstanceAllocation("optics", crn=optics.crn, allocation_seconds="10m", limit_seconds="1h")
else:
    # It decides before anything is declared, so it is told of the instance by the CRN that the first run printed.
    fair_share = FairShare("fair-share", configuration=configuration)
    pulumi.export("decision", fair_share.decision)

pulumi.export("crn", optics.crn)
