"""One run: what a program asks of each resource, and the steps that bring it about."""
