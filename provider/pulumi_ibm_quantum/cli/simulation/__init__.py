"""The files and faces of ``ibm-quantum simulate``: the YAML that it reads, its tables, its JSON and its page."""
