"""The time that counts against allocations and limits: the last 28 days, moving continuously."""

from datetime import timedelta
from typing import Final

ROLLING_WINDOW_DAYS: Final = 28
ROLLING_WINDOW: Final = timedelta(days=ROLLING_WINDOW_DAYS)
ROLLING_WINDOW_SECONDS: Final = ROLLING_WINDOW_DAYS * 86_400
