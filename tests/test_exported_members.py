"""What each package offers: listed in order, importable, and shown to whoever asks `dir`."""

import importlib
import pkgutil
import subprocess
import sys
from importlib.metadata import version
from operator import attrgetter
from types import ModuleType

import pytest

import pulumi_ibm_quantum


def packages() -> list[str]:
    """Return every package that says what it exports."""
    found = pkgutil.walk_packages(pulumi_ibm_quantum.__path__, f"{pulumi_ibm_quantum.__name__}.")
    names = [pulumi_ibm_quantum.__name__, *(module.name for module in found if module.ispkg)]
    return [name for name in names if hasattr(importlib.import_module(name), "__all__")]


def modules_of(package: ModuleType) -> set[str]:
    """Return the modules in a package: what was imported of them is in `dir` too, in any package."""
    return {module.name for module in pkgutil.iter_modules(package.__path__)}


@pytest.mark.parametrize("name", packages())
def test_a_package_shows_what_it_exports_and_no_more(name: str) -> None:
    """`__all__` is in order (constants, classes, functions), holds what can be imported, and is what `dir` shows."""
    package = importlib.import_module(name)
    exported: list[str] = package.__all__

    assert sorted(exported, key=lambda name: (not name.isupper(), not name[0].isupper(), name)) == exported
    assert [name for name in exported if not hasattr(package, name)] == []
    shown = {name for name in dir(package) if not name.startswith("_")}
    assert shown - (modules_of(package) - set(exported)) == set(exported)


def test_the_top_shows_its_resources_and_its_version_before_it_has_imported_anything() -> None:
    """Completion in a fresh interpreter offers what there is, without loading Pulumi to know it."""
    code = "import sys, pulumi_ibm_quantum as top; print(*dir(top), *{'pulumi', 'requests', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [
        "FairShare",
        "Instance",
        "InstanceAllocation",
        "SlurmSite",
        "__version__",
        "get_preflight",
    ]
    assert pulumi_ibm_quantum.__version__ == version("pulumi-ibm-quantum")


def test_a_name_that_there_is_not_is_an_attribute_error() -> None:
    """Looking for anything else fails as it does in any module."""
    with pytest.raises(AttributeError, match="'pulumi_ibm_quantum' has no attribute 'FairShares'"):
        attrgetter("FairShares")(pulumi_ibm_quantum)
