"""Questions about DetectModerationLabels, and about single images."""

from typing import Final

from .fact import Fact

__all__ = ["PER_IMAGE"]

PER_IMAGE: Final = (
    Fact(
        id="account-quota",
        question="What is the account's quota?",
        behavior="The engine does not read it from AWS. It finds the rate from throttled calls, unless "
        "`max_tps` sets it.",
        folders=("core/per_image",),
    ),
    Fact(
        id="throttle-error",
        question="Is a call above the quota a ThrottlingException or a "
        "ProvisionedThroughputExceededException?",
        behavior="It retries both. ProvisionedThroughputExceededException means the quota, as AWS "
        "documents. Once the "
        "engine has received it, it treats ThrottlingException as another cause. Until then, it finds the "
        "cause by "
        "lowering the rate.",
        folders=("core/per_image",),
        switch="throttle_error",
        is_asked=True,
    ),
    Fact(
        id="quota-averaging",
        question="How does the service average its quota?",
        behavior="The engine works if AWS allows a burst of one second's calls, and also if it allows only "
        "an even "
        "flow.",
        folders=("core/per_image",),
    ),
    Fact(
        id="throttled-call-price",
        question="Is a throttled or failed call billed?",
        behavior="AWS bills processed images. The package assumes that such calls cost nothing.",
        folders=("core/images",),
    ),
    Fact(
        id="image-error-codes",
        question="Which errors does DetectModerationLabels return for a missing object, for a file that is "
        "no image, "
        "and for an image that is too small?",
        behavior="Errors about the image fail only this image. If the words of the error say that the image "
        "itself is "
        "at fault, it is not tried again; otherwise it may be.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="large-dimensions-error",
        question="Which error does AWS return for an image with too many pixels?",
        behavior="InvalidParameterException and ImageTooLargeException both fail only this image. It is not "
        "tried "
        "again on a later night.",
        folders=("core/results",),
        is_asked=True,
    ),
    Fact(
        id="truncated-image",
        question="Does AWS refuse an image file that ends too early?",
        behavior="A refused image is failed, and not tried again. An accepted one has a result like any "
        "other.",
        folders=("core/results",),
        switch="truncated_images",
        is_asked=True,
    ),
    Fact(
        id="unreadable-image-error",
        question="Which error does AWS return if the caller may not read an image, or may not use its KMS "
        "key?",
        behavior="AWS's text for InvalidS3ObjectException is about permissions, so this error fails only "
        "the image. "
        "AccessDeniedException is about the call, so it stops the job; finished images are saved. AWS does "
        "not "
        "document which of the two a denied KMS key causes.",
        folders=("core/per_image",),
    ),
    Fact(
        id="expired-adapter",
        question="Does an expired adapter's response lack ProjectVersion?",
        behavior="AWS documents that it does. If the response has none, the task logs a warning or fails.",
        folders=("services/per_image",),
    ),
)
