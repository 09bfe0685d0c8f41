"""The process of the dynamic providers: the SDK's own host, made to end when the engine ends.

Run as ``python -u -m pulumi_ibm_quantum.engine.protocol.provider_main <engine address>`` in the program's folder, whose
modules the providers may come from; prints its port.
"""

import json
import os
import runpy

from pulumi_ibm_quantum.engine.protocol.child_input import receive_settings

if __name__ == "__main__":
    settings = receive_settings()
    # Both are what the SDK reads: the project gives the configuration its namespace.
    os.environ["PULUMI_PROJECT"] = settings["project"]
    os.environ["PULUMI_CONFIG"] = json.dumps(settings["config"])
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
