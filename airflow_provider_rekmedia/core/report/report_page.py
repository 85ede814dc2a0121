"""What the page of a report shows: its sentences, its charts, and what is left out."""

from dataclasses import dataclass
from typing import Final

from .earlier_reports import earlier_run
from .headline import alarm_text, needs_person
from .quality_bars import PrecisionBar, precision_bars
from .report_file import EarlierRun, Report
from .review_quality import ThresholdSuggestion
from .rule_chart import RuleChart, rule_chart
from .rule_histogram import VerdictCounts
from .share_bar import LabelBar, Part, label_bars, parts_of
from .trend_chart import TrendChart, trend_chart

__all__ = ["PageContent", "page_content"]

_MAX_DIFF_LINES: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContent:
    """
    The content of the page.

    :param needs_person: Images that a person must decide about.
    :param alarm: What the drift alarm is about; ``""`` without an alarm.
    :param warning: What is wrong with the run itself; ``""`` if nothing is.
    :param parts: The images by outcome.
    :param runs: Earlier runs and this one, oldest first.
    :param hidden_rules: Rules with images that the page leaves out.
    :param hidden_labels: Labels that the page leaves out.
    :param precision: The rules that people reviewed, those with the most images first.
    :param hidden_precision: Reviewed rules that the page leaves out.
    :param thresholds: Rules with a suggested threshold, or with what is missing for one.
    :param diff: The lines of the suggested change of the policy.
    :param hidden_diff: Lines that the page leaves out.
    """

    report: Report
    needs_person: int
    alarm: str
    warning: str
    parts: tuple[Part, ...]
    runs: tuple[EarlierRun, ...]
    trend: TrendChart
    labels: tuple[LabelBar, ...]
    rules: tuple[RuleChart, ...]
    hidden_rules: int
    hidden_labels: int
    precision: tuple[PrecisionBar, ...] = ()
    hidden_precision: int = 0
    thresholds: tuple[ThresholdSuggestion, ...] = ()
    diff: tuple[str, ...] = ()
    hidden_diff: int = 0


def page_content(report: Report, *, max_rules: int, max_labels: int) -> PageContent:
    """
    Prepare the content of the page.

    :param max_rules: Only the rules with the most images are shown.
    :param max_labels: Only the most frequent labels are shown.
    """
    images = report.images
    current = VerdictCounts(images.allow, images.review, images.block)
    runs = (*report.earlier, earlier_run(report))
    review = report.review
    reviewed = sorted(review.rules if review else (), key=lambda rule: rule.images, reverse=True)
    diff = review.policy_diff.splitlines() if review else []
    return PageContent(
        report=report,
        needs_person=needs_person(report),
        alarm=alarm_text(report),
        warning=_warning(report),
        parts=parts_of(
            {
                "block": images.block,
                "review": images.review,
                "allow": images.allow,
                "failed": images.failed,
                "unaccounted": images.unaccounted,
            }
        ),
        runs=runs,
        trend=trend_chart(runs),
        labels=label_bars(report.labels[:max_labels]),
        rules=tuple(rule_chart(histogram, current) for histogram in report.rules[:max_rules]),
        hidden_rules=len(report.rules[max_rules:]),
        hidden_labels=len(report.labels[max_labels:]),
        precision=precision_bars(reviewed[:max_rules]),
        hidden_precision=len(reviewed[max_rules:]),
        thresholds=review.thresholds[:max_rules] if review else (),
        diff=tuple(diff[:_MAX_DIFF_LINES]),
        hidden_diff=len(diff[_MAX_DIFF_LINES:]),
    )


def _warning(report: Report) -> str:
    images = report.images
    if not images.manifest:
        return "The run had no image."
    if not images.analyzed:
        return "No image was analyzed. The failures below have the reasons."
    if images.unaccounted:
        return f"{images.unaccounted:,} images have neither a result nor an error."
    return ""
