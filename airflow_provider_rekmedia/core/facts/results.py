"""Questions about the output files of a job."""

from typing import Final

from .fact import Fact

__all__ = ["RESULTS"]

RESULTS: Final = (
    Fact(
        id="output-keys",
        question="Which keys do results and summary have?",
        behavior="Those that GetMediaAnalysisJob returns. They are never built.",
        folders=("core/jobs",),
        switch="unguessable_keys",
        is_asked=True,
    ),
    Fact(
        id="job-id-format",
        question="Is every job id 64 hexadecimal digits, as in AWS's example?",
        behavior="If a results file is given by its URI, `<64 digits>-results.jsonl` gets that job's id. A "
        "file with "
        "another name gets an id that is derived from its URI.",
        folders=("core/jobs",),
        is_asked=True,
    ),
    Fact(
        id="line-number-key",
        question="Does the summary spell it `line-numer`, as documented, or `line-number`?",
        behavior="Both are read.",
        folders=("core/results",),
        switch="line_number_key",
        is_asked=True,
    ),
    Fact(
        id="first-line-number",
        question="Do line numbers start at 0 or 1?",
        behavior="The XCom has the number as it is. If an error has no URI, the package finds its line with "
        "the "
        "numbering that fits most errors of the summary. If several fit equally, it uses the settled "
        "answer, or 1.",
        folders=("core/results",),
        switch="first_line_number",
        is_asked=True,
    ),
    Fact(
        id="blank-line-numbers",
        question="Do blank lines of a manifest have numbers?",
        behavior="The package uses the numbering that fits most errors of the summary.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="blank-lines",
        question="Is a blank line of a manifest an error?",
        behavior="If the summary counts it as a line, it is failed or unaccounted for. Otherwise it is "
        "ignored.",
        folders=("core/results",),
        switch="blank_lines",
        is_asked=True,
    ),
    Fact(
        id="byte-order-mark",
        question="What does AWS do with a byte order mark at the start of a manifest?",
        behavior="The package writes none. In a manifest of yours, the line is failed if the summary says "
        "so.",
        unnamed="the package writes manifests without one, and reads the summary as for any other line",
        is_asked=True,
    ),
    Fact(
        id="duplicate-images",
        question="Is an image that a manifest names twice analyzed twice?",
        behavior="AWS documents that it is. The package writes each image once. In a manifest of yours, "
        "every line is "
        "accounted for by itself.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="key-characters",
        question="Are keys with spaces, percent signs, plus signs and non-ASCII characters returned "
        "unchanged?",
        behavior="Results are joined to the manifest by the exact text of `source-ref`. An image whose key "
        "changed "
        "would be `unaccounted`.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="summary-version",
        question="Which version does the summary have?",
        behavior="The version is not checked. Members that are null are treated as absent.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="summary-error-codes",
        question="Which error codes does the summary have?",
        behavior="Any text is accepted. If its words say that the image itself is at fault, the image is "
        "not tried "
        "again; otherwise it may be.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="result-order",
        question="Are results in the manifest's order?",
        behavior="The package relies on no order.",
        folders=("core/verdicts",),
        switch="shuffle_results",
        is_asked=True,
    ),
    Fact(
        id="failed-in-results",
        question="Does an image that failed also appear in the results?",
        behavior="A line of the results is a result, with or without labels. An entry of the summary is an "
        "error. A line "
        "that is in neither is `unaccounted`.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="summary-counts",
        question="Does the summary count the manifest's lines correctly?",
        behavior="The package counts the manifest's lines itself, and warns if the summary differs. If the "
        "manifest was "
        "deleted, it warns and uses the summary's count.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="output-writing",
        question="Are files written gradually, or at the end?",
        behavior="They are read after the job has ended.",
        folders=("core/jobs",),
    ),
    Fact(
        id="damaged-result-lines",
        question="Can a line of the results be damaged?",
        behavior="It is counted and listed as `BAD_RESULT_LINE`, also if a confidence is not a percentage. "
        "The other "
        "lines are read.",
        folders=("core/results",),
    ),
    Fact(
        id="summary-error-shape",
        question="Can an error of the summary have another shape?",
        behavior="It is counted and listed as `UNREADABLE_ERROR`, with its text. The other errors are read.",
        folders=("core/results",),
    ),
    Fact(
        id="adapter-in-results",
        question="Do the results of a bulk job with an adapter name it?",
        behavior="AWS says that each result matches DetectModerationLabels, which names it. A result "
        "without the name is "
        "read like any other.",
        folders=("core/results",),
        switch="project_version_in_results",
        is_asked=True,
    ),
)
