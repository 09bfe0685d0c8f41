"""What can be declared: instances, and the allocations of instances.

``allocation`` and ``instance`` declare what each is made of and what is done for it, in plain functions that know
nothing of Pulumi; ``table`` names them all, and ``dynamic`` puts Pulumi's dynamic provider over them. ``declarations``
turns a decision into a list of what to declare.
"""
