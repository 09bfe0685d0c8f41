"""Files of functions: flat folders of one's own or of a provider."""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final, Literal

import requests

from pulumi_ibm_quantum.cloud import errors
from pulumi_ibm_quantum.cloud.kept import Kept
from pulumi_ibm_quantum.cloud.plausibility import text
from pulumi_ibm_quantum.cloud.serverless.gateway import Gateway, given
from pulumi_ibm_quantum.cloud.transport import understanding

USER: Final = "user"
_PIECE_BYTES: Final = 1 << 20
_HINTS: Final = {400: "the service decides by content, and takes whatever it refuses inside a tar"}


@dataclass(frozen=True, slots=True)
class FileSpace:
    """A folder of files.

    Attributes:
        function: The title of a function; one's own functions on Ray all share one folder of the key's.
        provider: Whose function it is; "" for one's own.
        space: ``user`` for the caller's own folder, ``provider`` for the one that all users of the function share.
    """

    function: str
    provider: str = ""
    space: Literal["user", "provider"] = USER

    @property
    def name(self) -> str:
        """What a message calls it."""
        function = f"{self.provider}/{self.function}" if self.provider else self.function
        return f"the files of {function!r}" if self.space == USER else f"the provider's files of {function!r}"


class Files:
    """The calls about files."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._listings: dict[FileSpace, Kept[list[str]]] = {}

    def recent(self, space: FileSpace, since: float = 0.0) -> "list[str]":
        """Return the names in a folder, from a listing some seconds old and shared by all threads.

        ``since`` is when the listing may have begun at the earliest, by ``time.monotonic``.
        """
        return self._listings.setdefault(space, Kept(lambda: self.list(space))).get(since)

    def list(self, space: FileSpace) -> list[str]:
        """Return the names in a folder."""
        purpose = f"list {space.name}"
        document = self._gateway.get_json(_path(space), params=_query(space), purpose=purpose)
        with understanding(purpose):
            return sorted(text(name) for name in document["results"])

    def size(self, space: FileSpace, name: str) -> int | None:
        """Return the bytes that a file has, None where there is no such file; its content is not fetched."""
        try:
            answer = self._open(space, name)
        except errors.NotFound:
            return None
        with closing(answer), understanding(f"read {name!r} of {space.name}"):
            return int(answer.headers["Content-Length"])

    def download(self, space: FileSpace, name: str, write: Callable[[bytes], object]) -> None:
        """Hand a file's content to ``write``, a piece after the other.

        Raises:
            NotFound: there is no such file.
            CloudError: it did not come whole.
        """
        with closing(self._open(space, name)) as answer:
            try:
                for piece in answer.iter_content(_PIECE_BYTES):
                    write(piece)
            except requests.RequestException as error:
                purpose = f"read {name!r} of {space.name}"
                raise errors.Unreachable("the connection broke off", purpose=purpose) from error

    def upload(self, space: FileSpace, name: str, content: bytes) -> None:
        """Put a file into a folder, in the place of what has its name there."""
        self._listings.pop(space, None)
        self._gateway.send(
            "POST",
            _path(space, "upload/"),
            purpose=f"upload {name!r} to {space.name}",
            params=_query(space),
            files={"file": (name, content)},
            hints=_HINTS,
            expects_json=True,
            repeatable=True,
        )

    def delete(self, space: FileSpace, name: str) -> None:
        """Delete a file; one that is gone already is no error."""
        self._listings.pop(space, None)
        purpose = f"delete {name!r} of {space.name}"
        with suppress(errors.NotFound):
            self._gateway.send("DELETE", _path(space, "delete"), params=_query(space, name), purpose=purpose)

    def _open(self, space: FileSpace, name: str) -> requests.Response:
        purpose = f"read {name!r} of {space.name}"
        return self._gateway.send(
            "GET",
            _path(space, "download"),
            params=_query(space, name),
            purpose=purpose,
            stream=True,
            # Compressed on the way, its length would not be its size.
            headers={"Accept-Encoding": "identity"},
        )


def _path(space: FileSpace, action: str = "") -> str:
    return f"files/{action}" if space.space == USER else f"files/provider/{action}"


def _query(space: FileSpace, name: str = "") -> dict[str, str | int]:
    return given({"function": space.function, "provider": space.provider, "file": name})
