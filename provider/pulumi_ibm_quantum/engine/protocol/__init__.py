"""Pulumi's gRPC protocol: the processes of the program and of its providers, and the services between them."""
