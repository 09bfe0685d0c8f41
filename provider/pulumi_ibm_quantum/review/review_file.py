"""The files that a review is handed on in: JSON of a form that says its name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ReviewFileError(Exception):
    """A file cannot serve; the message names it, and says what writes one that does."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form of such files.

    Attributes:
        schema: Its name, which is the ``schema`` of its documents.
        what: What a file of it is called.
        written_by: The command that writes one.
        error: What is raised where a file is not of it.
    """

    schema: str
    what: str
    written_by: str
    error: type[ReviewFileError]

    def read(self, path: Path) -> bytes:
        """Return what a file holds.

        Raises:
            ReviewFileError: it cannot be read.
        """
        try:
            return path.read_bytes()
        except OSError as error:
            raise self.error(f"{path}: cannot be read: {error.strerror}") from None

    def parse(self, text: str | bytes, source: str) -> dict[str, Any]:
        """Return the document that a file, named by ``source``, holds.

        Raises:
            ReviewFileError: it is no JSON, or of another form.
        """
        try:
            document = json.loads(text)
        except ValueError as error:
            raise self.error(f"{source}: is no JSON ({error}); `{self.written_by}` writes one") from None
        if not isinstance(document, dict) or document.get("schema") != self.schema:
            form = f"a {self.what} of the form {self.schema}"
            raise self.error(f"{source}: is not {form}; `{self.written_by}` writes one")
        return document
