"""A job that says which instance it is in; one that runs circuits hands the same values to its client."""

import os

# The plugin names the backends that it opened for the job.
for backend in os.environ["QRMI_JOB_QPU_RESOURCES"].split(","):
    print(backend, os.environ[f"{backend}_QRMI_IBM_QCS_SERVICE_CRN"])
