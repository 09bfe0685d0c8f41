"""How files are written."""

import json
import os
import uuid
from pathlib import Path
from typing import Any


def compact(value: Any) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file at once: a reader, or a kill, sees the old or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
