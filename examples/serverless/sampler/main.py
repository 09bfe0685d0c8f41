"""Samples the circuits of a file. What runs here runs at IBM, with the caller's key and instance around it."""

import os

from circuits import read_circuits
from qiskit.transpiler import generate_preset_pass_manager
from qiskit_ibm_runtime import QiskitRuntimeService, SamplerV2
from qiskit_serverless import get_arguments, save_result

arguments = get_arguments()
service = QiskitRuntimeService()
backend = service.least_busy(operational=True)
prepared = generate_preset_pass_manager(backend=backend, optimization_level=1).run(read_circuits(arguments["circuits"]))
counts = [
    result.join_data().get_counts()
    for result in SamplerV2(backend).run(prepared, shots=arguments.get("shots")).result()
]
save_result({"backend": backend.name, "counts": counts, "report_to": os.environ.get("REPORT_TO", "") != ""})
