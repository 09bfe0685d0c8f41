"""Files that come with the package: an account to try things on, its configuration, and a queue."""

from importlib.resources import files
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(str(files("pulumi_ibm_quantum").joinpath("demo")))

ACCOUNT: Final = _FOLDER / "account.yaml"
"""An IBM Cloud account that does not exist, as ``ibm-quantum fake`` serves it."""
CONFIGURATION: Final = _FOLDER / "project.yaml"
"""The project configuration of that account."""
QUEUE: Final = _FOLDER / "queue.yaml"
"""Seven projects on one backend, as ``ibm-quantum simulate`` plays them."""
