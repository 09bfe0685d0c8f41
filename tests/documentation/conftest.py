"""The option that runs what the documentation tells people to type."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--documented", action="store_true", help="Run every documented command from a wheel; minutes.")
