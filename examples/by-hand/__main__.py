"""Two instances without a load balancer: one that exists, and one that is created as code.

The settings name them, for instance with `pulumi config set resourceGroup ...`:

    crn            the instance that exists; in a larger program it is another provider's output
    resourceGroup  the id of the resource group that the new instance goes into
"""

import pulumi

from pulumi_ibm_quantum import Instance, InstanceAllocation

settings = pulumi.Config()

InstanceAllocation(
    "chemistry",
    crn=settings.require("crn"),
    allocation_seconds=2 * 3600,
    limit_seconds="none",
)

workshop = Instance(
    "workshop",
    name="workshop-2026",
    plan="premium",
    target="eu-de",
    resource_group=settings.require("resourceGroup"),
    allocation_seconds=600,
    opts=pulumi.ResourceOptions(protect=True),
)

# What the instance has at birth is its own; from then on this is where it is changed.
InstanceAllocation("workshop", crn=workshop.id, allocation_seconds=600, limit_seconds=3600)

pulumi.export("workshop", workshop.id)
