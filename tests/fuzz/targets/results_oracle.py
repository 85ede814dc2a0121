"""What the files of a job say, counted by another parser and in another way than the package does."""

from collections import Counter

from fuzz.strict_json import NOT_JSON, decoded, member

NUMBER = int | float


class JobFiles:
    """
    The contents of one job's files.

    :param manifest: Bytes; ``None`` if the manifest is gone.
    """

    def __init__(self, manifest, results, summary):
        lines = [] if not manifest else manifest.removesuffix(b"\n").split(b"\n")
        self.has_manifest = manifest is not None
        self.uris = [_source_ref(decoded(line)) for line in lines]
        self.is_blank = [not line.strip() for line in lines]
        self.manifest = Counter(uri for uri in self.uris if uri is not None)
        values = [decoded(line) for line in results.split(b"\n") if line.strip()]
        self.analyzed = [value for value in values if _is_result(value)]
        self.bad_lines = len(values) - len(self.analyzed)
        self.results = Counter(value["source-ref"] for value in self.analyzed)
        self._read_summary(decoded(summary))

    def _read_summary(self, summary):
        parts = summary if isinstance(summary, dict) else {"statistics": NOT_JSON}
        statistics, errors = parts.get("statistics"), parts.get("errors")
        counts = [member(statistics, f"{kind}-json-lines", object) for kind in ("total", "valid", "invalid")]
        self.is_readable = isinstance(statistics, dict | None) and isinstance(errors, list | None)
        self.is_readable &= all(_is(count, int | None) for count in counts)
        self.total = counts[0]
        self.errors = errors or []

    @property
    def unreadable(self):
        """Lines of the manifest that name no image."""
        all_lines = self.total == len(self.uris)
        return sum(
            uri is None and (all_lines or not blank)
            for uri, blank in zip(self.uris, self.is_blank, strict=True)
        )

    def rows(self):
        """How many rows each uri has in the table of images, if there is a manifest."""
        uris = {*self.manifest, *self.results}
        rows = Counter({uri: max(self.manifest[uri], self.results[uri]) for uri in uris})
        rows[None] = self.unreadable
        return +rows

    def least_failures(self):
        """
        How often each uri fails at least: with neither a result nor an error, a line is unaccounted for.

        ``None`` is a line that names no image.
        """
        valid = [error for error in self.errors if _is_error(error)]
        by_uri = Counter(error.get("source-ref") for error in valid if error.get("source-ref") is not None)
        least = Counter({uri: min(by_uri[uri], self.manifest[uri] - self.results[uri]) for uri in by_uri})
        bare = [error for error in valid if error.get("source-ref") is None]
        unnumbered = [error for error in bare if _number(error) is None]
        least[None] = min(len(unnumbered), self.unreadable)
        if all(self._is_certain(error) for error in valid if error not in unnumbered):
            least.update({self.uris[_number(error) - 1] for error in bare if error not in unnumbered})
        return +least

    def _is_certain(self, error):
        """Whether the error's number is that of one line, of an image without another outcome."""
        number = _number(error)
        if number is None or not 0 < number <= len(self.uris):
            return False
        uri = self.uris[number - 1]
        if error.get("source-ref") is not None:
            return error["source-ref"] == uri and self.manifest[uri] == 1
        numbers = [_number(other) for other in self.errors if _is_error(other)]
        named = {other.get("source-ref") for other in self.errors if _is_error(other)}
        free = uri is not None and self.manifest[uri] == 1 and not self.results[uri] and uri not in named
        return free and numbers.count(number) == 1


def _number(error):
    first = error.get("line-numer")
    return error.get("line-number") if first is None else first


def _is(value, kind):
    return isinstance(value, kind) and not isinstance(value, bool)


def _source_ref(value):
    return None if value is NOT_JSON else member(value, "source-ref", str)


def _is_error(error):
    if not isinstance(error, dict):
        return False
    texts = all(isinstance(error.get(name, ""), str) for name in ("code", "message"))
    numbers = all(_is(error.get(name), int | None) for name in ("line-numer", "line-number"))
    return texts and numbers and isinstance(error.get("source-ref"), str | None)


def _is_result(value):
    detection = None if value is NOT_JSON else member(value, "detect-moderation-labels", dict)
    if detection is None or _source_ref(value) is None:
        return False
    labels, kinds = detection.get("ModerationLabels"), detection.get("ContentTypes", [])
    versions = (detection.get("ModerationModelVersion"), detection.get("ProjectVersion"))
    return (
        isinstance(labels, list)
        and isinstance(kinds, list)
        and all(isinstance(version, str | None) for version in versions)
        and all(_is_confident(kind) for kind in kinds)
        and all(_is_confident(label) and _is_placed(label) for label in labels)
    )


def _is_confident(item):
    if not isinstance(item, dict) or not isinstance(item.get("Name"), str):
        return False
    return _is(item.get("Confidence"), NUMBER) and 0 <= item["Confidence"] <= 100


def _is_placed(label):
    level = label.get("TaxonomyLevel")
    return (
        isinstance(label.get("ParentName", ""), str) and _is(level, int | None) and 0 <= (level or 0) <= 127
    )
