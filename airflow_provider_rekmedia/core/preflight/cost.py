"""Decides whether the images that preflight counted exceed the budget of the run."""

from airflow_provider_rekmedia.core.counted import counted
from airflow_provider_rekmedia.core.errors import OverBudget
from airflow_provider_rekmedia.core.images.estimate import Estimate

from .finding import Finding, Outcome
from .planned_run import PlannedRun

__all__ = ["judge_cost"]


def judge_cost(plan: PlannedRun, figures: Estimate, *, is_complete: bool) -> Finding:
    """
    Compare an estimate with ``max_cost`` and ``max_total_images``.

    With a ledger, the run may analyze fewer images than were counted, so a budget that is exceeded is a note.

    :param is_complete: Whether every image was counted. Otherwise there are at least this many.
    """
    problem = _find_excess(plan, figures)
    least = "" if is_complete else "at least "
    amount = f"{least}{counted(figures.images, 'image')}, {figures.price_usd:.2f} US dollars"
    if problem is not None and plan.ledger is None:
        return Finding.of_error("cost", "", problem)
    if problem is not None:
        text = f"{amount}. If the ledger has none of them, the task manifest will fail: {problem}"
        return Finding(check="cost", outcome=Outcome.NOTE, text=text)
    if plan.ledger is not None:
        return Finding(check="cost", outcome=Outcome.OK, text=f"{amount}, less those in the ledger")
    return Finding(check="cost", outcome=Outcome.OK, text=amount)


def _find_excess(plan: PlannedRun, figures: Estimate) -> OverBudget | None:
    fields = {"images": figures.images, "usd": f"{figures.price_usd:.2f}"}
    if plan.max_total_images is not None and figures.images > plan.max_total_images:
        return OverBudget(argument="max_total_images", limit=plan.max_total_images, **fields)
    if plan.max_cost_usd is not None and figures.price_usd > plan.max_cost_usd:
        return OverBudget(argument="max_cost", limit=plan.max_cost_usd, **fields)
    return None
