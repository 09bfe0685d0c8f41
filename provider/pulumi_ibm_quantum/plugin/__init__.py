"""The native provider plugin: the resources for programs in every language, over Pulumi's provider protocol.

The Pulumi CLI starts it as a process and calls it over gRPC. ``resource`` puts the lifecycles behind those calls, as
``resources.dynamic`` does for programs in Python; no rule of a lifecycle is written here.
"""
