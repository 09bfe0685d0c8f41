"""The file of circuits: OpenQASM texts in a list."""

import json
from pathlib import Path

from qiskit import QuantumCircuit, qasm2


def read_circuits(name: str) -> list[QuantumCircuit]:
    """Read a file that lies among the function's files."""
    return [qasm2.loads(text) for text in json.loads(Path("/data", name).read_text(encoding="utf-8"))]
