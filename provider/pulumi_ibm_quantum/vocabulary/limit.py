"""The limit of an instance: how many seconds it may use in the rolling window, if there is a limit at all."""

from dataclasses import dataclass
from typing import ClassVar, Final, Literal, cast

LimitSetting = int | Literal["none"] | None
"""A limit as YAML and Pulumi properties write it: seconds, ``"none"``, or nothing where the live one stays."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One of three: ``Limit.KEEP``, ``Limit.NONE`` or ``Limit.of(seconds)``.

    A limit that is *wanted* may be any of them. One that is *in force*, or will be, is never ``Limit.KEEP``.

    Attributes:
        seconds: So many; None for the other two, as reports and the service write "no limit".
        is_kept: Whether the live limit stays, whatever it is.
    """

    seconds: int | None
    is_kept: bool = False

    KEEP: ClassVar["Limit"]
    NONE: ClassVar["Limit"]

    @classmethod
    def of(cls, seconds: int | None) -> "Limit":
        """Return a limit in force: of so many seconds, or none, which the service writes as null."""
        return cls.NONE if seconds is None else cls(seconds)

    @classmethod
    def from_setting(cls, setting: object) -> "Limit":
        """Read a limit that has been checked, as YAML and Pulumi properties write it: see ``LimitSetting``."""
        if setting is None:
            return cls.KEEP
        return cls.NONE if setting == "none" else cls(cast(int, setting))

    @property
    def setting(self) -> LimitSetting:
        """The limit as YAML and Pulumi properties write it."""
        if self.is_kept:
            return None
        return "none" if self.seconds is None else self.seconds

    def over(self, live: "Limit") -> "Limit":
        """Return the limit in force once this one is wanted for an instance whose limit is ``live``."""
        return live if self.is_kept else self

    def is_reached_by(self, used_seconds: int) -> bool:
        """Tell whether an instance of this usage cannot run."""
        return self.seconds is not None and used_seconds >= self.seconds

    def is_passed_by(self, used_seconds: int) -> bool:
        """Tell whether an instance of this usage is in debt."""
        return self.seconds is not None and used_seconds > self.seconds


Limit.KEEP = Limit(None, is_kept=True)
Limit.NONE = Limit(None)

CLOSED_LIMIT: Final = Limit(1)
"""The limit of an instance that is to run nothing: 0 might be taken for no limit, and archiving would do harm."""
