"""An IBM Quantum account under version control, with Pulumi."""
