"""The use cases of a night, in order: create manifests, submit or run a job, wait, process the results."""
