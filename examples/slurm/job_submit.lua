-- What a site has beside qpu_projects.lua, on its controller: jobs of the partition "quantum" get their account's CRN.
local set_qpu_project = dofile("/etc/slurm/qpu_projects.lua")

function slurm_job_submit(job_desc, partitions, uid)
  if job_desc.partition == "quantum" then return set_qpu_project(job_desc) end
  return slurm.SUCCESS
end

function slurm_job_modify(job_desc, job_record, partitions, uid) return slurm.SUCCESS end
