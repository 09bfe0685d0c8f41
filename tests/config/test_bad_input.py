"""Bad input: the exact message and the place."""

import pytest

from tests.support.configurations import ACCOUNT, ENTRY, HEAD, OLD, OTHER_ACCOUNT, crn, problems

DURATION = 'wants whole seconds or a duration such as 96000, "45s", "1h 30m", "10h", "2.5d" or "1qau"'
DATE = 'wants a date such as 2026-03-01 or "2026-03-01T09:00:00+00:00"'
PLANS = "use one of internal, premium, paygo"
GRANT = HEAD + ENTRY + "    limit_seconds: 10h\n    net_grants:\n"

WHOLE_FILE = {
    "": "p.yaml: is empty: nothing is configured",
    "# nothing but a comment\n": "p.yaml: is empty: nothing is configured",
    "- a\n": "p.yaml:1:1: wants a mapping with account_id, plan and instances at the top, found a list",
    "a: [1,\nb: }": "p.yaml:2:4: not valid YAML: while parsing a flow node did not find expected node content",
    "a: 1\nb: [2": "p.yaml:2:6: not valid YAML: while parsing a flow sequence did not find expected ',' or ']', "
    "but the text ends",
    "a:\n\t- b": "p.yaml:2:1: not valid YAML: a tab cannot indent: use spaces",
    "a: *nowhere": "p.yaml:1:4: not valid YAML: found undefined alias",
    "--- {}\n--- {}\n": "p.yaml:2:1: not valid YAML: expected a single document in the stream "
    "but found another document",
    f"instances:\n  - name: a\n    crn: {crn(1)}\n": "p.yaml:3:130: not valid YAML: a CRN ends with a colon: "
    "put it in quotes",
    "a: \x01": "p.yaml:1:4: not valid YAML: the character U+0001 is not allowed",
    "a: &a [*a]": "p.yaml:1:4: an alias (*name) leads back to itself",
    "[" * 100_000: "p.yaml:1:51: is nested more than 50 levels deep",
    "account_id: x\n": "p.yaml:1:1: has neither version nor instances: start with version: 3 and list the instances",
    "instances: []\nprojects: []\n": "p.yaml:2:1: projects: has both projects and instances: "
    "keep instances (and say version: 3)",
    "instances: []\nversion: 4\n": "p.yaml:2:1: version: is not known, found the number 4: 3 is; "
    "files with `instances` written for earlier tools have no version",
}

TOP = {
    "instances: []\nplan: paygo": 'p.yaml:5:1: "plan" is given twice, first on line 3: keep one',
    "instances: []\ninstanses: []": "p.yaml:5:1: instanses: is not a known key (did you mean instances?)",
    "instances: {}": "p.yaml:4:1: instances: wants a list, found a mapping",
    "instances: [1]": "p.yaml:4:13: instances[0]: wants a mapping, found the number 1",
    "instances:": "p.yaml:4:1: instances: is empty: give a value or leave the key out",
    "instances: []\nprojects: []": "p.yaml:5:1: projects: is not a known key (did you mean instances?)",
    "instances: []\nbalance_period: {start_date: 2026-01-01}": "p.yaml:5:1: balance_period.end_date: is missing",
    "instances: []\nbalance_period: {start_date: 2026-01-02, end_date: 2026-01-02}": "p.yaml:5:42: "
    "balance_period.end_date: must be after start_date, 2026-01-02T00:00:00+00:00, found 2026-01-02T00:00:00+00:00",
    "instances: []\ncontract: {ends: 2026-01-02}": "p.yaml:5:1: contract.budget_seconds: is missing",
    "instances: []\ncontract: {budget_seconds: 1h, end: 2026-01-02}": "p.yaml:5:32: "
    "contract.end: is not a known key (did you mean ends?)",
    "instances: []\nreopen_exhausted: 1": "p.yaml:5:1: reopen_exhausted: wants true or false, found the number 1",
    "instances: !mine []": 'p.yaml:4:12: the tag "!mine" is not supported: leave it out',
    "instances: []\n7: x": "p.yaml:1:1: has the number 7 for a key: keys are text",
    'instances: []\n"a\\nb": x': 'p.yaml:5:1: "a\\nb": is not a known key',
    "instances: []\nweighting: usage": 'p.yaml:5:1: weighting: wants activity or fairness, found "usage"',
    "instances: []\nsubscription_id: 0017": "p.yaml:5:1: subscription_id: "
    'wants text, found "0017", which YAML reads as the number 15: put it in quotes',
    "instances: []\nminimum_allocation_seconds: yes": f"p.yaml:5:1: minimum_allocation_seconds: {DURATION}, found true",
    "instances: []\nminimum_allocation_seconds: 1.5": "p.yaml:5:1: minimum_allocation_seconds: "
    "must be a whole number of seconds, found the number 1.5",
    "instances: []\nminimum_allocation_seconds: -1": "p.yaml:5:1: minimum_allocation_seconds: "
    "must not be negative, found the number -1",
    "instances: []\nminimum_allocation_seconds: .inf": "p.yaml:5:1: minimum_allocation_seconds: "
    f"{DURATION}, found the number inf",
    "instances: []\nallocation_reserve_percent: 100": "p.yaml:5:1: allocation_reserve_percent: "
    "must be less than 100, found the number 100",
    "instances: []\nallocation_reserve_percent: -0.5": "p.yaml:5:1: allocation_reserve_percent: "
    "must be at least 0, found the number -0.5",
    "instances: []\nallocation_reserve_percent: 5%": "p.yaml:5:1: allocation_reserve_percent: "
    'wants a number, found "5%"',
    "instances: []\nallocation_reserve_percent: on": "p.yaml:5:1: allocation_reserve_percent: "
    'wants a number, found "on", which YAML reads as true',
    "instances: []\nchange_threshold_percent: .nan": "p.yaml:5:1: change_threshold_percent: "
    'wants a number that is finite, found ".nan", which YAML reads as the number nan',
}

PLAN = {
    "flex": "flex cannot be balanced: it has no rolling window: its time counts over the whole contract; " + PLANS,
    "open": "open cannot be balanced: its allocation is fixed; " + PLANS,
    "dedicated": "dedicated cannot be balanced: how its allocations count is not published; " + PLANS,
    "premuim": f'is not a known plan, found "premuim" (did you mean premium?); {PLANS}',
    "3": "wants text, found the number 3: put it in quotes",
}

ACCOUNT_ID = {
    "a/0123": 'wants the bare account id: write "0123" without a/',
    "my account": 'is not an account id (letters, digits, - and _), found "my account"',
    "''": "must not be empty",
    "12": "wants text, found the number 12: put it in quotes",
}

FIELD = {
    "crm: x": "crm: is not a known key (did you mean crn?)",
    "project_limit_seconds: 5": "project_limit_seconds: is not a known key (did you mean limit_seconds?)",
    "target_usage_seconds: 0": "target_usage_seconds: must be more than 0 seconds",
    "weight: 0": "weight: must be more than 0, found the number 0",
    "weight: 1000001": "weight: must be at most 1e+06, found the number 1000001",
    "weight: .inf": 'weight: wants a number that is finite, found ".inf", which YAML reads as the number inf',
    "weight: heavy": 'weight: wants a number, found "heavy"',
    "minimum_allocation_seconds: ten": f'minimum_allocation_seconds: {DURATION}, found "ten"',
    "state: over": 'state: wants active or ended, found "over"',
    "hold: maybe": 'hold: wants true or false, found "maybe"',
    "priority: high": 'priority: wants a mapping, found "high"',
    "limit_seconds: 10:30": 'limit_seconds: found "10:30", which YAML reads as 630, in base 60: write 630, or a '
    'duration such as "10h 30m", or put it in quotes if it is text',
    "minimum_allocation_seconds: 0600": 'minimum_allocation_seconds: found "0600", which YAML reads as 384, in base 8: '
    "write 384, or put it in quotes if it is text",
    "limit_seconds: 0x10": 'limit_seconds: found "0x10", which YAML reads as 16, in base 16: write 16, or put it in '
    "quotes if it is text",
    "weight: 1:30.5": 'weight: found "1:30.5", which YAML reads as 90.5, in base 60: write 90.5, or a duration such as '
    '"10h 30m", or put it in quotes if it is text',
    "limit_seconds: ten": f'limit_seconds: {DURATION}, found "ten"',
    "limit_seconds:": "limit_seconds: is empty: give a value or leave the key out, or write none for no limit",
    "limit_seconds: 0.5s": 'limit_seconds: must be a whole number of seconds, found "0.5s", which is 0.5 seconds',
    "protect: maybe": 'protect: wants true or false, found "maybe"',
    "backends: ibm_alpha": 'backends: wants a list, found "ibm_alpha"',
    "backends: [ibm_alpha, ibm_alpha]": 'backends: lists "ibm_alpha" more than once',
    "create: {target: us-east, resource_group: r}": "create: excludes crn: an instance either exists or is created",
    "tags: [x]": "tags: needs create: tags are attached when an instance is made and not managed later",
    "net_grants: [{start_date: 2026-03-01, net_grant_seconds: 1h}]": "net_grants: "
    "needs limit_seconds as a number of seconds: a grant is time above a limit",
}

GRANTS = {
    "start_date: 2026-13-45": f'start_date: {DATE}, found "2026-13-45"',
    "start_date: soon": f'start_date: {DATE}, found "soon"',
    "start_date: 5": f"start_date: {DATE}, found the number 5",
    "start_date: 2026-03-01T09:00:00": 'start_date: needs an offset from UTC: write "2026-03-01T09:00:00+00:00"',
    "start_date: 0001-01-01T00:00:00+14:00": "start_date: is outside the years 1 to 9999, "
    "found the time 0001-01-01T00:00:00+14:00",
}

PRIORITY = {
    "{weight: 2, from: 2026-03-01, until: 2026-03-02}": "7:5: instances[0].priority.reason: is missing",
    "{weight: 2, from: 2026-03-01, until: 2026-03-02, reason: ' '}": "7:64: instances[0].priority.reason: "
    "must not be empty",
    "{weight: 2, from: 2026-03-01, until: 2026-03-01, reason: r}": "7:45: instances[0].priority.until: "
    "must be after from, 2026-03-01T00:00:00+00:00, found 2026-03-01T00:00:00+00:00",
    "{weight: 0, from: 2026-03-01, until: 2026-03-02, reason: r}": "7:16: instances[0].priority.weight: "
    "must be more than 0, found the number 0",
    "{weight: 2, from: 2026-03-01T09:00, until: 2026-03-02, reason: r}": "7:27: instances[0].priority.from: "
    'needs an offset from UTC: write "2026-03-01T09:00:00+00:00"',
    "{weight: 2, starts: 2026-03-01, until: 2026-03-02, reason: r}": "7:27: instances[0].priority.starts: "
    "is not a known key",
}

WHEN = "from: 2026-03-01, until: 2026-03-02"
CONTRADICTIONS = {
    "hold: true\n    state: ended": "hold: contradicts state: ended, which gives the allocation back: keep one of them",
    f"priority: {{weight: 2, {WHEN}, reason: r}}\n    state: ended": "priority: contradicts state: ended: "
    "an instance that has ended is given nothing more",
    f"priority: {{weight: 2, {WHEN}, reason: r}}\n    hold: true": "priority: contradicts hold: "
    "an instance on hold is given nothing more",
    "target_usage_seconds: 5\n    limit_seconds: 5": "target_usage_seconds: "
    "needs balance_period: say from when to when usage counts towards it",
    "target_usage_seconds: 5\n    limit_seconds: none\n    balance_period: {start_date: 2026-01-01, "
    "end_date: 2026-07-01}": "target_usage_seconds: "
    "needs limit_seconds as a number of seconds: the limit that holds again after the target has closed it",
}

CRN = {
    "nonsense": "is not a CRN of the shape crn:v1:bluemix:public:quantum-computing:<region>:a/<account>:<guid>::, "
    'found "nonsense"',
    crn(1, account=OTHER_ACCOUNT): f'is a CRN of another account, "{OTHER_ACCOUNT}"; account_id is "{ACCOUNT}"',
    crn(1, region="us-south"): 'is a CRN of the region "us-south": IBM Quantum has us-east and eu-de',
    crn(1).replace("bluemix", "local"): 'is a CRN of the cloud "local": only bluemix and staging are known',
    crn(1).replace("quantum-computing", "kms"): 'is a CRN of the service "kms", not of quantum-computing',
    crn(1) + "x": f'names something inside an instance: end it after the guid with ::, found "{crn(1)[:59]}…"',
    crn(1).replace("8444", "844"): 'has "11111111-2222-4333-844-000000000001" where the guid belongs, '
    "such as 11111111-2222-4333-8444-555555555555",
}


@pytest.mark.parametrize(("text", "line"), WHOLE_FILE.items())
def test_a_text_that_is_no_configuration(text: str, line: str) -> None:
    """A text that cannot be a configuration is refused in exactly one line."""
    assert problems(text) == [line]


@pytest.mark.parametrize(("rest", "line"), TOP.items())
def test_a_wrong_value_at_the_top(rest: str, line: str) -> None:
    """A wrong value at the top is named with its place, what was found and what is wanted."""
    assert problems(HEAD + rest + "\n") == [line]


@pytest.mark.parametrize(("plan", "message"), PLAN.items())
def test_a_plan_that_cannot_be_balanced(plan: str, message: str) -> None:
    """A plan that the balancer does not support is refused by name, with the reason."""
    assert problems(HEAD.replace("premium", plan) + ENTRY) == [f"p.yaml:3:1: plan: {message}"]


@pytest.mark.parametrize(("account", "message"), ACCOUNT_ID.items())
def test_a_wrong_account_id(account: str, message: str) -> None:
    """An account id that cannot be one is refused, and says how to write it."""
    text = HEAD.replace(f'"{ACCOUNT}"', account) + "instances: []\n"
    assert problems(text) == [f"p.yaml:2:1: account_id: {message}"]


@pytest.mark.parametrize(("field", "message"), FIELD.items())
def test_a_wrong_field_of_an_instance(field: str, message: str) -> None:
    """A wrong field of an instance is the only problem reported, at the field's own line."""
    assert problems(f"{HEAD}{ENTRY}    {field}\n") == [f"p.yaml:7:5: instances[0].{message}"]


@pytest.mark.parametrize(("priority", "line"), PRIORITY.items())
def test_a_wrong_priority(priority: str, line: str) -> None:
    """A priority needs a weight, an end after its start and a reason; what is wrong is said at its place."""
    assert f"p.yaml:{line}" in problems(f"{HEAD}{ENTRY}    priority: {priority}\n")


@pytest.mark.parametrize(("fields", "message"), CONTRADICTIONS.items())
def test_fields_that_contradict_each_other(fields: str, message: str) -> None:
    """What cannot be wanted at the same time is refused in words, at the field to change."""
    assert problems(f"{HEAD}{ENTRY}    {fields}\n") == [f"p.yaml:7:5: instances[0].{message}"]


def test_a_new_instance_cannot_be_on_hold() -> None:
    """An instance that does not exist has no allocation to keep."""
    text = HEAD + "instances:\n- name: a\n  create: {target: eu-de, resource_group: r}\n  hold: true\n"
    assert problems(text) == [
        "p.yaml:7:3: instances[0].hold: excludes create: a new instance has no live allocation to keep"
    ]


@pytest.mark.parametrize(("field", "message"), GRANTS.items())
def test_a_wrong_date_of_a_grant(field: str, message: str) -> None:
    """A wrong date is one problem: the end that would follow from it is not complained of too."""
    text = f"{GRANT}      - {field}\n        net_grant_seconds: 1h\n"
    assert problems(text) == [f"p.yaml:9:9: instances[0].net_grants[0].{message}"]


def test_a_grant_needs_a_limit_to_be_above() -> None:
    """A grant on an instance without a limit means nothing, so it is refused."""
    text = GRANT.replace("10h", "none") + "      - {start_date: 2026-03-01, net_grant_seconds: 1h}\n"
    assert problems(text) == [
        "p.yaml:8:5: instances[0].net_grants: needs limit_seconds as a number of seconds: a grant is time above a limit"
    ]


def test_a_grant_that_ends_before_it_starts() -> None:
    """A grant must end after its start, and a grant of nothing is none."""
    grant = "      - start_date: 2026-03-01\n        end_date: 2026-03-01\n        net_grant_seconds: 0\n"
    assert problems(GRANT + grant) == [
        (
            "p.yaml:10:9: instances[0].net_grants[0].end_date: must be after start_date, 2026-03-01T00:00:00+00:00, "
            "found 2026-03-01T00:00:00+00:00"
        ),
        "p.yaml:11:9: instances[0].net_grants[0].net_grant_seconds: must be more than 0 seconds",
    ]


@pytest.mark.parametrize(("value", "message"), CRN.items())
def test_a_wrong_crn(value: str, message: str) -> None:
    """A CRN that cannot be an instance of this account says which part of it is wrong."""
    text = f'{HEAD}instances:\n  - name: alpha\n    crn: "{value}"\n'
    assert problems(text) == [f"p.yaml:6:5: instances[0].crn: {message}"]


@pytest.mark.parametrize(
    "same", [crn(0xABC), crn(0xABC).replace("000abc", "000ABC"), crn(0xABC)[:-2], f" {crn(0xABC)} "]
)
def test_a_crn_twice_names_both_lines(same: str) -> None:
    """The same instance twice is refused with both lines, also if its CRN is written differently."""
    text = f'{HEAD}instances:\n- {{name: a, crn: "{crn(0xABC)}"}}\n- {{name: b, crn: "{same}"}}\n'
    assert problems(text) == ["p.yaml:6:13: instances[1].crn: is the same crn as instances[0].crn (line 5)"]


def test_a_name_twice_names_both_lines() -> None:
    """A name that is given to two instances is refused with both lines, even if their CRNs are wrong."""
    text = f"{HEAD}instances:\n- {{name: a, crn: x:y}}\n- {{name: b, crn: x:z}}\n- {{name: a, crn: x:z}}\n"
    assert "p.yaml:7:4: instances[2].name: is the same name as instances[0].name (line 5)" in problems(text)


def test_a_crn_that_is_not_text() -> None:
    """Binary data in place of a CRN is a problem like any other."""
    assert problems(f"{HEAD}instances:\n- {{name: a, crn: !!binary YQ==}}\n") == [
        'p.yaml:5:13: instances[0].crn: wants text, found "YQ==", which YAML reads as binary data: put it in quotes'
    ]


def test_an_instance_that_neither_exists_nor_is_created() -> None:
    """An entry needs a CRN or a create block, said at the entry."""
    assert problems(HEAD + "instances:\n  - name: a\n") == [
        "p.yaml:5:5: instances[0]: needs a crn (an instance that exists) or create (one to be made)"
    ]


def test_the_name_of_a_new_instance() -> None:
    """A name that the service would refuse is refused before anything is created."""
    text = HEAD + "instances:\n  - name: a/b\n    create: {target: us-south, resource_groop: r}\n"
    assert problems(text) == [
        "p.yaml:5:5: instances[0].name: wants at most 180 letters, digits, blanks and - . _ : for a new instance",
        "p.yaml:6:5: instances[0].create.resource_group: is missing",
        'p.yaml:6:14: instances[0].create.target: wants us-east or eu-de, found "us-south"',
        "p.yaml:6:32: instances[0].create.resource_groop: is not a known key (did you mean resource_group?)",
    ]


def test_names_that_yaml_reads_as_something_else() -> None:
    """A name such as `on` says how YAML reads it and how to write it."""
    assert problems(f'{HEAD}instances:\n- name: on\n  crn: "{crn(1)}"\n') == [
        'p.yaml:5:3: instances[0].name: wants text, found "on", which YAML reads as true: put it in quotes'
    ]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """Fields, cross-field rules, unknown and repeated keys are all reported together, in the order of the file."""
    text = f"""\
version: 3
account_id: "{ACCOUNT}"
plan: flex
plan: flex
reserve: 5
instances:
  - name: a
    crn: "{crn(1, account=OTHER_ACCOUNT)}"
    limit_seconds: x
    tags: [t]
  - name: a
    crn: "{crn(1, account=OTHER_ACCOUNT)}"
    net_grants:
      - end_date: 2026-03-01
        start_date: 2026-03-02
        net_grant_seconds: -1
"""
    places = [line.split(": ")[:2] for line in problems(text)]
    assert places == [
        ["p.yaml:4:1", '"plan" is given twice, first on line 3'],
        ["p.yaml:4:1", "plan"],
        ["p.yaml:5:1", "reserve"],
        ["p.yaml:8:5", "instances[0].crn"],
        ["p.yaml:9:5", "instances[0].limit_seconds"],
        ["p.yaml:10:5", "instances[0].tags"],
        ["p.yaml:11:5", "instances[1].name"],
        ["p.yaml:12:5", "instances[1].crn"],
        ["p.yaml:12:5", "instances[1].crn"],
        ["p.yaml:13:5", "instances[1].net_grants"],
        ["p.yaml:14:9", "instances[1].net_grants[0].end_date"],
        ["p.yaml:16:9", "instances[1].net_grants[0].net_grant_seconds"],
    ]


def test_the_second_dialect_says_what_only_version_3_can() -> None:
    """An older file with durations, plain dates or `none` learns that it needs version 3 or an offset."""
    text = f"""\
account_id: "{ACCOUNT}"
plan: premium
instances:
  - name: a
    limit_seconds: 10h
    net_grants:
      - start_date: 2026-03-01
        end_date: "2026-03-02T10:00:00"
        net_grant_seconds: 5
"""
    assert problems(text) == [
        "p.yaml:1:1: minimum_allocation_seconds: is missing",
        "p.yaml:4:5: instances[0].crn: is missing",
        (
            'p.yaml:5:5: instances[0].limit_seconds: wants a whole number of seconds, found "10h"; '
            'durations such as "10h" need version: 3'
        ),
        (
            "p.yaml:7:9: instances[0].net_grants[0].start_date: needs a time and an offset from UTC: "
            'write "2026-03-01T00:00:00+00:00"'
        ),
        'p.yaml:8:9: instances[0].net_grants[0].end_date: needs an offset from UTC: write "2026-03-02T10:00:00+00:00"',
    ]
    assert problems(f'{OLD}instances:\n- name: a\n  crn: "{crn(1)}"\n  limit_seconds: none\n') == [
        (
            'p.yaml:7:3: instances[0].limit_seconds: wants a whole number of seconds, found "none"; '
            'durations such as "10h" need version: 3'
        )
    ]


def test_a_mapping_has_paths_but_no_lines() -> None:
    """A configuration that is data is judged in the same words, without lines."""
    assert problems({"version": 3, "account_id": ACCOUNT, "plan": "paygo", "instances": [{"name": "a", "crn": 5}]}) == [
        "p.yaml: instances[0].crn: wants text, found the number 5"
    ]
    assert problems({}) == ["p.yaml: has neither version nor instances: start with version: 3 and list the instances"]
