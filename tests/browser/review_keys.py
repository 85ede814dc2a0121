"""What the tests of the review page do: make images, press keys, submit."""

from plugins.moderation_page.review.queues import item


def images(count, **members):
    return [item(f"uploads/{number:04d}.jpg", **members) for number in range(count)]


def press(page, keys):
    for key in keys:
        page.keyboard.press(key)


def progress(page):
    return page.locator("#count").text_content()


def submit(page):
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit", exact=True).click()
