"""A folder of files that are one configuration, so that each project's file can have its own owners.

Exactly one file holds the account-wide keys; that file and every other one may list instances. The lists are joined in
the order of the files' names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_ibm_quantum.documents import Document, Path, Placed, Problem
from pulumi_ibm_quantum.vocabulary import format_value, quote

_LISTS: Final = ("projects", "instances")
_EVERYWHERE: Final = (*_LISTS, "version")


@dataclass(frozen=True, slots=True)
class Folder(Placed):
    """Several documents that are judged as one; what is found is said of the file that it is in.

    Attributes:
        value: the account-wide keys of `main`, and the lists of all.
        source: the folder.
        main: the document that holds the account-wide keys.
        items: of each list, the document and the position there of each item.
        problems: what is wrong with the texts, or with how they fit together.
        other_bases: of all documents.
    """

    value: dict[Any, Any]
    source: str
    main: Document
    items: dict[str, list[tuple[Document, int]]]
    problems: Sequence[Problem] = ()
    other_bases: Sequence[Problem] = ()

    def written(self, path: Path) -> tuple[Document, Path]:
        """Return the file that `path` is in, and its path there."""
        match path:
            case (str(key), int(position), *below) if position < len(self.items.get(key, ())):
                document, place = self.items[key][position]
                return document, (key, place, *below)
            case (str(key), *_) if key not in self.main.value and self.items.get(key):
                return self.items[key][0][0], path[:1]
        return self.main, path


def joined(documents: Sequence[Document], source: str) -> Placed:
    """Join the documents of a folder; they are in the order of the files' names, and there is at least one."""
    mappings = [document for document in documents if isinstance(document.value, dict)]
    if not mappings:
        return documents[0]
    main = max(mappings, key=lambda document: len(_account_wide(document)))
    items = {key: list(_items(mappings, key)) for key in _LISTS if any(key in d.value for d in mappings)}
    lists = {key: [d.value[key][position] for d, position in items_of_key] for key, items_of_key in items.items()}
    problems = [problem for document in documents for problem in (*document.problems, *_misplaced(document, main))]
    bases = [problem for document in documents for problem in document.other_bases]
    return Folder({**main.value, **lists}, source, main, items, tuple(problems), tuple(bases))


def _items(documents: Sequence[Document], key: str) -> Iterator[tuple[Document, int]]:
    for document in documents:
        listed = document.value.get(key)
        if isinstance(listed, list):
            yield from ((document, position) for position in range(len(listed)))


def _account_wide(document: Document) -> list[Any]:
    return [key for key in document.value if key not in _EVERYWHERE]


def _misplaced(document: Document, main: Document) -> Iterator[Problem]:
    """Yield what one file of a folder may not say."""
    if not isinstance(document.value, dict):
        yield document.problem((), f"wants a mapping with instances, found {format_value(document.value)}")
        return
    for key in _LISTS:
        if key in document.value and not isinstance(document.value[key], list):
            yield document.problem((key,), f"wants a list, found {format_value(document.value[key])}")
    if document is main:
        return
    for key in _account_wide(document):
        name = key if isinstance(key, str) else quote(str(key))
        yield document.problem((name,), f"belongs into {main.source}, the one file with keys other than instances")
    if "version" in document.value and document.value["version"] != main.value.get("version"):
        yield document.problem(("version",), f"differs from that of {main.source}: leave it out here")
