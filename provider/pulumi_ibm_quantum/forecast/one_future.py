"""One future of an account, played under one set of terms to be looked at; a forecast sums up many."""

from typing import Literal

from pulumi_ibm_quantum.forecast.forecast import Progress, counting, future
from pulumi_ibm_quantum.forecast.history import AccountHistory
from pulumi_ibm_quantum.forecast.play import in_force
from pulumi_ibm_quantum.forecast.streams import past_runs
from pulumi_ibm_quantum.forecast.surroundings import PLAYS, Surroundings, fit
from pulumi_ibm_quantum.queue import Simulation

TermsInForce = Literal["live", "decided"]


def play_future(
    account: AccountHistory, terms: TermsInForce, *, seed: int, progress: Progress
) -> tuple[Simulation, Surroundings]:
    """Draw one future, the first of those of a forecast with the same seed, and run it under some terms.

    Returns:
        Who runs when in 28 days from the history's ``today``, which begins at 0; and what was assumed.
    """
    played = counting(progress, PLAYS + 1)
    surroundings = fit(account.history, account.live, seed=f"{seed}", played=played)
    history = account.history
    scene = future(history, list(past_runs(history, history.today)), surroundings, f"{seed}:0")
    simulation = scene.played(in_force(account.live if terms == "live" else account.decided))
    played()
    return simulation, surroundings
