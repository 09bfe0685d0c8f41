"""What instances ran day by day on each backend: a plain value that can be saved and forecast from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter, ValidationError

from pulumi_ibm_quantum.forecast import JobsOfDay

SCHEMA: Final = "ibm-quantum-jobs-1"
"""The form in which they are written; another form has another name."""

_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Row = tuple[date, str, Annotated[int, Field(ge=1)], _Seconds, _Seconds, _Seconds]
"""The properties of `JobsOfDay` in their order: there may be ten thousands of them."""
_ROW_OF: Final = attrgetter(*(each.name for each in fields(JobsOfDay)))


@dataclass(frozen=True, slots=True)
class JobDays:
    """The complete days of an account's instances, by CRN, as far back as a forecast wants to know them."""

    by_crn: Mapping[str, Sequence[JobsOfDay]]

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of the canonical JSON: equal for equal days, and for no others."""
        text = json.dumps(self.document(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"

    def document(self) -> dict[str, Any]:
        """Return them JSON-ready. The order of the rows is kept: a forecast draws in that order."""
        rows = {crn: [*map(_ROW_OF, days)] for crn, days in self.by_crn.items()}
        return {"schema": SCHEMA, "days": _ADAPTER.dump_python(rows, mode="json")}

    @classmethod
    def of(cls, document: Any) -> "JobDays":
        """Read what ``document`` returned.

        Raises:
            ValueError: it is something else; the message says what is wrong with it.
        """
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise ValueError(f"the jobs in it are not of the form {SCHEMA}")
        try:
            rows = _ADAPTER.validate_json(json.dumps(document.get("days")), strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"jobs.days.{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        return cls({crn: [JobsOfDay(*row) for row in some] for crn, some in rows.items()})


_ADAPTER: Final = TypeAdapter(dict[str, list[_Row]])
