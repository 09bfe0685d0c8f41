"""What the Qiskit Serverless gateway keeps: functions, files and jobs, by person and not by instance. No HTTP."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from .serverless_job import Job

ALLOWED_DEPENDENCIES: Final = (
    "ffsim==0.0.63",
    "mergedeep==1.3.4",
    "pyscf==2.11.0",
    "qiskit-addon-sqd==0.12.0",
    "qiskit-aer==0.17.2",
    "qiskit-ibm-runtime==0.43.1",
)
"""What a function may depend on (the form observed; names and versions are IBM's to change)."""

LARGEST_BODY: Final = 50 * 1024 * 1024
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(slots=True)
class Function:
    """A function.

    Attributes:
        author: IAM id of who made it.
        provider: None for one of the author's own.
        fields: What was uploaded, by the names of the form.
        artifact: Name of the uploaded file, another one each time (observed); None with an image.
        content: The uploaded file.
        disabled: Whether IBM has switched it off.
    """

    function_id: str
    author: str
    title: str
    provider: str | None
    fields: dict[str, Any]
    artifact: str | None = None
    content: bytes = field(default=b"", repr=False)
    type: str = "GENERIC"
    disabled: bool = False

    @property
    def runner(self) -> str:
        """Return what runs it."""
        return str(self.fields.get("runner") or "ray")

    @property
    def name(self) -> str:
        """Return its title, after its provider."""
        return f"{self.provider}/{self.title}" if self.provider else self.title


@dataclass(frozen=True, slots=True)
class Provider:
    """An organisation that offers functions: who may write to it, and where its images lie."""

    name: str
    administrators: frozenset[str]
    registry: str = ""


class Gateway:
    """Everything that the gateway keeps."""

    def __init__(self, seed: str) -> None:
        self.functions: list[Function] = []
        self.providers: dict[str, Provider] = {}
        self.files: dict[tuple[str, ...], dict[str, bytes]] = {}
        self.jobs: dict[str, Job] = {}
        self.permissions: dict[str, tuple[datetime, Mapping[str, Any]]] = {}
        self._random = random.Random(f"{seed}:serverless")

    def own(self, author: str, title: str) -> Function | None:
        """Find a function of a person, by author and title alone: it may be a provider's (observed)."""
        found = [one for one in self.functions if (one.author, one.title) == (author, title)]
        return next((one for one in found if one.provider is not None), found[0] if found else None)

    def find(self, author: str, title: str, provider: str | None) -> Function | None:
        """Find a function to read, run or give files to: one's own without a provider, else the provider's."""
        for one in self.functions:
            if (one.title, one.provider) == (title, provider) and (provider or one.author == author):
                return one
        return None

    def create(self, author: str, title: str, provider: str | None) -> Function:
        """Make a function with nothing in it."""
        made = Function(self.new_id(), author, title, provider, {})
        self.functions.append(made)
        return made

    def store(self, function: Function, content: bytes) -> None:
        """Keep an uploaded file under a name of its own; those of before stay in storage (observed)."""
        tail = "".join(self._random.choices(_LETTERS, k=7))
        name = "artifact.tar" if function.artifact is None else f"artifact_{tail}.tar"
        function.artifact, function.content = f"program/{function.function_id}/{name}", content

    def folder(self, function: Function, caller: str, space: str) -> dict[str, bytes]:
        """Return a folder of files: own Ray functions share one of the person's (observed)."""
        key: tuple[str, ...] = (caller,)
        if space == "provider":
            key = ("provider", function.provider or "", function.function_id)
        elif function.provider or function.runner == "fleets":
            key = (caller, function.function_id)
        return self.files.setdefault(key, {})

    def new_id(self) -> str:
        """Make an id, the same for the same seed."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def stored_title(title: str) -> str:
    """Drop what a title may not have, without a word (observed)."""
    return re.sub(r"[^A-Za-z0-9_-]", "", title)


def stored_name(name: str) -> str:
    """Return what an uploaded file is called: its base name, an underscore for what may not be in it (observed)."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name.rpartition("/")[2]).replace("..", "_")


def wanted_name(name: str) -> str:
    """Return what a download or delete looks for: what may not be in it is dropped here (observed)."""
    return re.sub(r"[^A-Za-z0-9_.-]", "", name).replace("..", "")


def accepts(content: bytes, *, hdf5: bool) -> bool:
    """Say whether a file's content is taken (observed: text, JSON, tar, zip, gzip, pickle, not HDF5, PNG or empty)."""
    refused = (b"\x89PNG",) if hdf5 else (b"\x89PNG", b"\x89HDF")
    return bool(content) and not content.startswith(refused)
