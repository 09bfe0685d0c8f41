"""A fresh project for each test."""

from pathlib import Path

import pytest

from tests.support.engine_projects import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with an empty program."""
    return Project.make(tmp_path)
