"""The files of ``ibm-quantum simulate``: a queue, or an account's history."""
