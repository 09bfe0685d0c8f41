"""Files of earlier dialects, rewritten as version 3."""

import difflib
import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.config import ConfigurationError, migrated, parse_configuration
from tests.support.configurations import ACCOUNT, HEAD, OLD, crn, problems, read

OF_2 = f"""\
# The account of the laboratory.

account_id:   '{ACCOUNT}'
plan: premium   # by contract
minimum_allocation_seconds: 0600   # octal, as YAML 1.1 reads it

# How to reach it
api:
    base_url: https://example.com   # the test one

    timeout: 5
# end of api
instances:


- name: "alpha"
  crn: "{crn(1)}"
  limit_seconds: 1_000   # until summer
  protect: yes
  net_grants: &summer
  - {{start_date: 2026-03-01T00:00:00Z, net_grant_seconds: 0x10}}
- name: beta
  limit_seconds:
  crn: "{crn(2)}"
- {{name: gamma, color: red, crn: "{crn(3)}", limit_seconds: 5, net_grants: *summer}}
# the end"""

CHANGES_OF_2 = f"""\
+version: 3
+change_threshold_percent: 0
-minimum_allocation_seconds: 0600   # octal, as YAML 1.1 reads it
+minimum_allocation_seconds: 384   # octal, as YAML 1.1 reads it
-api:
-    base_url: https://example.com   # the test one
+# api:
+#     base_url: https://example.com   # the test one
-    timeout: 5
+#     timeout: 5
-  protect: yes
+  # protect: yes
-  - {{start_date: 2026-03-01T00:00:00Z, net_grant_seconds: 0x10}}
+  - {{start_date: 2026-03-01T00:00:00Z, net_grant_seconds: 16}}
-  limit_seconds:
-- {{name: gamma, color: red, crn: "{crn(3)}", limit_seconds: 5, net_grants: *summer}}
+- {{name: gamma, crn: "{crn(3)}", limit_seconds: 5, net_grants: *summer}}
"""

OF_1 = f"""\
---
account_id: {ACCOUNT}
plan_id: "7f666d17-7893-47d8-bf9d-2b2389fc4dfc"  # Premium
balance_period:   # the fiscal year
  start_date: "2026-01-01T00:00:00"
  end_date: '2026-12-31T23:59:59+01:00'

x-partner: &partner
  # agreed in January
  project_limit_seconds: 216000
  owner: me

projects:

  # Chemistry
  - name:   alpha
    <<: *partner
    crn: "{crn(1)}"
    target_usage_seconds: 108000
    start_date: 2026-03-01 00:00:00   # when funding began
    description: >
      Ground states,
      # and excited ones
    end_date: "2026-04-01"   # when it ends
    net_grants:
      - start_date: "2026-05-01T00:00:00"
        net_grant_seconds: 5
  - project_limit_seconds:   # none
    name: beta
    crn: "{crn(2)}"
    end_date: 2026-04-01
  - {{name: gamma, <<: *partner, crn: "{crn(3)}"}}
"""

CHANGES_OF_1 = """\
+version: 3
+change_threshold_percent: 0
+reopen_exhausted: true
-plan_id: "7f666d17-7893-47d8-bf9d-2b2389fc4dfc"  # Premium
+plan: "premium"  # Premium
-  start_date: "2026-01-01T00:00:00"
+  start_date: "2026-01-01T00:00:00+00:00"
-x-partner: &partner
-  # agreed in January
-  project_limit_seconds: 216000
-  owner: me
+# x-partner: &partner
+#   # agreed in January
+#   project_limit_seconds: 216000
+#   owner: me
-projects:
+instances:
-    <<: *partner
+    <<: &partner
+      # agreed in January
+      limit_seconds: 216000
+      # owner: me
-    start_date: 2026-03-01 00:00:00   # when funding began
+    balance_period: {start_date: 2026-03-01 00:00:00+00:00, end_date: "2026-04-01"}   # when funding began
-    end_date: "2026-04-01"   # when it ends
+    # when it ends
-      - start_date: "2026-05-01T00:00:00"
+      - start_date: "2026-05-01T00:00:00+00:00"
-  - project_limit_seconds:   # none
+  - # none
-    end_date: 2026-04-01
+    balance_period: {start_date: "2026-01-01T00:00:00+00:00", end_date: 2026-04-01}
"""


def rewritten(text: str) -> str:
    """A text as version 3, after making sure that it means the same."""
    new = migrated(text.encode(), source="p.yaml").text.decode()
    assert parse_configuration(new).dialect == 3
    assert read(new) == read(text)
    return new


def refusal(text: str) -> str:
    with pytest.raises(ConfigurationError) as refused:
        migrated(text.encode(), source="p.yaml")
    return str(refused.value)


@pytest.mark.parametrize(("text", "changes"), [(OF_2, CHANGES_OF_2), (OF_1, CHANGES_OF_1)], ids=["2", "1"])
def test_only_what_version_3_says_otherwise_is_changed(text: str, changes: str) -> None:
    """Comments, blank lines, order, anchors and odd spellings stay; the difference is what it has to be."""
    lines = difflib.unified_diff(text.splitlines(), rewritten(text).splitlines(), n=0, lineterm="")
    assert [line for line in lines if not re.match(r"---|\+\+\+|@@", line)] == changes.splitlines()


def test_what_is_left_out_is_said() -> None:
    """Keys that were ignored so far are named with their place in the old file."""
    assert [(problem.line, problem.path) for problem in migrated(OF_2.encode(), source="p.yaml").left_out] == [
        (8, "api"),
        (19, "instances[0].protect"),
        (25, "instances[2].color"),
    ]


def test_files_of_other_systems() -> None:
    """Line ends and a byte order mark stay as they are."""
    text = "\ufeff" + OF_2.replace("\n", "\r\n")
    new = rewritten(text)
    assert new.startswith("\ufeff# The account")
    assert "\r\nversion: 3\r\nchange_threshold_percent: 0\r\naccount_id" in new
    assert new.replace("\r\n", "").count("\n") == 0


def test_dates_that_are_shared_by_an_anchor() -> None:
    """An anchor stays where it is, once; a project whose dates are aliases of it is given what they stand for."""
    text = f"""\
account_id: "{ACCOUNT}"
plan_id: premium
balance_period:
  start_date: &start "2026-01-01T00:00:00"
  end_date: &end 2027-01-01
projects:
- {{name: a, crn: "{crn(1)}", start_date: *start, end_date: 2026-02-01}}
- name: b
  crn: "{crn(2)}"
  end_date: &soon 2026-02-01
- {{name: c, crn: "{crn(3)}", start_date: *start, end_date: *soon}}
"""
    new = rewritten(text)
    assert '  start_date: &start "2026-01-01T00:00:00+00:00"\n  end_date: &end 2027-01-01\n' in new
    assert f'"{crn(1)}", balance_period: {{start_date: "2026-01-01T00:00:00+00:00", end_date: 2026-02-01}}}}\n' in new
    assert '  balance_period: {start_date: "2026-01-01T00:00:00+00:00", end_date: &soon 2026-02-01}\n' in new
    assert (new.count("&start"), new.count("&soon"), new.count("*")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        ("- limit_seconds:\n  name: a\n  {crn}\n", "- name: a\n  {crn}\n"),
        ("- limit_seconds:\n\n  name: a\n  {crn}\n", "- name: a\n  {crn}\n"),
        ("- limit_seconds:  # open\n  name: a\n  {crn}\n", "- # open\n  name: a\n  {crn}\n"),
        ("- limit_seconds:\n  # who\n  name: a\n  {crn}\n", "- \n  # who\n  name: a\n  {crn}\n"),
        ("- limit_seconds:\n  owner: me\n  name: a\n  {crn}\n", "- \n  # owner: me\n  name: a\n  {crn}\n"),
        ("- name: a\n  {crn}\n  limit_seconds: ~\n\n# end\n", "- name: a\n  {crn}\n\n# end\n"),
        ("- name: a\n  {crn}\n  limit_seconds: null", "- name: a\n  {crn}\n"),
    ],
)
def test_an_empty_limit_leaves_no_gap(entry: str, left: str) -> None:
    """An empty key, which version 3 has not, goes with its line; comments and the other keys stay where they are."""
    text = f"{OLD}instances:\n{entry}".replace("{crn}", f'crn: "{crn(1)}"')
    assert rewritten(text).partition("instances:\n")[2] == left.replace("{crn}", f'crn: "{crn(1)}"')


def test_a_file_that_is_json() -> None:
    """A file that is JSON stays JSON, also where entries are left out or dates become a period."""
    period = {"start_date": "2026-01-01T00:00:00", "end_date": "2027-01-01"}
    project = {"name": "a", "x": 1, "crn": crn(1), "start_date": "2026-02-01", "description": None, "y": 2}
    head = {"api": [1], "account_id": ACCOUNT, "plan_id": "premium", "balance_period": period}
    first = {**head, "projects": [project], "end": {}}
    assert json.loads(rewritten(json.dumps(first, indent=2))) == {
        "version": 3,
        "change_threshold_percent": 0,
        "reopen_exhausted": True,
        "account_id": ACCOUNT,
        "plan": "premium",
        "balance_period": {"start_date": "2026-01-01T00:00:00+00:00", "end_date": "2027-01-01"},
        "instances": [
            {
                "name": "a",
                "crn": crn(1),
                "balance_period": {"start_date": "2026-02-01", "end_date": "2027-01-01"},
            }
        ],
    }


def test_a_file_of_version_3_is_left_alone() -> None:
    """What is of version 3 already is refused in words."""
    assert refusal(f"{HEAD}instances: []\n") == "p.yaml:1:1: version: is 3 already: there is nothing to rewrite"
    assert "is 3 already" in refusal(rewritten(OF_1))


def test_a_file_with_errors_is_not_rewritten() -> None:
    """What is wrong with the old file is said in its own words."""
    text = f"{OLD}instances:\n- name: a\n  crn: x\n"
    assert refusal(text).splitlines() == problems(text)


MEANING = "cannot be rewritten without changing what it means: write out its aliases (*name) and merges (<<) first"
ANCHOR = "the anchor of this alias is under a key that version 3 does not have: write out what it stands for"


@pytest.mark.parametrize(
    ("instance", "message"),
    [
        (
            f'<<: {{limit_seconds: 5}}\n  name: a\n  crn: "{crn(1)}"\n  limit_seconds:',
            f"p.yaml: {MEANING}",
        ),
        (
            f'<<: [*shared]\n  name: a\n  crn: "{crn(1)}"',
            f"p.yaml:7:8: {ANCHOR}",
        ),
    ],
)
def test_what_cannot_be_rewritten_is_refused(instance: str, message: str) -> None:
    """A file whose meaning would change is refused, never rewritten into something else."""
    text = f"{OLD}shared: &shared\n  limit_seconds: 5\ninstances:\n- {instance}\n"
    assert read(text)
    assert refusal(text) == message


def test_what_only_some_readers_take_for_yaml_is_refused() -> None:
    """A file that one YAML reader takes and another does not is refused at the place that they differ about."""
    text = f"{OLD}api\t: 5\ninstances: []\n"
    assert parse_configuration(text).dialect == 2
    assert refusal(text) == ("p.yaml:4:4: is not YAML to all readers: a tab between values; write blanks")


def test_a_period_that_is_merged_into_the_file_is_refused() -> None:
    """A project that shares half of a period is rewritten only where that period can be read off the text."""
    text = f"""\
<<: {{balance_period: {{start_date: 2026-01-01, end_date: 2027-01-01}}}}
account_id: "{ACCOUNT}"
plan_id: premium
projects:
- {{name: a, crn: "{crn(1)}", start_date: 2026-02-01}}
"""
    assert parse_configuration(text).dialect == 1
    assert refusal(text) == f"p.yaml: {MEANING}"
    rewritten(text.replace(", start_date: 2026-02-01}", "}"))


moments = st.sampled_from(["2026-02-01", "2026-02-01T10:00:00", "2026-02-01 10:00:00.5", "2026-02-01T10:00:00+02:00"])
ends = st.sampled_from(["2026-05-01", "2026-05-01T10:00:00", "2026-05-01T10:00:00Z", "2026-05-01 10:00:00-03:30"])
unknown = st.dictionaries(
    st.sampled_from(["api", "weight", "x", "version_", "start"]),
    st.sampled_from([None, {"a": {"b": [1, {"c": 2}]}}, [], [5, [6]], "a # b", "line\nline\n", 5]),
    max_size=2,
)
amounts = st.integers(1, 10**6)


@st.composite
def old_entries(draw: st.DrawFn, number: int, shared: list[Any], *, first: bool) -> dict[str, Any]:
    aware = st.just("2026-02-01T10:00:00Z"), st.just("2026-05-01T10:00:00+01:00")
    starts, stops = (moments, ends) if first else aware
    limit = draw(st.none() | st.integers(10**6, 10**7))
    fields: dict[str, Any] = {"name": f"p{number}", "crn": crn(number)}
    if limit is not None or draw(st.booleans()):
        fields["project_limit_seconds" if first else "limit_seconds"] = limit
    if limit is not None:
        grant = {"start_date": draw(starts), "end_date": draw(stops), "net_grant_seconds": draw(amounts)}
        shared.append([grant])
        fields["net_grants"] = draw(st.sampled_from(shared))
    if first:
        fields |= draw(st.fixed_dictionaries({}, optional={"start_date": moments, "end_date": ends}))
        fields |= draw(st.fixed_dictionaries({}, optional={"target_usage_seconds": amounts, "description": st.none()}))
    return dict(draw(st.permutations(list({**draw(unknown), **fields}.items()))))


@st.composite
def old_files(draw: st.DrawFn) -> str:
    first = draw(st.booleans())
    shared: list[Any] = []
    listed = [draw(old_entries(number, shared, first=first)) for number in range(draw(st.integers(0, 3)))]
    head: dict[str, Any] = {"account_id": ACCOUNT, "minimum_allocation_seconds": draw(amounts)}
    if first:
        plan_id = draw(st.sampled_from(["91b2c828-2952-4f05-aed8-bedf92c6c480", "Premium"]))
        period = {"start_date": draw(moments), "end_date": draw(ends)}
        head |= {"plan_id": plan_id, "balance_period": period, "projects": listed}
    else:
        head |= {"plan": "premium", "instances": listed}
    extra = draw(unknown)
    if bool(shared) and draw(st.booleans()):
        extra["defaults"] = shared
    mapping = dict(draw(st.permutations(list({**extra, **head}.items()))))
    flow = draw(st.sampled_from([None, True, False]))
    text = yaml.safe_dump(
        mapping, sort_keys=False, default_flow_style=flow, indent=draw(st.integers(2, 6)), width=draw(amounts) + 40
    )
    return text if flow is not False or "|" in text or "'a" in text else _commented(draw, text)


def _commented(draw: st.DrawFn, text: str) -> str:
    lines = []
    for number, line in enumerate(text.splitlines()):
        lines += draw(st.sampled_from([[], [], [""], [f"# above {number}"], ["", f"      # above {number}"]]))
        lines.append(line + draw(st.sampled_from(["", "", f"  # behind {number}"])))
    return "\n".join(lines) + "\n"


@given(old_files())
def test_any_file_means_the_same_and_keeps_its_comments(text: str) -> None:
    """Whatever is in an old file, and however it is laid out, its rewriting means the same and loses no comment."""
    new = rewritten(text)
    for comment in re.findall(r"# (?:above|behind) \d+", text):
        assert comment in new
