"""What is made once for all who ask within some seconds."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.cloud.kept import KEPT_SECONDS, Kept
from tests.support.passing_time import PassingTime


def test_threads_share_what_is_made_until_it_is_old() -> None:
    """Many at once wait for the one that makes it; some seconds after it was made it is made anew."""
    time, made = PassingTime(), iter(range(10))
    kept = Kept(lambda: next(made), time.now)
    with ThreadPoolExecutor() as pool:
        assert set(pool.map(kept.get, [0.0] * 20)) == {0}
    time.sleep(KEPT_SECONDS - 1)
    assert kept.get(0) == 0
    time.sleep(1)
    assert kept.get(0) == 1


def test_whoever_needs_a_later_one_gets_a_later_one() -> None:
    """One that was begun before the moment that is asked for is not handed out."""
    time, made = PassingTime(), iter(range(10))
    kept = Kept(lambda: next(made), time.now)
    kept.get(0)
    time.sleep(1)

    assert kept.get(1) == 1
    assert kept.get(0) == 1


def test_a_failure_is_kept_as_long() -> None:
    """What is down is asked once for all who wait, however long it took to fail; later it is asked again."""
    time = PassingTime()

    def fail() -> int:
        time.sleep(30)
        raise CloudError("down")

    kept = Kept(fail, time.now)
    for _ in range(3):
        with pytest.raises(CloudError, match="down"):
            kept.get(0)
    assert time.now() == 30
    time.sleep(KEPT_SECONDS)
    with pytest.raises(CloudError, match="down"):
        kept.get(0)
    assert time.now() == 30 + KEPT_SECONDS + 30
