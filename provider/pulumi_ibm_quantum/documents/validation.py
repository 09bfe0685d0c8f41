"""A document against a model: everything that is wrong with it, each with its place, or the model."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pulumi_ibm_quantum.documents.blocks import keys_at, suggestion
from pulumi_ibm_quantum.documents.document import Placed
from pulumi_ibm_quantum.documents.problems import DocumentError, Path, Problem
from pulumi_ibm_quantum.documents.pydantic_wording import plain_words
from pulumi_ibm_quantum.documents.rules import RULES_DEFERRED, Context, broken_rules
from pulumi_ibm_quantum.documents.valid_part import valid_part

_Model = TypeVar("_Model", bound=BaseModel)

_FOLLOWS: Final = "default_factory_not_called"
"""The type of pydantic's error for a default that would follow from a field with an error of its own."""
_OF_KEYS: Final = ("extra_forbidden", "invalid_key")
"""The types of pydantic's errors for keys that a block does not have; they come before those that it lacks."""


def validate(
    document: Placed,
    model: type[_Model],
    *,
    context: Context | None = None,
    former_keys: Mapping[str, str] | None = None,
) -> _Model:
    """Take a document for a model.

    Where a value is wrong, nothing else is said of that value; the rules between fields are asked of what is valid.
    ``context`` is what validators and rules are told of the document, ``former_keys`` how keys are called by the names
    that they once had.

    Raises:
        DocumentError: all that is wrong, in the order of the text.
    """
    context = {**(context or {}), RULES_DEFERRED: True}
    problems = list(document.problems)
    before = {_place(problem) for problem in problems if problem.path}
    valid: Any
    try:
        valid = result = model.model_validate(document.value, context=context, by_alias=True, by_name=False)
    except ValidationError as error:
        objections = list(_objections(error, document, model, former_keys or {}))
        problems += [problem for problem in objections if _place(problem) not in before]
        valid = valid_part(model, document.value, context)
    problems += [problem for problem in document.other_bases if _place(problem) not in set(map(_place, problems))]
    objected = {_place(problem) for problem in problems}
    for broken in broken_rules(valid, context):
        problem = document.problem(broken.path, broken.sentence(document.place))
        if _place(problem) not in objected:
            problems.append(problem)
    if problems:
        raise DocumentError.in_order(problems)
    return result


def _place(problem: Problem) -> tuple[str, str]:
    return problem.source, problem.path


def _objections(
    error: ValidationError, document: Placed, model: type[BaseModel], former_keys: Mapping[str, str]
) -> Iterator[Problem]:
    details = [detail for detail in error.errors(include_url=False) if detail["type"] != _FOLLOWS]
    for detail in sorted(details, key=lambda detail: detail["type"] not in _OF_KEYS):
        path = _written_path(detail, document.value)
        message = plain_words(detail, document.spelling(path))
        if detail["type"] == "extra_forbidden":
            message += suggestion(str(path[-1]), keys_at(model, path[:-1]), former_keys)
        yield document.problem(path, message)


def _written_path(error: ErrorDetails, value: Any) -> Path:
    """Return the place of an error without what pydantic adds to it, such as the name of a union's branch."""
    location = error["loc"][:-1] if error["type"] == "invalid_key" else error["loc"]
    *above, last = location or (None,)
    path: list[str | int] = []
    for step in above:
        if _is_in(value, step):
            path.append(step)
            value = value[step]
    if last is not None and (error["type"] == "missing" or _is_in(value, last)):
        path.append(last)
    return tuple(path)


def _is_in(value: Any, step: str | int) -> bool:
    if isinstance(value, Mapping):
        return step in value
    return isinstance(value, list) and isinstance(step, int)
