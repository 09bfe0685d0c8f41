"""Plans by all their names."""

import pytest

from pulumi_ibm_quantum.vocabulary import BALANCED_PLANS, PLANS, balanced_plan, find_plan


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_plan_is_found_by_name_alias_and_id_in_any_case(plan: object) -> None:
    """One table serves every way in."""
    found = next(one for one in PLANS if one is plan)
    for text in (found.name, found.plan_id, *found.aliases):
        assert find_plan(f" {text.upper()} ") is found


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("premum", 'is not a known plan, found "premum" (did you mean premium?); use one of internal, premium, paygo'),
        ("flex", "flex cannot be balanced: it has no rolling window"),
        ("850B21A7-71de-4e53-9441-1abdd202f35d", "open cannot be balanced: its allocation is fixed"),
        ("00000000-71de-4e53-9441-1abdd202f35d", "is not the id of a known plan"),
    ],
)
def test_what_cannot_be_balanced_is_refused_with_the_reason(text: str, sentence: str) -> None:
    """An unknown name, an unknown id, and plans that have no allocations to work out."""
    with pytest.raises(ValueError, match=r"plan|balanced") as refused:
        balanced_plan(text)

    assert str(refused.value).startswith(sentence)


def test_those_that_can_be_balanced_come_first() -> None:
    """Sentences and choices list them in this order."""
    assert BALANCED_PLANS == ("internal", "premium", "paygo")
