"""Retiring a function: the service deletes none, so that a stub takes its place."""

from typing import Final

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.cloud.serverless import LiveFunction, Serverless, Upload
from pulumi_ibm_quantum.resources.function_source import SourceFile, archive

RETIRED_VERSION: Final = "0+retired"


def retire(serverless: Serverless, live: LiveFunction, by: str, *, image: str = "") -> None:
    """Replace a function's code, dependencies and environment by a stub that says who retired it.

    An image cannot be taken from a function; the rest can.

    Raises:
        CloudError: jobs of it are queued, and would run the stub; or the service refused.
    """
    if queued := serverless.jobs.list(status="QUEUED", function=live.title, provider=live.provider or None):
        raise CloudError(
            f"function {live.name!r} has {len(queued)} queued jobs, which would run what takes its place: wait for "
            "them or stop them, or give it on_delete='keep'"
        )
    sentence = f"This function was retired by {by}."
    stub = f'"""{sentence}"""\n\nraise SystemExit({sentence!r})\n'.encode()
    serverless.functions.upload(
        Upload(
            live.title,
            live.provider,
            entrypoint="main.py",
            artifact=None if image else archive([SourceFile("main.py", False, stub)]),
            image=image,
            description=sentence,
            version=RETIRED_VERSION,
            runner=live.runner or "ray",
            arguments_schema={},
        )
    )
