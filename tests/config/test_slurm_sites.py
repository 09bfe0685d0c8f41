"""Slurm sites in the project configuration: what is refused, and where."""

import pytest

from tests.support.configurations import HEAD, crn, problems, read

INSTANCES = f"""\
instances:
  - {{name: chemistry, crn: "{crn(1)}"}}
  - {{name: optics, create: {{target: eu-de, resource_group: r}}, backends: [ibm_aachen]}}
  - {{name: Optics?, crn: "{crn(2)}", backends: [ibm-fez]}}
"""
SITE = """\
slurm_sites:
  - name: cluster-a
"""
CHEMISTRY = """\
    projects:
      - {instance: chemistry, accounts: [chem]}
"""

WRONG = {
    "    backends: [ibm_fez]\n    projects:\n      - {instance: biology, accounts: [bio]}\n": [
        'p.yaml:12:10: slurm_sites[0].projects[0].instance: wants the name of an instance of this file, found "biology"'
    ],
    "    backends: [ibm_fez, ibm-torino]\n" + CHEMISTRY: [
        (
            "p.yaml:10:25: slurm_sites[0].backends[1]: cannot begin the name of a shell variable, "
            "as QRMI needs it: wants "
            'letters, digits and _, found "ibm-torino"'
        )
    ],
    CHEMISTRY: [
        (
            "p.yaml:11:9: slurm_sites[0].projects[0]: has no backends: list them here, for the "
            "site, or for the instance, "
            "so that they meet"
        )
    ],
    "    backends: [ibm_fez]\n    projects:\n      - {instance: chemistry, accounts: ['a b', 'a,b']}\n": [
        (
            "p.yaml:12:42: slurm_sites[0].projects[0].accounts[0]: wants a Slurm account, without blanks and commas, "
            'found "a b"'
        ),
        (
            "p.yaml:12:49: slurm_sites[0].projects[0].accounts[1]: wants a Slurm account, without blanks and commas, "
            'found "a,b"'
        ),
    ],
    "    backends: [ibm_fez]\n    projects:\n      - {instance: chemistry, accounts: [a], key_file: keys/chem}\n": [
        (
            "p.yaml:12:46: slurm_sites[0].projects[0].key_file: wants a path from the root, without blanks and commas, "
            'found "keys/chem"'
        )
    ],
    '    plugin: "/opt/my plugins/spank_qrmi.so"\n    backends: [ibm_fez]\n' + CHEMISTRY: [
        (
            "p.yaml:10:5: slurm_sites[0].plugin: wants a path from the root, without blanks and commas, "
            'found "/opt/my plugins/spank_qrmi.so"'
        )
    ],
    "    backends: [ibm_fez]\n    projects:\n      - {instance: optics, accounts: [a], backends: [ibm_fez]}\n": [
        'p.yaml:12:54: slurm_sites[0].projects[0].backends[0]: is not listed by instance "optics", found "ibm_fez"'
    ],
    "    backends: [ibm_aachen]\n    projects:\n      - {instance: optics, accounts: [a], backends: [ibm_fez]}\n": [
        'p.yaml:10:16: slurm_sites[0].backends[0]: is listed by no instance of the site, found "ibm_aachen"',
        'p.yaml:12:54: slurm_sites[0].projects[0].backends[0]: is not among the site\'s backends, found "ibm_fez"',
    ],
    "    projects:\n      - {instance: Optics?, accounts: [a]}\n": [
        (
            'p.yaml:11:10: slurm_sites[0].projects[0].instance: lists "ibm-fez", which cannot begin '
            "the name of a shell "
            "variable: list backends"
        )
    ],
    "    backends: [ibm_aachen]\n    projects:\n      - {instance: optics, accounts: [a]}\n"
    "      - {instance: chemistry, accounts: [b]}\n": [
        (
            "p.yaml:13:10: slurm_sites[0].projects[1].instance: is in us-east, where ibm_aachen is "
            "not, as another instance "
            "has it in eu-de: list backends here"
        )
    ],
    "    backends: [ibm_fez]\n    projects:\n      - {instance: chemistry, accounts: [a]}\n"
    "      - {instance: chemistry, accounts: [b]}\n": [
        (
            "p.yaml:13:10: slurm_sites[0].projects[1].instance: would be projects/chemistry.sh at the site, as is "
            "slurm_sites[0].projects[0].instance (line 12)"
        )
    ],
    f"    backends: [ibm_fez]\n{CHEMISTRY}  - {{name: cluster-a, projects: []}}\n": [
        "p.yaml:13:6: slurm_sites[1].name: is the same name as slurm_sites[0].name (line 9)"
    ],
    f"    session_mode: exclusive\n    session_max_ttl_seconds: 8 hours\n    backends: [ibm_fez]\n{CHEMISTRY}": [
        'p.yaml:10:5: slurm_sites[0].session_mode: wants batch or dedicated, found "exclusive"',
        (
            "p.yaml:11:5: slurm_sites[0].session_max_ttl_seconds: wants whole seconds or a duration "
            'such as 96000, "45s", '
            '"1h 30m", "10h", "2.5d" or "1qau", found "8 hours"'
        ),
    ],
}


@pytest.mark.parametrize(("rest", "lines"), WRONG.items(), ids=lambda value: str(value)[:60])
def test_a_site_that_cannot_be(rest: str, lines: list[str]) -> None:
    """It is refused with line, path and advice, before anybody's job fails of it."""
    assert problems(HEAD + INSTANCES + SITE + rest) == lines


def test_an_account_has_one_instance_on_a_backend() -> None:
    """Its jobs could not tell which of two is meant; Slurm does not tell capitals apart."""
    two = INSTANCES.replace("backends: [ibm-fez]", "backends: [ibm_fez, ibm_torino]")
    shared = "    projects:\n      - {instance: chemistry, accounts: [chem], backends: [ibm_fez]}\n"
    other = "      - {instance: Optics?, accounts: [new, CHEM], backends: [%s]}\n"

    assert problems(HEAD + two + SITE + shared + other % "ibm_fez") == [
        (
            "p.yaml:12:45: slurm_sites[0].projects[1].accounts[1]: has an instance for the same backend already, by "
            "slurm_sites[0].projects[0].accounts[0] (line 11)"
        )
    ]
    assert problems(HEAD + two + SITE + shared + other % "ibm_torino") == []


def test_the_name_of_a_site_is_that_of_a_folder() -> None:
    """It cannot lead out of where sites are kept."""
    text = HEAD + INSTANCES + SITE.replace("cluster-a", "../etc") + "    backends: [ibm_fez]\n" + CHEMISTRY

    assert problems(text) == [
        (
            "p.yaml:9:5: slurm_sites[0].name: wants letters, digits and - . _, to begin with a letter or digit, "
            'found "../etc"'
        )
    ]


def test_a_broken_instance_does_not_break_its_sites() -> None:
    """What is wrong with an instance is said once, of the instance."""
    broken = INSTANCES.replace(crn(1), "x")

    assert [
        line.split(" ")[1] for line in problems(HEAD + broken + SITE + "    backends: [ibm_fez]\n" + CHEMISTRY)
    ] == ["instances[0].crn:"]


def test_sessions_are_batches_unless_it_is_said() -> None:
    """A dedicated session, which is QRMI's default, counts waiting as usage."""
    site = read(HEAD + INSTANCES + SITE + "    backends: [ibm_fez]\n" + CHEMISTRY).slurm_sites[0]

    assert (site.session_mode, site.names, site.session_max_ttl_seconds) == ("batch", "current", None)


def test_names_of_any_script_may_be_at_a_site() -> None:
    """Files can be called so; licenses, which are of plain letters, would be called the same."""
    two = f"""\
instances:
  - {{name: Химия, crn: "{crn(1)}", backends: [ibm_fez]}}
  - {{name: Физик, crn: "{crn(2)}", backends: [ibm_fez]}}
"""
    projects = "    projects:\n      - {instance: Химия, accounts: [a]%s}\n      - {instance: Физик, accounts: [b]%s}\n"

    assert problems(HEAD + two + SITE + projects % ("", "")) == []
    (refused,) = problems(HEAD + two + SITE + projects % (", licenses: 1", ", licenses: 2"))
    assert "projects[1].instance: would be qpu______ at the site, as is slurm_sites[0].projects[0].instance" in refused
