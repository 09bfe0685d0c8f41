"""``python -m pulumi_ibm_quantum``: the same as the command ``ibm-quantum``."""

from pulumi_ibm_quantum.cli.main import main

if __name__ == "__main__":
    main()
