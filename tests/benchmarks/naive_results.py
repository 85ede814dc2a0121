"""The results of finished jobs, processed with ``json.loads``: what results.py compares the package with."""

import gzip
import json

POLICY = {
    "labels": {"Explicit": {"block": 80, "review": 50}, "Drugs & Tobacco": {"block": 90}, "Alcohol": "allow"},
    "default": "review",
}
SEVERITY = {"allow": 0, "review": 1, "block": 2}


def naive_verdict(labels):
    """Decide by the same rules, without optimization, from plain dicts."""
    from airflow_provider_rekmedia.core.taxonomy import PARENT_OF

    def above(name):
        while name := PARENT_OF[name]:
            yield name

    worst, cause, causes = "allow", "", []
    for label in labels:
        name, confidence = label["Name"], label["Confidence"]
        if any(each["Confidence"] >= confidence and name in above(each["Name"]) for each in labels):
            continue  # a parent that only repeats a label below it
        rules = POLICY["labels"]
        ruling = next((each for each in (name, *above(name)) if each in rules), "default")
        rule = rules.get(ruling, POLICY["default"])
        rule = {rule: 0} if isinstance(rule, str) else rule
        decided = next((each for each in ("block", "review") if confidence >= rule.get(each, 101)), "allow")
        if not causes or SEVERITY[decided] > SEVERITY[worst]:
            worst, cause, causes = decided, ruling, [name]
        elif (decided, ruling) == (worst, cause):
            causes.append(name)
    return worst


def json_counts(folder):
    """Count images, labels and verdicts with ``json.loads``, line by line."""
    images, labels, verdicts = 0, {}, {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                images += 1
                found = json.loads(line)["detect-moderation-labels"]["ModerationLabels"]
                for label in found:
                    labels[label["Name"]] = labels.get(label["Name"], 0) + 1
                decided = naive_verdict(found)
                verdicts[decided] = verdicts.get(decided, 0) + 1
    return verdicts


def json_verdicts(folder):
    """Write every flagged image, worst first, from ``json.loads``: all of them are in memory."""
    verdicts, flagged = {}, []
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as file:
            for line in file:
                read = json.loads(line)
                found = read["detect-moderation-labels"]["ModerationLabels"]
                decided = naive_verdict(found)
                verdicts[decided] = verdicts.get(decided, 0) + 1
                if decided != "allow":
                    confidence = max(label["Confidence"] for label in found)
                    uri = read["source-ref"]
                    bucket, _, key = uri.removeprefix("s3://").partition("/")
                    row = {"uri": uri, "bucket": bucket, "key": key, "verdict": decided, "labels": found}
                    flagged.append((SEVERITY[decided], confidence, row))
    flagged.sort(key=lambda each: each[:2], reverse=True)
    with gzip.open(folder / "verdicts.gz", "wt", compresslevel=1) as file:
        file.writelines(json.dumps(row) + "\n" for _, _, row in flagged)
    return verdicts


def json_parquet(folder):
    """Write both tables, with verdicts, from ``json.loads``: one batch of rows per file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    verdicts = {}
    for path in sorted(folder.glob("*.jsonl")):
        rows, labels = [], []
        with path.open("rb") as file:
            for line in file:
                read = json.loads(line)
                uri, found = read["source-ref"], read["detect-moderation-labels"]
                bucket, _, key = uri.removeprefix("s3://").partition("/")
                decided = naive_verdict(found["ModerationLabels"])
                verdicts[decided] = verdicts.get(decided, 0) + 1
                rows.append({"uri": uri, "bucket": bucket, "key": key, "verdict": decided, **found})
                labels += [{"uri": uri, "verdict": decided, **label} for label in found["ModerationLabels"]]
        pq.write_table(pa.Table.from_pylist(rows), path.with_suffix(".images"))
        pq.write_table(pa.Table.from_pylist(labels), path.with_suffix(".labels"))
    return verdicts
