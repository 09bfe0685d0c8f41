"""Why nothing could be decided: all reasons at once, a line each."""

from collections.abc import Sequence


class PlanningError(Exception):
    """The configuration and the account do not fit together, or the account could not be read.

    Attributes:
        problems: A sentence each.
    """

    def __init__(self, problems: Sequence[str | Exception]) -> None:
        self.problems = tuple(dict.fromkeys(map(str, problems)))
        super().__init__("\n".join(self.problems))
