"""What entries of a configuration are called after instances of the account, whose names may be anything."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.observation import ObservedInstance
from pulumi_ibm_quantum.vocabulary import parse_crn


def distinct_names(instances: Mapping[int, ObservedInstance], taken: Collection[str]) -> dict[int, str]:
    """Name instances as they are called, those whose name is empty, shared or taken told apart by their ids."""
    count = Counter(possible_names(one)[0] for one in instances.values())
    names: dict[int, str] = {}
    for place, one in instances.items():
        plain, *others = possible_names(one)
        free = [name for name in others if name not in taken and name not in names.values()]
        names[place] = plain if plain and count[plain] == 1 and plain not in {*taken, *names.values()} else free[0]
    return names


def demand_crns(instances: Iterable[ObservedInstance]) -> None:
    """Refuse an account with instances that no configuration can have.

    Raises:
        PlanningError: their CRNs are of a shape, a service or a region that is not known.
    """
    problems = []
    for one in instances:
        try:
            parse_crn(one.crn)
        except ValueError as error:
            problems.append(f"the account has an instance {one.label!r} whose CRN {error}")
    if problems:
        raise PlanningError(problems)


def possible_names(instance: ObservedInstance) -> tuple[str, str, str]:
    """Return the names that an entry may have: the instance's, with the start of its id, with all of its id.

    Blanks around and between words and characters that do not print are mended: an entry may not have them.
    """
    plain = "".join(letter for letter in " ".join(instance.name.split()) if letter.isprintable())
    guid = parse_crn(instance.crn).guid
    return plain, f"{plain}-{guid[:8]}".strip("-"), f"{plain}-{guid}".strip("-")
