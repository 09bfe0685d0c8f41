"""The report as one web page that needs no network: ``account_page`` gives its text."""

from pulumi_ibm_quantum.report.html.account_page import account_page

__all__ = ["account_page"]
