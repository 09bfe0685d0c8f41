"""The ``ibm-quantum`` command."""
