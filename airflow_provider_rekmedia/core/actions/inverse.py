"""What undoes an action. Each action that can be undone has one inverse in the action log."""

import msgspec

__all__ = ["Inverse", "Irreversible", "MoveBack", "RemoveCopy", "RemoveMarker", "RestoreTags"]


class RestoreTags(msgspec.Struct, frozen=True, tag="restore_tags"):
    """
    Set the tags that the action changed to their values before.

    :param before: Value of each tag before the action; ``None`` removes the tag.
    :param after: Value of each tag that the action set. A tag with another value is left alone.
    :param version_id: The version that was tagged; ``None`` if the bucket has no versions.
    """

    before: dict[str, str | None]
    after: dict[str, str]
    version_id: str | None = None


class RemoveCopy(msgspec.Struct, frozen=True, tag="remove_copy"):
    """
    Delete the copy.

    :param target: The ``s3://`` uri of the copy.
    :param target_etag: ETag of the copy. With other bytes, the copy is left alone.
    """

    target: str
    target_etag: str


class MoveBack(msgspec.Struct, frozen=True, tag="move_back"):
    """
    Restore the object at its old key, then delete the copy.

    :param target: The ``s3://`` uri of the copy.
    :param target_etag: ETag of the copy.
    :param marker: The delete marker that hides the old object; ``None`` copies the object back. Without its
        marker, the old object is visible again with everything that it had.
    :param kms_key_id: The KMS key of the old object; ``None`` leaves the encryption to the bucket.
    """

    target: str
    target_etag: str
    marker: str | None = None
    kms_key_id: str | None = None


class RemoveMarker(msgspec.Struct, frozen=True, tag="remove_marker"):
    """
    Remove the delete marker, so that the old object is visible again.

    :param marker: Version id of the delete marker.
    """

    marker: str


class Irreversible(msgspec.Struct, frozen=True, tag="irreversible"):
    """The action cannot be undone. An undo reports it."""


Inverse = RestoreTags | RemoveCopy | MoveBack | RemoveMarker | Irreversible
