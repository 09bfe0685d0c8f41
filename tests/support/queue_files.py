"""A queue to simulate as a file, and scraps to spoil a file with."""

QUEUE = """
window_seconds: 1h
accounting: all_backends
shares:
- {name: alpha, share: 10m}
- {name: beta, share: 20m, limit_seconds: 5m}
backends: [ibm_one, ibm_two]
jobs:
- {name: first, project: alpha, backend: ibm_one, submitted_seconds: 0, duration_seconds: 0.5m}
- {name: m, repeat: 3, every_seconds: 10, project: beta, backend: ibm_two, submitted_seconds: 1m, duration_seconds: 1m}
- {project: alpha, backend: ibm_one, submitted_seconds: 10, duration_seconds: 5, cancelled_seconds: 15}
reservations:
- {backend: ibm_one, start_seconds: 2m, end_seconds: 3m}
past:
- {project: alpha, backend: ibm_one, start_seconds: -10m, duration_seconds: 1m}
"""

SCRAPS = [
    "",
    "~",
    "[]",
    "{}",
    "-1",
    "0",
    "1.5",
    ".inf",
    ".nan",
    "x",
    "1h",
    "-2d",
    "true",
    "2026-01-01",
    "[x, {a: 1}]",
    "9" * 400,
]
