"""What must hold between Slurm sites and the instances that they use."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pulumi_ibm_quantum.documents import INVALID, BrokenRule, Path, valid_items
from pulumi_ibm_quantum.slurm import is_shell_name, license_name, profile_name
from pulumi_ibm_quantum.vocabulary import parse_crn, quote

if TYPE_CHECKING:
    from pulumi_ibm_quantum.config.model import InstanceEntry, ProjectConfiguration
    from pulumi_ibm_quantum.config.slurm_sites import SlurmProject, SlurmSite


def site_rules(configuration: "ProjectConfiguration") -> Iterator[BrokenRule]:
    """Yield what does not fit together within the sites, and of them with the instances."""
    instances = valid_items(configuration.instances)
    entries = {entry.name: entry for _, entry in instances if isinstance(entry.name, str)}
    knows_all = configuration.instances is not INVALID and len(instances) == len(configuration.instances)
    names: dict[str, Path] = {}
    regions: dict[str, str] = {}
    for position, site in valid_items(configuration.slurm_sites):
        path: Path = ("slurm_sites", position)
        if isinstance(site.name, str):
            if site.name in names:
                yield BrokenRule((*path, "name"), "is the same name as", names[site.name])
            names.setdefault(site.name, (*path, "name"))
        for broken in _rules_of(site, entries, knows_all=knows_all):
            yield broken.below(*path)
        for broken in _region_rules(site, entries, regions):
            yield broken.below(*path)


def backends_at(site: "SlurmSite", project: "SlurmProject", entry: "InstanceEntry") -> tuple[str, ...]:
    """Return the backends that a project's users get at a site."""
    if project.backends is not None:
        return project.backends
    if site.backends is None:
        return entry.backends or ()
    return tuple(name for name in site.backends if entry.backends is None or name in entry.backends)


def region_of(entry: "InstanceEntry") -> str | None:
    """Return the region of an instance; None where the entry is not valid."""
    if isinstance(entry.crn, str):
        return parse_crn(entry.crn).region
    return entry.create.target if entry.create not in (None, INVALID) else None


def _rules_of(site: "SlurmSite", entries: Mapping[str, "InstanceEntry"], *, knows_all: bool) -> Iterator[BrokenRule]:
    named: dict[str, Path] = {}
    accounts: dict[str, Path] = {}
    for position, project in valid_items(site.projects):
        path: Path = ("projects", position)
        if not isinstance(project.instance, str):
            continue
        licenses = [] if project.licenses is None else [license_name(project.instance)]
        for name in (profile_name(project.instance), *licenses):
            if name in named:
                yield BrokenRule((*path, "instance"), f"would be {name} at the site, as is", named[name])
                break
            named[name] = (*path, "instance")
        entry = entries.get(project.instance)
        if entry is None and knows_all:
            yield BrokenRule(
                (*path, "instance"), f"wants the name of an instance of this file, found {quote(project.instance)}"
            )
        if entry is None or INVALID in (site.backends, project.backends, entry.backends):
            continue
        for broken in _backend_rules(site, project, entry):
            yield broken.below(*path)
        if project.accounts is not INVALID:
            yield from _account_rules(project, backends_at(site, project, entry), accounts, path)
    yield from _unused_backends(site, entries, knows_all=knows_all)


def _backend_rules(site: "SlurmSite", project: "SlurmProject", entry: "InstanceEntry") -> Iterator[BrokenRule]:
    """Yield backends that a project may not use, and that it has none."""
    for position, backend in enumerate(project.backends or ()):
        if site.backends is not None and backend not in site.backends:
            yield BrokenRule(("backends", position), f"is not among the site's backends, found {quote(backend)}")
        elif entry.backends is not None and backend not in entry.backends:
            yield BrokenRule(
                ("backends", position), f"is not listed by instance {quote(entry.name)}, found {quote(backend)}"
            )
    backends = backends_at(site, project, entry)
    if not backends:
        yield BrokenRule((), "has no backends: list them here, for the site, or for the instance, so that they meet")
    for backend in backends:
        if not is_shell_name(backend):  # One of the instance: the site's own are held to it by their kind.
            yield BrokenRule(
                ("instance",), f"lists {quote(backend)}, which cannot begin the name of a shell variable: list backends"
            )


def _unused_backends(
    site: "SlurmSite", entries: Mapping[str, "InstanceEntry"], *, knows_all: bool
) -> Iterator[BrokenRule]:
    """Yield backends of the site that none of its projects may use."""
    projects = [] if site.projects is INVALID else list(site.projects)
    used: set[str] = set()
    for project in projects:
        entry = None if project is INVALID else entries.get(project.instance)
        if entry is None or INVALID in (site.backends, project.backends, entry.backends):
            return
        used |= set(backends_at(site, project, entry))
    if not knows_all or site.projects is INVALID or site.backends in (None, INVALID):
        return
    for position, backend in enumerate(site.backends or ()):
        if backend not in used:
            yield BrokenRule(("backends", position), f"is listed by no instance of the site, found {quote(backend)}")


def _account_rules(
    project: "SlurmProject", backends: tuple[str, ...], seen: dict[str, Path], path: Path
) -> Iterator[BrokenRule]:
    for position, account in enumerate(project.accounts):
        at = (*path, "accounts", position)
        # Slurm keeps the names of accounts in lower case.
        twice = [seen[key] for key in (f"{account.lower()} {backend}" for backend in backends) if key in seen]
        if twice:
            yield BrokenRule(at, "has an instance for the same backend already, by", twice[0])
        for backend in backends:
            seen.setdefault(f"{account.lower()} {backend}", at)


def _region_rules(
    site: "SlurmSite", entries: Mapping[str, "InstanceEntry"], regions: dict[str, str]
) -> Iterator[BrokenRule]:
    """Yield projects by which a backend would be in two regions: each is in one, so it has one endpoint."""
    for position, project in valid_items(site.projects):
        entry = entries.get(project.instance) if isinstance(project.instance, str) else None
        if entry is None or INVALID in (site.backends, project.backends, entry.backends):
            continue
        if (region := region_of(entry)) is None:
            continue
        for backend in backends_at(site, project, entry):
            if regions.setdefault(backend, region) != region:
                message = f"is in {region}, where {backend} is not, as another instance has it in {regions[backend]}"
                yield BrokenRule(("projects", position, "instance"), f"{message}: list backends here")
