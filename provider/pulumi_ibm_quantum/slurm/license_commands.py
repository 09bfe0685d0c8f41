"""The commands by which an administrator holds a project's jobs back, and lets them go; nothing here runs them."""

from pulumi_ibm_quantum.slurm.names import license_name


def license_commands(instance: str, count: int, *, is_open: bool) -> list[str]:
    """Return what opens or closes an instance's license, and as a comment the same for a license of ``slurmdbd``.

    A reservation of all of it holds the jobs of others as "Licenses", and what runs goes on (observed, Slurm 22.05).
    """
    name = license_name(instance)
    reservation = f"closed_{name}"
    change = f"# sacctmgr -i update resource {name} set lastconsumed={0 if is_open else count}"
    if is_open:
        return [f"scontrol delete reservationname={reservation}", change]
    flags = "starttime=now duration=UNLIMITED user=root flags=LICENSE_ONLY,IGNORE_JOBS"
    return [f"scontrol create reservation reservationname={reservation} {flags} licenses={name}:{count}", change]
