"""Random queues of a few jobs, in which ties, limits, reservations and roll-outs meet often."""

from fractions import Fraction
from random import Random
from typing import Any

from pulumi_ibm_quantum.queue import Backend, Job, Number, PastRun, Reservation, Share

MICRO = Fraction(1, 1_000_000)


def random_case(seed: int) -> dict[str, Any]:
    """Return the arguments of `simulate`; times are microseconds, so that every moment matters."""
    random = Random(seed)
    depth = random.randint(1, 4)
    limited = random.random() < 0.5
    shares = _siblings(random, depth, limited)
    everywhere = random.random() < 0.5
    backends = tuple(_backend(random, index, shares, everywhere) for index in range(random.randint(1, 3)))
    nodes = _paths(shares, "")
    projects = [path for path, share in nodes if not share.children]
    horizon = random.choice([10, 60, 300])
    return {
        "shares": shares,
        "backends": backends,
        "jobs": [_job(random, projects, backends, horizon) for _ in range(random.randint(1, 24))],
        "window_seconds": random.choice([1, 7, 30, 100, 1000]) * MICRO,
        "accounting": "all_backends" if everywhere else "each_backend",
        "reservations": _reservations(random, backends, nodes, horizon) if random.random() < 0.3 else (),
        "past": [_past(random, projects, backends) for _ in range(random.randint(1, 6))]
        if random.random() < 0.3
        else (),
    }


def _siblings(random: Random, depth: int, limited: bool) -> tuple[Share, ...]:
    scales: list[Number] = [1, 1, 3, 10_000, Fraction(1, 7)]
    scale = random.choice(scales)
    return tuple(
        Share(
            f"n{index}",
            random.choice([0, 1, 1, 1, 2, 3, 5]) * scale,
            _siblings(random, depth - 1, limited) if depth > 1 and random.random() < 0.8 else (),
            random.randint(0, 40) * MICRO if limited and random.random() < 0.4 else None,
        )
        for index in range(random.randint(1, 4))
    )


def _paths(shares: tuple[Share, ...], prefix: str) -> list[tuple[str, Share]]:
    return [
        row
        for share in shares
        for row in [(prefix + share.name, share), *_paths(share.children, prefix + share.name + "/")]
    ]


def _backend(random: Random, index: int, shares: tuple[Share, ...], everywhere: bool) -> Backend:
    other = {share.name: random.randint(0, 5) for share in shares if random.random() < 0.3}
    return Backend(f"s{index}", {} if everywhere else other)


def _job(random: Random, projects: list[str], backends: tuple[Backend, ...], horizon: int) -> Job:
    submitted = random.randint(0, horizon)
    cancelled = submitted + random.randint(0, 60) if random.random() < 0.15 else None
    return Job(
        random.choice(projects),
        random.choice(backends).name,
        submitted * MICRO,
        random.choice([0, 1, 2, 5, 5, 10, random.randint(1, 40)]) * MICRO,
        None if cancelled is None else cancelled * MICRO,
    )


def _past(random: Random, projects: list[str], backends: tuple[Backend, ...]) -> PastRun:
    duration = random.randint(0, 30)
    start = -duration - random.randint(0, 60)
    return PastRun(random.choice(projects), random.choice(backends).name, start * MICRO, duration * MICRO)


def _reservations(
    random: Random, backends: tuple[Backend, ...], nodes: list[tuple[str, Share]], horizon: int
) -> list[Reservation]:
    found = []
    for backend in backends:
        end = -5
        for _ in range(random.randint(0, 2)):
            start = end + random.randint(0, horizon)
            end = start + random.randint(1, 40)
            node = random.choice([None, *(path for path, _ in nodes)])
            found.append(Reservation(backend.name, start * MICRO, end * MICRO, node))
    return found
