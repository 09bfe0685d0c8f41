"""What the package holds beside its modules."""

import json
from importlib.resources import files


def test_pulumis_language_host_is_told_that_there_is_no_plugin() -> None:
    """Without it the CLI looks for a plugin on the network, since the distribution's name starts with pulumi-."""
    assert json.loads(files("pulumi_ibm_quantum").joinpath("pulumi-plugin.json").read_text()) == {"resource": False}
