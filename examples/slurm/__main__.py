"""The instances of an account, balanced, and the files of two Slurm sites: one decision, one merge."""

from pulumi_ibm_quantum import FairShare, SlurmSite

fair_share = FairShare("fair-share", configuration="project.yaml")

for site in ("cluster-a", "cluster-b"):
    SlurmSite(site, folder=f"sites/{site}", files=fair_share.slurm_sites[site])
