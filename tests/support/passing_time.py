"""Time that passes only while somebody waits."""


class PassingTime:
    """Seconds from 0; a pause takes as long as it says, and no time at all."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def now(self) -> float:
        return sum(self.pauses)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
