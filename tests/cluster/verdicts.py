"""What a night must have kept, whatever happened: one line for people, and the problems."""

from cluster.nights import Outcome


def find_problems(outcome: Outcome, *, extra_images: int) -> list[str]:
    """
    List what is wrong with a night.

    :param extra_images: images that may be billed twice
    """
    problems = [
        f"{count} jobs were started for {manifest}"
        for manifest, count in outcome.jobs_by_manifest.items()
        if count > 1
    ]
    for dag_id, images in outcome.images.items():
        counts = outcome.counts[dag_id]
        if (counts.get("images"), counts.get("analyzed")) != (images, images):
            problems.append(f"{dag_id} has {images} images, and counted {counts}")
        if outcome.states[dag_id] != "success":
            problems.append(f"{dag_id} ended {outcome.states[dag_id]}")
        if not outcome.logs[dag_id]:
            problems.append(f"{dag_id} has no logs in S3")
        if not outcome.xcoms[dag_id]:
            problems.append(f"{dag_id} has no XComs in S3")
    if outcome.noise:
        problems.append(f"{outcome.noise} log lines say that an XCom was not found")
    if not outcome.all_images <= outcome.billed <= outcome.all_images + extra_images:
        problems.append(f"{outcome.billed} images were billed")
    return problems


def format_verdict(name: str, outcome: Outcome, *, extra_images: int, problems: list[str]) -> str:
    """Write the night in one line."""
    jobs, manifests = outcome.jobs_by_manifest.total(), len(outcome.jobs_by_manifest)
    analyzed = sum(counts.get("analyzed", 0) for counts in outcome.counts.values())
    retries = sum(max(0, tries - 1) for tries in outcome.tries.values())
    ended = ", ".join(sorted(set(outcome.states.values())))
    return (
        f"{'FAIL' if problems else 'ok':4} {name:27} {jobs} jobs for {manifests} manifests; "
        f"{analyzed} of {outcome.all_images} images analyzed; {outcome.billed} billed, at most "
        f"{outcome.all_images + extra_images}; runs: {ended}, {retries} retries; {outcome.duration_s:.0f} s"
    )
