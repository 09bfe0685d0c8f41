"""Input that contradicts itself is refused, all of it at once, each with its place."""

from typing import Any

import pytest

from pulumi_ibm_quantum.queue import Backend, InvalidQueue, Job, PastRun, Reservation, Share, simulate

GOOD: dict[str, Any] = {
    "shares": (Share("hub", 1, (Share("x", 1), Share("y", 1))), Share("flat", 2)),
    "backends": (Backend("s"),),
    "jobs": (Job("flat", "s", 0, 1),),
}

BAD: list[tuple[dict[str, Any], str]] = [
    ({"shares": (), "jobs": ()}, "shares: is empty"),
    ({"shares": (Share("a/b", 1),), "jobs": ()}, "shares[0].name: must be a name without a slash"),
    ({"shares": (Share("a", 1), Share("a", 1)), "jobs": ()}, "shares[1].name: 'a' is there already"),
    ({"shares": (Share("flat", -1),)}, "shares[0].share: must not be negative, found -1"),
    ({"shares": (Share("flat", float("nan")),)}, "shares[0].share: is out of reach"),
    ({"shares": (Share("flat", 1, limit_seconds=-1),)}, "shares[0].limit_seconds: must not be negative"),
    ({"shares": (Share("flat", "10"),)}, "shares[0].share: wants a number, found '10'"),  # type: ignore[arg-type]
    ({"backends": (Backend("s"), Backend("s"))}, "backends[1].name: must be a name of its own"),
    ({"backends": (Backend("s", {"hub/x": 1}),)}, "backends[0].allotted_seconds.hub/x: is no node at the top"),
    (
        {"backends": (Backend("s", {"hub": 1}),), "accounting": "all_backends"},
        "backends[0].allotted_seconds: means nothing where usage counts on all backends",
    ),
    ({"jobs": (Job("z", "s", 0, 1),)}, "jobs[0].project: 'z' is not among the shares"),
    ({"jobs": (Job("hub", "s", 0, 1),)}, "jobs[0].project: 'hub' is divided further"),
    ({"jobs": (Job("flat", "t", 0, 1),)}, "jobs[0].backend: 't' is not among the backends"),
    ({"jobs": (Job("flat", "s", 0, -1),)}, "jobs[0].duration_seconds: must not be negative"),
    ({"jobs": (Job("flat", "s", float("inf"), 1),)}, "jobs[0].submitted_seconds: is out of reach"),
    ({"jobs": (Job("flat", "s", 5, 1, cancelled_seconds=4),)}, "jobs[0].cancelled_seconds: is before the submission"),
    ({"window_seconds": 0}, "window_seconds: must be more than 0"),
    ({"accounting": "none"}, "accounting: wants each_backend or all_backends, found 'none'"),
    ({"reservations": [Reservation("s", 5, 5)]}, "reservations[0].end_seconds: must be after the start"),
    ({"reservations": [Reservation("t", 5, 6)]}, "reservations[0].backend: 't' is not among the backends"),
    ({"reservations": [Reservation("s", 5, 6, "z")]}, "reservations[0].node: 'z' is not among the shares"),
    (
        {"reservations": [Reservation("s", 5, 9), Reservation("s", 0, 6)]},
        "reservations[0]: overlaps reservations[1] of the same backend",
    ),
    ({"past": [PastRun("flat", "s", -1, 2)]}, "past[0]: ends at 1, after the first submission: it is not past"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD, ids=[sentence.split(":")[0] for _, sentence in BAD])
def test_what_makes_no_sense_is_refused_in_one_line(change: dict[str, Any], sentence: str) -> None:
    """The place as the arguments are named, what is wrong, and nothing else."""
    with pytest.raises(InvalidQueue) as refused:
        simulate(**GOOD | change)

    assert len(refused.value.problems) == 1
    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    """One line each."""
    jobs = [Job("z", "s", 0, 1), Job("flat", "t", 0, 1), Job("flat", "s", 0, -1)]
    with pytest.raises(InvalidQueue) as refused:
        simulate(**GOOD | {"jobs": jobs, "window_seconds": -1})

    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "window_seconds",
        "jobs[0].project",
        "jobs[1].backend",
        "jobs[2].duration_seconds",
    ]
