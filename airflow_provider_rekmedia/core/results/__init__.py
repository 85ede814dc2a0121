"""The outcomes of a job's images: results, failures, and the check that each line has one."""
