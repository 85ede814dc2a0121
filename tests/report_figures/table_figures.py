"""
The figures of a report, from the Parquet tables alone: DuckDB computes them by the documented rules.

The rules of the policy and the taxonomy are tables here. Nothing of the package is used.
"""

import json
from itertools import pairwise
from pathlib import Path

import duckdb

TAXONOMY = json.loads((Path(__file__).parents[1] / "golden" / "taxonomy_v7.json").read_text())

#: Label, a label it falls under (itself included), and how many levels that is above it.
ABOVE = [
    (name, ancestor, distance)
    for top, seconds in TAXONOMY.items()
    for chain in [(top,), *((second, top) for second in seconds)]
    + [(third, second, top) for second, thirds in seconds.items() for third in thirds]
    for name in chain[:1]
    for distance, ancestor in enumerate(chain)
]

SETUP = """
CREATE VIEW images AS SELECT * FROM read_parquet('{folder}/*tables!images*.parquet');
CREATE VIEW labels AS SELECT * FROM read_parquet('{folder}/*tables!labels*.parquet');
CREATE TABLE above (label VARCHAR, ancestor VARCHAR, distance INT);
CREATE TABLE rules (rule VARCHAR, label VARCHAR, content_type VARCHAR, block DOUBLE, review DOUBLE);
"""

#: The rules that match each image, with the verdict of its other rules. A label has the nearest rule: first
#: one of the content type, then any other, then the default.
MATCHES = """
CREATE TABLE matches AS
WITH kinds AS (
    SELECT uri, kind.name AS content_type
    FROM (SELECT uri, unnest(content_types) AS kind FROM images) WHERE kind.confidence >= {min_confidence}
), not_repeated AS (
    SELECT uri, label, confidence FROM labels upper
    WHERE NOT EXISTS (
        SELECT 1 FROM labels lower JOIN above ON above.label = lower.label AND above.distance > 0
        WHERE lower.uri = upper.uri AND above.ancestor = upper.label AND lower.confidence >= upper.confidence
    )
), ranked AS (
    SELECT uri, not_repeated.label, confidence, rule, block, review,
        row_number() OVER (
            PARTITION BY uri, not_repeated.label ORDER BY rules.content_type IS NULL, distance
        ) AS place
    FROM not_repeated
    JOIN above USING (label)
    JOIN rules ON rules.label = above.ancestor
    LEFT JOIN kinds USING (uri)
    WHERE rules.content_type IS NULL OR rules.content_type = kinds.content_type
), nearest AS (
    SELECT uri, confidence, rule, block, review FROM ranked WHERE place = 1
    UNION ALL
    SELECT uri, confidence, 'default', NULL, 0 FROM not_repeated
    WHERE NOT EXISTS (FROM ranked WHERE ranked.uri = not_repeated.uri AND ranked.label = not_repeated.label)
), highest AS (
    SELECT uri, rule, any_value(block) AS block, any_value(review) AS review, max(confidence) AS confidence
    FROM nearest GROUP BY uri, rule
), decided AS (
    SELECT *, CASE WHEN confidence >= block THEN 2 WHEN confidence >= review THEN 1 ELSE 0 END AS severity
    FROM highest
)
SELECT *, coalesce(max(severity) OVER (
    PARTITION BY uri ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW
), 0) AS others
FROM decided
"""

#: The counts of the whole run for each whole percent as one threshold of a rule, the other one as it is.
WHAT_IF = """
WITH grouped AS (
    SELECT rule, block, review, confidence, others, count(*) AS images FROM matches GROUP BY ALL
), changed AS (
    SELECT rule, percent, images, greatest(others, CASE
        WHEN confidence >= {block} THEN 2 WHEN confidence >= {review} THEN 1 ELSE 0
    END) AS severity, others, confidence, block, review
    FROM grouped CROSS JOIN range(101) AS percents (percent)
)
SELECT rule, percent,
    sum(images) FILTER (severity = 0)::INT, sum(images) FILTER (severity = 1)::INT,
    sum(images) FILTER (severity = 2)::INT
FROM changed GROUP BY 1, 2 ORDER BY 1, 2
"""


class TableFigures:
    """
    :param folder: Has the files of the tables.
    :param policy: The policy, a document with at most one content type.
    """

    def __init__(self, folder, policy):
        self._database = duckdb.connect()
        self._database.execute(SETUP.format(folder=folder))
        self._database.executemany("INSERT INTO above VALUES (?, ?, ?)", ABOVE)
        self._database.executemany("INSERT INTO rules VALUES (?, ?, ?, ?, ?)", _rules(policy))
        ((_, content),) = policy["content_types"].items()
        self._database.execute(MATCHES.format(min_confidence=content["min_confidence"]))

    def rows(self, sql):
        """Run a query."""
        return self._database.execute(sql).fetchall()

    def verdicts(self, without_rule=None):
        """Analyzed images by verdict; with a rule, only those that it does not match."""
        query = """
            SELECT verdict, count(*) FROM images ANTI JOIN (FROM matches WHERE rule = ?) USING (uri)
            WHERE error_code IS NULL GROUP BY 1"""
        return dict(self._database.execute(query, [without_rule]).fetchall())

    def deciding_rules(self):
        """Analyzed images by rule and verdict."""
        query = "SELECT rule, verdict, count(*) FROM images WHERE error_code IS NULL GROUP BY 1, 2"
        return {(rule or "", verdict): images for rule, verdict, images in self.rows(query)}

    def failures(self):
        """Images by error code."""
        return dict(
            self.rows("SELECT error_code, count(*) FROM images WHERE error_code IS NOT NULL GROUP BY 1")
        )

    def labels(self):
        """Images by label, most frequent first."""
        return self.rows("SELECT label, count(DISTINCT uri) FROM labels GROUP BY 1 ORDER BY 2 DESC")

    def histogram(self, rule, edges):
        """Images of a rule by confidence, for each edge a count."""
        bounds = [*edges, 101]
        values = ", ".join(f"({low}, {high})" for low, high in pairwise(bounds))
        query = f"""
            SELECT count(uri) FROM (VALUES {values}) AS bins (low, high)
            LEFT JOIN matches ON rule = ? AND confidence >= low AND confidence < high
            GROUP BY low ORDER BY low"""  # noqa: S608 numbers
        return [images for (images,) in self._database.execute(query, [rule]).fetchall()]

    def what_if(self, changed):
        """
        The images of each rule by verdict, as (allow, review, block), by rule and percent.

        :param changed: The threshold to change, ``block`` or ``review``.
        """
        thresholds = {"block": "block", "review": "review"} | {changed: "percent"}
        return {
            (rule, percent): tuple(images or 0 for images in by_verdict)
            for rule, percent, *by_verdict in self.rows(WHAT_IF.format(**thresholds))
        }


def _rules(policy):
    (kind, content), *_ = policy["content_types"].items()
    for content_type, labels in ((None, policy["labels"]), (kind, content["labels"])):
        for label, rule in labels.items():
            thresholds = {rule: 0} if isinstance(rule, str) else rule
            name = label if content_type is None else f"{content_type}: {label}"
            yield name, label, content_type, thresholds.get("block"), thresholds.get("review")
