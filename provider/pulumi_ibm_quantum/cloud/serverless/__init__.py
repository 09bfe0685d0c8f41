"""Qiskit Serverless: the gateway that keeps people's functions and files and runs them as jobs.

A function belongs to the person whose key uploads it, not to an instance: one key has one name space of titles and of
files, whatever instance it is used with.

Source of calls, fields and rules: the gateway's published source and the traffic of IBM's client (0.33 to 0.37).
"""

from pulumi_ibm_quantum.cloud.serverless.client import Serverless
from pulumi_ibm_quantum.cloud.serverless.files import USER, Files, FileSpace
from pulumi_ibm_quantum.cloud.serverless.functions import Functions, LiveFunction, Upload
from pulumi_ibm_quantum.cloud.serverless.jobs import DETAILED_STATUSES, STATUSES, Job, Jobs

__all__ = [
    "DETAILED_STATUSES",
    "STATUSES",
    "USER",
    "FileSpace",
    "Files",
    "Functions",
    "Job",
    "Jobs",
    "LiveFunction",
    "Serverless",
    "Upload",
]
