"""A bucket that exists in a listing only: boto3's S3 client, as far as list_objects_v2 goes."""

from threading import Lock
from urllib.parse import quote_plus

ROW = (
    "<Contents><Key>{key}</Key><LastModified>2026-11-20T12:00:00.000Z</LastModified>"
    "<ETag>&quot;e1&quot;</ETag><Size>7</Size></Contents>"
)


class ListedBucket:
    """Answers pages as S3 does: in byte order, grouped by a delimiter, cut after some entries."""

    def __init__(self, keys, *, page_size=3):
        self.keys = sorted(keys, key=str.encode)
        self.page_size = page_size
        self.calls = []
        self._lock = Lock()

    def list_objects_v2(self, *, Bucket, Prefix, EncodingType, ContinuationToken="", Delimiter=None):  # noqa: N803
        with self._lock:
            self.calls.append((Prefix, ContinuationToken, Delimiter))
        entries = []
        for key in self.keys:
            if key.startswith(Prefix):
                rest = key[len(Prefix) :]
                grouped = Delimiter and Delimiter in rest
                entry = (Prefix + rest.partition("/")[0] + "/", True) if grouped else (key, False)
                if entry not in entries[-1:]:
                    entries.append(entry)
        start = int(ContinuationToken or 0)
        shown = entries[start : start + self.page_size]
        is_cut = start + self.page_size < len(entries)
        rows = [
            f"<CommonPrefixes><Prefix>{quote_plus(name)}</Prefix></CommonPrefixes>"
            if is_prefix
            else ROW.format(key=quote_plus(name))
            for name, is_prefix in shown
        ]
        token = f"<NextContinuationToken>{start + self.page_size}</NextContinuationToken>" if is_cut else ""
        body = (
            f"<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>{str(is_cut).lower()}"
            f"</IsTruncated>{token}{''.join(rows)}</ListBucketResult>"
        )
        return {"RekmediaBody": body.encode()}
