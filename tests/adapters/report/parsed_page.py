"""Reads a page as a browser does, and says what in it could run or load something."""

from html.parser import HTMLParser

#: Elements that load or run something, or that change how the rest is read.
ACTIVE = {
    "audio", "base", "embed", "form", "frame", "iframe", "img", "image", "link", "marquee", "math",
    "object", "source", "template", "track", "use", "video", "foreignobject", "animate", "set",
}  # fmt: skip


class ParsedPage(HTMLParser):
    """The elements, attributes and texts of a page."""

    def __init__(self, body):
        super().__init__()
        self.tags, self.attributes, self.texts, self.scripts = [], [], [], []
        self._open = []
        self.feed(body.decode())
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        (self.scripts if self._open and self._open[-1] == "script" else self.texts).append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def problems(self):
        """What an attacker would need: active elements, handlers, styles, and links to elsewhere."""
        found = [tag for tag in self.tags if tag in ACTIVE]
        for tag, name, value in self.attributes:
            is_link = name in ("href", "src", "xlink:href", "action", "srcset", "poster", "data")
            if name.startswith("on") or name == "style" or (is_link and not (value or "").startswith("#")):
                found.append(f"{tag} {name}={value}")
        if self.tags.count("script") != 1 or self.tags.count("style") != 1:
            found.append("another script or style")
        return found
