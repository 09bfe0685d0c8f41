"""The table of lifecycles: everything that can be declared, for whatever serves it to Pulumi."""

from typing import Final

from pulumi_ibm_quantum.resources import allocation, instance, slurm_site
from pulumi_ibm_quantum.resources.lifecycle import Lifecycle

LIFECYCLES: Final[tuple[Lifecycle, ...]] = (allocation.LIFECYCLE, instance.LIFECYCLE, slurm_site.LIFECYCLE)
