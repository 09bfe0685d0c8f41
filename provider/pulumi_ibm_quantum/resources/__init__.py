"""What can be declared: instances, and the allocations of instances.

``allocation`` and ``instance`` are the lifecycles, in plain functions that know nothing of Pulumi; ``dynamic`` puts
Pulumi's dynamic provider over them.
"""
