"""A ``qrmi_config.json`` of whoever: what is said of it, beside what QRMI's own loader makes of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import qrmi
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.inputs.qrmi_config_file import check_qrmi_config

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-000000000001::"
GOOD = {
    "QRMI_IBM_QCS_ENDPOINT": "https://quantum.cloud.ibm.com/api/v1",
    "QRMI_IBM_QCS_IAM_ENDPOINT": "https://iam.cloud.ibm.com",
    "QRMI_IBM_QCS_SERVICE_CRN": CRN,
}
TYPE = "ibm-quantum-compute-service"
AT = "q.json:1:"


def entry(kind: str = TYPE, name: str = "ibm_fez", without: str = "", **changes: Any) -> dict[str, Any]:
    environment = {**GOOD, **{f"QRMI_IBM_QCS_{key}": value for key, value in changes.items()}}
    return {"name": name, "type": kind, "environment": {k: v for k, v in environment.items() if k != without}}


def text(*entries: Any) -> str:
    return json.dumps({"resources": entries})


# Texts, whether QRMI's loader takes them, and what is said: an error each, with its place.
ERRORS: list[tuple[str, bool, str]] = [
    ("", False, "is not JSON: Expecting value"),
    ('{"resources": [],}', False, "is not JSON: "),
    ('{"resources": []} // all', False, "is not JSON: Extra data"),
    ("\ufeff" + text(), False, "begins with a byte order mark"),
    ('{"resources": [NaN]}', False, "is not JSON: "),
    ("[]", False, 'wants {"resources": [...]}'),
    ('{"resources": {}}', False, 'wants {"resources": [...]}'),
    ('{"resources": [], "resources": []}', False, '"resources" is given twice'),
    (text("ibm_fez"), False, "resources[0]: wants a mapping with name, type and environment"),
    (text({"name": "a", "type": TYPE}), False, "resources[0].environment: is missing"),
    (text({**entry(), "environment": None}), False, "resources[0].environment: wants a mapping"),
    (text({**entry(), "name": 5}), False, "resources[0].name: wants text"),
    (text({**entry(), "is_dynamic": "true"}), False, "resources[0].is_dynamic: wants true or false"),
    (text(entry(SESSION_MAX_TTL=28800)), False, "QRMI_IBM_QCS_SESSION_MAX_TTL: wants text: put it in quotes"),
    (text(entry("direct-access")), False, '"direct-access" (did you mean ibm-quantum-system?)'),
    (text(entry("IBM_Quantum_Compute_Service")), False, f"(did you mean {TYPE}?)"),
    (text(entry(), entry()), True, "resources[0].name: is the name of resources[1] too"),
    (
        '{{"resources": [{}]}}'.format(
            json.dumps(entry())
            .replace('"QRMI', '"QRMI_IBM_QCS_SESSION_ID": "1", "QRMI', 1)
            .replace('": {', '": {"QRMI_IBM_QCS_SESSION_ID": "2", ', 1)
        ),
        True,
        '"QRMI_IBM_QCS_SESSION_ID" is given twice',
    ),
    (text(entry(name="ibm_fez,ibm_torino")), True, "resources[0].name: cannot be asked for by --qpu"),
    (text(entry(name=" ibm_fez")), True, "resources[0].name: cannot be asked for by --qpu"),
    (text(entry(name="")), True, "resources[0].name: cannot be asked for by --qpu"),
    (text(entry(SESSION_ID="a\u0000")), True, "QRMI_IBM_QCS_SESSION_ID: has a control character"),
    (
        text({"name": "a", "type": TYPE, "environment": {"QRMI_IBM_QRS_SESSION_MODE": "batch"}}),
        True,
        (
            "QRMI_IBM_QRS_SESSION_MODE: is of another type: for ibm-quantum-compute-service it is "
            "QRMI_IBM_QCS_SESSION_MODE"
        ),
    ),
    (text(entry(ENDPOINT="https://quantum.cloud.ibm.com/api")), True, "QRMI_IBM_QCS_ENDPOINT: must end with /v1"),
    (text(entry(IAM_ENDPOINT="not a url")), True, "QRMI_IBM_QCS_IAM_ENDPOINT: wants an https address"),
    (
        text(entry(SERVICE_CRN=CRN.replace("us-east", "eu-de"))),
        True,
        "is in eu-de, but the endpoint is that of us-east",
    ),
    (text(entry(SERVICE_CRN="x")), True, "QRMI_IBM_QCS_SERVICE_CRN: is not a CRN"),
    (text(entry(SESSION_MODE="exclusive")), True, "QRMI_IBM_QCS_SESSION_MODE: wants batch or dedicated"),
    (text(entry(SESSION_MAX_TTL="8h")), True, "QRMI_IBM_QCS_SESSION_MAX_TTL: wants seconds, as QRMI ignores all else"),
]
WARNINGS = [
    (text(entry(SESION_MODE="batch")), "QRMI_IBM_QCS_SESION_MODE: is not a key that QRMI knows for"),
    (text(entry(SESION_MODE="batch")), "(did you mean QRMI_IBM_QCS_SESSION_MODE?)"),
    (text(entry(without="QRMI_IBM_QCS_IAM_ENDPOINT")), "has no QRMI_IBM_QCS_IAM_ENDPOINT: every job would have to"),
    (text(entry(name="ibm-fez")), "resources[0].name: cannot begin the name of a shell variable"),
    (text({**entry(), "is_dynamic": True}), "resources[0].is_dynamic: is for programs"),
    (text(entry("qiskit-runtime-service")).replace("QCS", "QRS"), "resources[0].type: was promised until"),
    (text(entry(IAM_APIKEY="my-key")), "QRMI_IBM_QCS_IAM_APIKEY: is a secret: with mode 0644 others can read it, and"),
]


def loads(content: str | bytes, file: Path) -> bool:
    """Whether QRMI's loader takes a text."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        qrmi.Config.load(str(file))
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize(("content", "taken", "message"), ERRORS, ids=range(len(ERRORS)))
def test_an_error_is_found_whether_or_not_qrmi_finds_it(
    content: str, taken: bool, message: str, tmp_path: Path
) -> None:
    """In its place, with what to do; some of them fail every job of a site, some those that need the entry."""
    errors = [str(one) for one in check_qrmi_config(content.encode(), "q.json").errors]

    assert loads(content, tmp_path / "q.json") is taken
    assert len(errors) == 1
    assert errors[0].startswith(AT)
    assert message in errors[0]


@pytest.mark.parametrize(("content", "message"), WARNINGS, ids=range(len(WARNINGS)))
def test_a_warning_is_no_error(content: str, message: str) -> None:
    """It works, though perhaps not as it was meant."""
    found = check_qrmi_config(content.encode(), "q.json", 0o100644)

    assert found.errors == ()
    assert [message in str(one) for one in found.warnings] == [True]
    assert "my-key" not in str(found)


def test_what_is_right_is_passed(tmp_path: Path) -> None:
    """Also with tabs, and entries of others."""
    pasqal = {"name": "FRESNEL", "type": "pasqal-cloud", "environment": {"QRMI_PASQAL_CLOUD_PROJECT_ID": "1"}}
    content = json.dumps({"resources": [entry(), pasqal], "version": 1}, indent="\t")
    found = check_qrmi_config(content.encode(), "q.json")

    assert loads(content, tmp_path / "q.json")
    assert (found.errors, found.warnings) == ((), ())


def test_the_line_is_that_of_the_value() -> None:
    """In a file as people write it."""
    content = json.dumps({"resources": [entry(SESSION_MODE="exclusive")]}, indent="\t")

    assert str(check_qrmi_config(content.encode(), "q.json").errors[0]).startswith("q.json:10:5: resources[0]")


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([TYPE, "pasqal-cloud"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["resources", "name", "type", "environment", "is_dynamic", "a"]), inner, max_size=5
        )
    ),
    max_leaves=8,
)


@given(value=values | values.map(lambda entry: {"resources": [entry]}), cut=st.integers(0, 3))
def test_nothing_is_passed_that_qrmi_refuses(value: Any, cut: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever is in the file, whole or cut off."""
    content = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    content = content[: len(content) - cut]

    if not check_qrmi_config(content, "q.json").errors:
        assert loads(content, tmp_path_factory.getbasetemp() / "random.json")
