"""Queues in an emulated S3, with images and previews."""

from io import BytesIO

from buckets import create_buckets
from PIL import Image
from plugins.moderation_page.metadata import FIRST_RUN

from airflow_provider_rekmedia.core.actions.holds import hold_uri
from airflow_provider_rekmedia.core.review.queue import ReviewItem, ReviewQueue, encode_queue, queue_checksum
from airflow_provider_rekmedia.core.s3_uri import S3Uri
from airflow_provider_rekmedia.core.verdicts.verdict import Decision
from airflow_provider_rekmedia.core.verdicts.verdict_file import VerdictLabel

BUCKET = "photos"
HOLDS = S3Uri(BUCKET, "holds/")
HOSTILE = (
    "<script>window.XSS=1</script>.jpg",
    "'><img src=x onerror=window.XSS=1>.jpg",
    'a b+c&d=e%20f#g?h"onmouseover=window.XSS=1 .jpg',
    "{{ 7*7 }}</body>\u202egnp.jpg",
    "日本/ümläut/😀.jpg",
)


def jpeg(shade, size=(64, 48)):
    file = BytesIO()
    Image.new("RGB", size, shade).save(file, "JPEG")
    return file.getvalue()


def item(key, **members):
    labels = (VerdictLabel("Alcohol", None, 1, 71.5), VerdictLabel("Drinking", "Alcohol", 2, 65.0))
    known = {"verdict": Decision.REVIEW, "rule": "Alcohol", "labels": labels, "confidence": 71.5}
    return ReviewItem(uri=f"s3://{BUCKET}/{key}", bucket=BUCKET, key=key, **known | members)


def preview_uri(key):
    return f"s3://{BUCKET}/review/previews/{hold_uri(HOLDS, S3Uri(BUCKET, key)).key[6:-5]}.jpg"


def put_queue(s3, items, *, images=True):
    """Write a queue, and by default its images and previews; return its uri and checksum."""
    create_buckets(s3, BUCKET)
    if images:
        previewed = []
        for place, each in enumerate(items):
            shade = (40 + 37 * place % 200, 90 + 61 * place % 160, 150)
            image = s3.put_object(Bucket=BUCKET, Key=each.key, Body=jpeg(shade), ContentType="image/jpeg")
            preview = preview_uri(each.key)
            s3.put_object(
                Bucket=BUCKET, Key=preview.partition("photos/")[2], Body=jpeg((90, 90, 90), (32, 24))
            )
            previewed.append(item_with(each, etag=image["ETag"].strip('"'), preview=preview))
        items = previewed
    body = encode_queue(queue_of(items))
    checksum = queue_checksum(body)
    key = f"review/queues/00000-{checksum}.json"
    s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}", checksum


def queue_of(items):
    return ReviewQueue(
        number=0,
        dag_id="night",
        run_id="manual__1",
        policy=None,
        policy_digest="0" * 64,
        created_at=FIRST_RUN,
        holds=str(HOLDS),
        items=tuple(items),
    )


def item_with(each, **members):
    return ReviewItem(**{name: getattr(each, name) for name in each.__struct_fields__} | members)


def hold(s3, key):
    record = hold_uri(HOLDS, S3Uri(BUCKET, key))
    s3.put_object(Bucket=record.bucket, Key=record.key, Body=b"{}")


def fields_of(uri, **members):
    return {"queue_uri": uri, "aws_conn_id": "aws_default", "region_name": None, "verify": None} | members
