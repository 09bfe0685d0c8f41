"""Faults, and the record of what the service saw."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fault
from tests.support.fake_cloud import Cloud


def test_a_fault_hits_the_nth_matching_call_and_as_many_as_told(cloud: Cloud) -> None:
    """Calls before, after and of other routes are answered as ever."""
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.inject(Fault("instances.get", nth=2, count=2, status=429, retry_after="7"))
    answers = [cloud.controller("GET", crn) for _ in range(2)]
    assert cloud.controller("GET").status_code == 200
    answers += [cloud.controller("GET", crn) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert [answer.headers.get("Retry-After") for answer in answers] == [None, "7", "7", None]
    assert answers[1].json()["status_code"] == 429


def test_a_fault_can_be_for_one_instance_and_for_ever(cloud: Cloud) -> None:
    """Only calls about that instance fail, until faults are cleared."""
    bad, good = cloud.fake.add_instance("a").crn, cloud.fake.add_instance("b").crn
    cloud.fake.inject(Fault("usage.get", crn=bad, status=500, count=None))
    assert [cloud.quantum("/instances/usage", crn=bad).status_code for _ in range(3)] == [500, 500, 500]
    assert cloud.quantum("/instances/usage", crn=good).status_code == 200
    cloud.fake.clear_faults()
    assert cloud.quantum("/instances/usage", crn=bad).status_code == 200


def test_a_refusal_by_fault_changes_nothing_and_has_the_body_it_was_given(cloud: Cloud) -> None:
    """The service never sees a call that a fault answers."""
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    cloud.fake.inject(Fault(method="PATCH", status=503, body={"message": "later"}))
    answer = cloud.patch(crn, usage_allocation_seconds="9")
    assert (answer.status_code, answer.json()) == (503, {"message": "later"})
    assert cloud.fake.instance(crn).allocation_seconds == 1


def test_a_reset_is_a_connection_error_and_not_applied(cloud: Cloud) -> None:
    """Whoever calls through requests sees its ConnectionError, through either door."""
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    cloud.fake.inject(Fault("instances.update", reset=True))
    with pytest.raises(requests.exceptions.ConnectionError):
        cloud.patch(crn, usage_allocation_seconds="9")
    assert cloud.fake.instance(crn).allocation_seconds == 1
    assert cloud.fake.writes[0].status == 0
    assert cloud.patch(crn, usage_allocation_seconds="9").status_code == 200


def test_a_lost_answer_is_applied_exactly_once(cloud: Cloud) -> None:
    """The caller sees a broken connection, the instance is there, and nothing was made twice."""
    cloud.fake.inject(Fault.lost_answer("instances.create"))
    with pytest.raises(requests.exceptions.ConnectionError):
        cloud.create("only-one", parameters={"usage_allocation_seconds": "60"})
    assert [instance.name for instance in cloud.fake.account.instances] == ["only-one"]
    assert [call.crn for call in cloud.fake.changes] == [cloud.fake.instance("only-one").crn]
    assert cloud.fake.total() == 60


def test_an_error_may_be_answered_to_a_write_that_was_applied(cloud: Cloud) -> None:
    """A gateway's 504 does not mean that nothing happened."""
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.inject(Fault("instances.update", status=504, applied=True))
    assert cloud.patch(crn, usage_allocation_seconds="9").status_code == 504
    assert cloud.fake.instance(crn).allocation_seconds == 9


def test_a_slow_answer_runs_into_the_callers_time_out(cloud: Cloud) -> None:
    """A delay beyond the caller's patience is its ReadTimeout; within it, it is waited for."""
    cloud.fake.inject(Fault("instances.list", delay_seconds=0.3, count=2))
    with pytest.raises(requests.exceptions.ReadTimeout):
        cloud.controller("GET", timeout=0.05)
    started = time.monotonic()
    assert cloud.controller("GET", timeout=5).status_code == 200
    assert time.monotonic() - started >= 0.3


def test_slow_calls_do_not_wait_for_each_other(cloud: Cloud) -> None:
    """A latency costs each call its time, not all calls the sum."""
    cloud.fake.behaviour.latency_seconds = 0.2
    url = f"{cloud.endpoints['IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT']}/v2/resource_groups"
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cloud.session.get(url, timeout=5), range(8)))
    assert time.monotonic() - started < 1.0


def test_a_malformed_answer_is_no_json(cloud: Cloud) -> None:
    """The body breaks off in the middle although the status is 200."""
    cloud.fake.inject(Fault("instances.list", malformed=True))
    answer = cloud.controller("GET")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


@pytest.mark.parametrize("content", ["<html>Sorry</html>", ""])
def test_an_answer_may_be_a_text_of_any_kind(cloud: Cloud, content: str) -> None:
    """What a proxy answers in the service's place has status 200 and that text; the service never saw the call."""
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    cloud.fake.inject(Fault("instances.update", content=content))
    answer = cloud.patch(crn, usage_allocation_seconds="9")
    assert (answer.status_code, answer.text) == (200, content)
    assert cloud.fake.instance(crn).allocation_seconds == 1


def test_a_connection_may_break_in_the_middle_of_an_answer(cloud: Cloud) -> None:
    """Whoever calls through requests sees an error and no half answer, and the service has done its work."""
    crn = cloud.fake.add_instance("a", allocation_seconds=1).crn
    cloud.fake.inject(Fault("instances.update", cut_body=True))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        cloud.patch(crn, usage_allocation_seconds="9")
    assert cloud.fake.instance(crn).allocation_seconds == 9
    assert cloud.controller("GET", crn).status_code == 200


def test_an_answer_may_drip(cloud: Cloud) -> None:
    """Each byte takes its time, and the answer is whole in the end."""
    cloud.fake.inject(Fault("resource_groups.list", drip_seconds=0.001))
    started = time.monotonic()
    answer = cloud.controller("GET", "/v2/resource_groups")
    assert answer.json()["resources"]
    assert time.monotonic() - started >= len(answer.content) * 0.001


def test_an_answer_may_say_something_else(cloud: Cloud) -> None:
    """Its date and the keys of its object are those of the fault, the other keys are the service's."""
    crn = cloud.fake.add_instance("a").crn
    date = "Thu, 01 Jan 1970 00:00:00 GMT"
    cloud.fake.inject(Fault("instances.get", date=date, patch={"name": "b", "odd": 1}))
    answer = cloud.controller("GET", crn)
    assert answer.headers["Date"] == date
    assert (answer.json()["name"], answer.json()["odd"], answer.json()["crn"]) == ("b", 1, crn)


def test_a_fault_for_a_route_that_does_not_exist_is_refused() -> None:
    """A misspelt route would wait for ever, so it is an error that lists the routes."""
    with pytest.raises(ValueError, match=r"instances\.update"):
        Fault("instance.update")


def test_the_record_says_what_changed_and_the_total_after_it(cloud: Cloud) -> None:
    """Each call has its route, instance, status, time and running total; the highest total outlives the peak."""
    crn = cloud.fake.add_instance("a", allocation_seconds=100).crn
    cloud.fake.forget_calls()
    cloud.patch(crn, usage_allocation_seconds="700")
    cloud.fake.advance(60)
    cloud.patch(crn, usage_allocation_seconds="300")
    cloud.controller("GET", crn)
    assert [(call.route, call.changed, call.totals["premium"]) for call in cloud.fake.calls] == [
        ("instances.update", True, 700),
        ("instances.update", True, 300),
        ("instances.get", False, 300),
    ]
    assert {call.crn for call in cloud.fake.calls} == {crn}
    assert (cloud.fake.calls[1].time - cloud.fake.calls[0].time).total_seconds() == 60
    assert (cloud.fake.total(), cloud.fake.highest_total()) == (300, 700)
    assert cloud.fake.summary()["writes"] == {crn: 2}


def test_a_write_of_what_is_there_already_is_a_write_but_no_change(cloud: Cloud) -> None:
    """Even with a fresh timestamp, values that were there before change nothing."""
    crn = cloud.fake.add_instance("a", allocation_seconds=100).crn
    cloud.patch(crn, usage_allocation_seconds="100", timestamp="2026-11-02T08:00:00Z")
    assert len(cloud.fake.writes) == 1
    assert cloud.fake.changes == ()
    assert (cloud.fake.summary()["writes"], cloud.fake.summary()["changes"]) == ({crn: 1}, 0)


def test_an_archived_or_deleted_instance_takes_nothing_from_the_budget(cloud: Cloud) -> None:
    """The highest total counts what holds an allocation at the time, and no more."""
    crn = cloud.fake.add_instance("a", allocation_seconds=600).crn
    cloud.patch(crn, usage_allocation_seconds="0")
    assert cloud.fake.instance(crn).archived
    assert cloud.create(parameters={"usage_allocation_seconds": "1000"}).status_code == 201
    assert cloud.fake.highest_total() == 1000


def test_the_record_holds_no_secret(cloud: Cloud) -> None:
    """Neither the key, wherever it was sent, nor a token is in what is recorded."""
    params = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": DEFAULT_API_KEY}
    token = cloud.session.headers["Authorization"]
    cloud.session.post(f"{cloud.endpoints['IBMCLOUD_IAM_API_ENDPOINT']}/identity/token", params=params, timeout=10)
    cloud.session.get(f"{cloud.endpoints['IBMCLOUD_IAM_API_ENDPOINT']}/elsewhere", params=params, timeout=10)
    cloud.controller("GET")
    recorded = json.dumps([call.document() for call in cloud.fake.calls]) + repr(cloud.fake.calls)
    assert DEFAULT_API_KEY not in recorded
    assert str(token).split()[1] not in recorded
    assert DEFAULT_API_KEY not in repr(cloud.fake.account.api_keys.values())


def test_concurrent_raises_never_pass_the_budget(cloud: Cloud) -> None:
    """Twenty writers race for 1000 seconds in steps of 100: ten win."""
    crns = [cloud.fake.add_instance(f"i{number}").crn for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda crn: cloud.patch(crn, usage_allocation_seconds="100").status_code, crns))
    assert sorted(answers) == [200] * 10 + [400] * 10
    assert cloud.fake.highest_total() == 1000
    assert [call.number for call in cloud.fake.calls] == list(range(1, len(cloud.fake.calls) + 1))
