"""Why no plan could be made: all reasons at once, a line each."""

from collections.abc import Sequence


class PlanningError(Exception):
    """The configuration and the account do not fit together, or the account could not be read."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
