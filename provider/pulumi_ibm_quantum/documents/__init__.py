"""YAML (or JSON) files as validated models: what is wrong with one is said all at once, each thing with its place."""

from pulumi_ibm_quantum.documents.blocks import Block, blocks_of, blocks_within, keys_of, suggestion
from pulumi_ibm_quantum.documents.dates import moment_from
from pulumi_ibm_quantum.documents.document import Document, Placed, document_of
from pulumi_ibm_quantum.documents.fields import AnyText, Text
from pulumi_ibm_quantum.documents.problems import DocumentError, Path, Problem
from pulumi_ibm_quantum.documents.rules import INVALID, BrokenRule, Context, RuledBlock, valid_items
from pulumi_ibm_quantum.documents.validation import validate
from pulumi_ibm_quantum.documents.yaml_text import read_file, read_yaml, unreadable
from pulumi_ibm_quantum.vocabulary import format_value

__all__ = [
    "INVALID",
    "AnyText",
    "Block",
    "BrokenRule",
    "Context",
    "Document",
    "DocumentError",
    "Path",
    "Placed",
    "Problem",
    "RuledBlock",
    "Text",
    "blocks_of",
    "blocks_within",
    "document_of",
    "format_value",
    "keys_of",
    "moment_from",
    "read_file",
    "read_yaml",
    "suggestion",
    "unreadable",
    "valid_items",
    "validate",
]
