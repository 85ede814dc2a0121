"""A month of nights with known truth and known errors of the reviewers, drawn many times."""

import numpy as np

from airflow_provider_rekmedia.core.learning.audit import AuditedStratum
from airflow_provider_rekmedia.core.learning.flagged import FlaggedGroup
from airflow_provider_rekmedia.core.verdicts.verdict import Decision

#: Allowed images of a night, and the true share of violations among them.
ALLOWED = {"near": (600, 0.06), "clean": (9_200, 0.0013)}
#: Flagged images of a night, and the true share of violations among them.
FLAGGED = {("Explicit", Decision.BLOCK): (120, 0.97), ("Alcohol", Decision.REVIEW): (180, 0.55)}


def decided_share(truth, errors):
    """The share that reviewers with these errors decide to block."""
    return truth * (1 - errors.missed) + (1 - truth) * errors.wrong


def audited_months(rng, months, nights, nightly, errors):
    """
    Draw audits of whole months.

    :param nightly: Audited images of a night by stratum.
    """
    drawn = {}
    for name, (images, truth) in ALLOWED.items():
        # Nights differ in size, so their inclusion probabilities differ.
        sizes = np.round(images * rng.uniform(0.6, 1.4, (months, nights)))
        found = rng.binomial(nightly[name], decided_share(truth, errors), (months, nights))
        weights = sizes / nightly[name]
        drawn[name] = zip(
            found.sum(axis=1),
            (weights * nightly[name]).sum(axis=1),
            (weights * found).sum(axis=1),
            (weights**2 * nightly[name]).sum(axis=1),
            strict=True,
        )
    for near, clean in zip(*drawn.values(), strict=True):
        yield {
            name: AuditedStratum(
                nightly[name] * nights, int(found), float(images), float(weighted), float(squares)
            )
            for name, (found, images, weighted, squares) in zip(drawn, (near, clean), strict=True)
        }


def allowed_truth(strata):
    """The true share of violations among the allowed images of one month."""
    return missed_truth(strata) / sum(part.images for part in strata.values())


def missed_truth(strata):
    """How many violations the policy allowed in one month, in the mean."""
    return sum(ALLOWED[name][1] * part.images for name, part in strata.items())


def flagged_months(rng, months, nights, reviewed_share, errors):
    """Draw what people decide about the flagged images of a month, and the true violations among all."""
    for _ in range(months):
        groups, violations = {}, 0
        for group, (nightly, truth) in FLAGGED.items():
            images = nightly * nights
            reviewed = round(images * reviewed_share)
            true = rng.binomial(reviewed, truth)
            blocked = rng.binomial(true, 1 - errors.missed) + rng.binomial(reviewed - true, errors.wrong)
            groups[group] = FlaggedGroup(images, reviewed, int(blocked))
            violations += true + rng.binomial(images - reviewed, truth)
        yield groups, int(violations)


def about(rng, number, months):
    """Months differ in size, by up to a fifth."""
    return rng.integers(round(0.8 * number), round(1.2 * number) + 1, months)
