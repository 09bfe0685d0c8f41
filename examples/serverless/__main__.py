"""A function of Qiskit Serverless and the file that it reads, deployed where it could run.

The settings name the instance, and hold what the function must not show:

    pulumi config set crn crn:v1:bluemix:public:quantum-computing:us-east:a/...
    pulumi config set --secret webhook https://hooks.example.org/...
"""

import pulumi

from pulumi_ibm_quantum import ServerlessFile, ServerlessFunction, get_preflight

settings = pulumi.Config()
crn = settings.require("crn")

# What cannot run would wait without end, and nobody would say so.
verdict = get_preflight(crn)
if verdict.can_run is False:
    raise pulumi.RunError(f"nothing can run in the instance: {verdict.reason}, until {verdict.returns_by or 'changed'}")

sampler = ServerlessFunction(
    "sampler",
    title="sampler",
    instance=crn,
    source_dir="sampler",
    version="1.0.0",
    description="Samples the circuits of a file on the least busy backend",
    env_vars={"REPORT_TO": settings.require_secret("webhook")},
    arguments_schema={
        "type": "object",
        "required": ["circuits"],
        "properties": {"circuits": {"type": "string"}, "shots": {"type": "integer", "minimum": 1}},
    },
)

circuits = ServerlessFile("circuits", function=sampler.title, instance=crn, source="data/circuits.json")

pulumi.export("function", sampler.id)
pulumi.export("version", sampler.live_version)
