"""Moments as people write them, in UTC."""

from datetime import UTC, date, datetime, time

from pulumi_ibm_quantum.vocabulary import format_value, quote


def moment_from(value: object, *, plain_dates: bool, naive: bool = False) -> datetime:
    """Read a moment from a document.

    Args:
        value: a timestamp or a date, or a text in ISO 8601.
        plain_dates: whether a date without a time is read as midnight UTC; otherwise it is refused.
        naive: whether a time without an offset is read as UTC; otherwise it is refused.

    Returns:
        The moment, aware, in UTC.

    Raises:
        ValueError: not a moment, or one without an offset from UTC; the message says what to write.
    """
    read = _from_text(value) if isinstance(value, str) else value
    if not isinstance(read, date):
        example = f'{"2026-03-01 or " if plain_dates else ""}"2026-03-01T09:00:00+00:00"'
        raise ValueError(  # noqa: TRY004 - pydantic turns a ValueError into a problem, a TypeError into a crash
            f"wants a date such as {example}, found {format_value(value)}"
        )
    if not isinstance(read, datetime):
        midnight = datetime.combine(read, time(), tzinfo=UTC)
        if plain_dates:
            return midnight
        raise ValueError(f"needs a time and an offset from UTC: write {quote(midnight.isoformat())}")
    if read.tzinfo is None and naive:
        return read.replace(tzinfo=UTC)
    if read.tzinfo is None:
        raise ValueError(f"needs an offset from UTC: write {quote(read.replace(tzinfo=UTC).isoformat())}")
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"is outside the years 1 to 9999, found {format_value(value)}") from None


def _from_text(text: str) -> date | str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text.strip())
        except ValueError:
            continue
    return text
