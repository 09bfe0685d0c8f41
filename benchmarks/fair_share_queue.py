"""What simulating the fair-share queue costs, from a thousand to a million jobs.

    .venv/bin/python benchmarks/fair_share_queue.py [1000 10000 100000 1000000]

Ten backends, a thousand projects, jobs of a minute on average, a tenth more than the backends can take, of which some
projects have far more than others; the window is two fifths of the time in which jobs arrive, so that usage leaves as
well as comes. Two shapes: hubs, groups and projects with usage that counts on each backend; and instances side by side
with usage that counts on all backends, a fifth of them limited. CPU seconds of one core; the last column divides the
growth from row to row by that of ``n log n``: near 1 is what is wanted, less where the thousand projects themselves
still weigh, and growth like ``n ** 2`` would show as 8.
"""

import sys
from itertools import product
from math import log
from random import Random
from time import process_time

from pulumi_ibm_quantum.queue import Accounting, Backend, Job, Share, simulate

BACKENDS = [Backend(f"backend-{number}") for number in range(10)]
MEAN_SECONDS = 60.0
LOAD = 1.1
SHAPES: dict[str, Accounting] = {"tree": "each_backend", "flat": "all_backends"}


def main() -> None:
    """Measure, and print a table for each shape."""
    counts = [int(float(argument)) for argument in sys.argv[1:]] or [1_000, 10_000, 100_000, 1_000_000]
    for shape, accounting in SHAPES.items():
        print(f"{shape}, {accounting}\n{'jobs':>9}  {'seconds':>8}  {'µs a job':>8}  {'growth':>6}  growth / n log n")
        before: tuple[int, float] | None = None
        for count in counts:
            seconds = measure(shape, accounting, count)
            row = f"{count:9}  {seconds:8.2f}  {seconds / count * 1e6:8.1f}"
            if before is not None:
                growth, wanted = seconds / before[1], count * log(count) / (before[0] * log(before[0]))
                row += f"  {growth:6.1f}  {growth / wanted:.2f}"
            print(row, flush=True)
            before = count, seconds
        print()


def measure(shape: str, accounting: Accounting, count: int) -> float:
    """Return the CPU seconds of one simulation."""
    random = Random(count)
    arrivals = count * MEAN_SECONDS / len(BACKENDS) / LOAD
    window = 0.4 * arrivals
    shares = tree(random, window) if shape == "tree" else flat(random, window)
    projects = list(paths(shares))
    jobs = [
        Job(project, random.choice(BACKENDS).name, random.uniform(0, arrivals), random.expovariate(1 / MEAN_SECONDS))
        for project in random.choices(projects, [random.paretovariate(1.2) for _ in projects], k=count)
    ]
    begun = process_time()
    simulation = simulate(shares, BACKENDS, jobs, window_seconds=window, accounting=accounting)
    seconds = process_time() - begun
    assert all(run.start_seconds is not None for run in simulation.runs), "all jobs run in the end"
    return seconds


def tree(random: Random, window: float) -> tuple[Share, ...]:
    """Return ten hubs of ten groups of ten projects."""
    return tuple(
        Share(
            f"hub-{hub}",
            window * random.randint(1, 9) / 50,
            tuple(
                Share(
                    f"group-{group}",
                    random.randint(1, 9),
                    tuple(Share(f"project-{project}", random.randint(1, 9)) for project in range(10)),
                )
                for group in range(10)
            ),
        )
        for hub in range(10)
    )


def flat(random: Random, window: float) -> tuple[Share, ...]:
    """Return a thousand instances, every fifth with a limit above its allocation."""
    mean = window * len(BACKENDS) / 1000
    allocations = [mean * random.randint(1, 100) / 50 for _ in range(1000)]
    return tuple(
        Share(f"instance-{number}", allocation, (), 1.5 * allocation if number % 5 == 0 else None)
        for number, allocation in enumerate(allocations)
    )


def paths(shares: tuple[Share, ...]) -> list[str]:
    """Return the projects of a tree that is one or three levels deep."""
    if not shares[0].children:
        return [share.name for share in shares]
    numbers = product(range(10), repeat=3)
    return [f"hub-{hub}/group-{group}/project-{project}" for hub, group, project in numbers]


if __name__ == "__main__":
    main()
