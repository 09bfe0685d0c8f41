#!/bin/sh
#SBATCH --account=optics
#SBATCH --qpu=ibm_aachen
# Where there is no time, the job ends here, and says when there will be; a session is open by now, but empty.
ibm-quantum preflight || exit 1
python3 job.py
