"""Files of people: those of ``ibm-quantum simulate``, a queue or an account's history, and ``qrmi_config.json``."""
