"""IBM's own client, unpatched, against the fake: it and ours mean the same.

It comes with 80 packages, so it is no dependency of the tests: they run where ``QISKIT_SERVERLESS_PYTHON`` names a
Python that has qiskit-serverless 0.37.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import connect_from_environment
from pulumi_ibm_quantum.cloud.serverless import FileSpace, Upload
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, serve

INTERPRETER = os.environ.get("QISKIT_SERVERLESS_PYTHON")
pytestmark = pytest.mark.skipif(
    INTERPRETER is None, reason="QISKIT_SERVERLESS_PYTHON names no Python with qiskit-serverless"
)

DRIVER = """
import json, os, sys
from pathlib import Path
from qiskit_serverless import IBMServerlessClient, QiskitFunction

Path("code").mkdir()
Path("code", "main.py").write_text("print()")
Path("theirs.csv").write_text("3,4")
client = IBMServerlessClient()
seen = {"functions": sorted(one.title for one in client.functions())}
ours = client.function("ours")
seen["files"] = client.files(ours)
client.file_download("ours.csv", ours, target_name="fetched.csv")
seen["content"] = Path("fetched.csv").read_text()
client.file_upload("theirs.csv", ours)
client.upload(QiskitFunction(title="theirs", entrypoint="main.py", working_dir="code", dependencies=["ffsim"],
                             env_vars={"A": "1"}, version="1.2"))
job = ours.run(n=1)
seen["job"], seen["status"] = job.job_id, job.status()
seen["refused"] = ""
try:
    client.function("nowhere")
except Exception as error:
    seen["refused"] = str(error)
print(json.dumps(seen))
"""
STATUS = """
import json, sys
from qiskit_serverless import IBMServerlessClient

job = IBMServerlessClient().job(sys.argv[1])
print(json.dumps([job.status(), job.result(wait=False) if job.status() == "DONE" else None]))
"""


def test_it_and_ours_mean_the_same(tmp_path: Path) -> None:
    """What one uploads the other reads: functions, files, statuses, results; with the environment alone."""
    fake = Fake()
    crn = fake.add_instance("a", allocation_seconds=100, limit_seconds=3600).crn
    with serve(fake) as server:
        environment = {**os.environ, **server.client_environment, "HOME": str(tmp_path)}

        def theirs(code: str, *arguments: str) -> Any:
            command = [str(INTERPRETER), "-c", code, *arguments]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment, timeout=120
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout.splitlines()[-1])

        ours = connect_from_environment({**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}).serverless(crn)
        ours.functions.upload(Upload("ours", artifact=b"x", version="1.0+sha.0123456789ab", runner="fleets"))
        space = FileSpace("ours")
        ours.files.upload(space, "ours.csv", b"1,2")
        seen = theirs(DRIVER)
        read = ours.functions.get("theirs")
        assert read is not None

        assert (seen["functions"], seen["files"], seen["content"]) == (["ours"], ["ours.csv"], "1,2")
        assert (read.version, read.dependencies, read.entrypoint) == ("1.2", ("ffsim",), "main.py")
        assert ours.files.list(space) == ["ours.csv", "theirs.csv"]
        assert (seen["status"], "Qiskit Function nowhere doesn't exist." in seen["refused"]) == ("QUEUED", True)
        for seconds in (45, 30, 60, 60, 60, 60, 60, 60):
            fake.advance(seconds)
            job = ours.jobs.get(seen["job"])
            assert job is not None
            status, result = theirs(STATUS, job.job_id)
            assert status == job.detailed_status
        assert (status, result) == ("DONE", {"result": "nothing was executed"})
