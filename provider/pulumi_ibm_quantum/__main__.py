"""``python -m pulumi_ibm_quantum``: the same as ``ibm-quantum``; and where Pulumi starts a plugin of this package."""

import re
import sys

_ENGINE_ADDRESS = re.compile(r"[\w.\[\]:-]+:\d+")


def is_plugin_call(arguments: list[str]) -> bool:
    """Tell whether it is Pulumi that calls: with the engine's address, and before it at most options."""
    *options, address = arguments or [""]
    return bool(_ENGINE_ADDRESS.fullmatch(address)) and all(option.startswith("-") for option in options)


if __name__ == "__main__":
    if is_plugin_call(sys.argv[1:]):
        from pulumi_ibm_quantum.plugin.main import main
    else:
        from pulumi_ibm_quantum.cli.main import main
    main()
