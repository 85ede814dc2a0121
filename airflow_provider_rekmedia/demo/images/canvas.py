"""A picture to draw on, with coordinates that do not depend on its size."""

from PIL import Image, ImageDraw, ImageOps

__all__ = ["Canvas"]


class Canvas:
    """
    A picture with coordinates from 0 to 1 in both directions, for any size in pixels.

    :param size: width and height in pixels
    :param top: colour at the top
    :param bottom: colour at the bottom; the background fades between them
    """

    def __init__(self, size: tuple[int, int], top: str, bottom: str) -> None:
        gradient = Image.linear_gradient("L").resize(size)
        self.image = ImageOps.colorize(gradient, top, bottom)
        self._pen = ImageDraw.Draw(self.image)
        self._size = size

    def oval(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw an ellipse with the centre (x, y)."""
        half = (width / 2, height / 2)
        self._pen.ellipse(self._pixels([(x - half[0], y - half[1]), (x + half[0], y + half[1])]), fill=colour)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Draw a rectangle from (x, y) to the right and down."""
        self._pen.rectangle(self._pixels([(x, y), (x + width, y + height)]), fill=colour)

    def shape(self, corners: list[tuple[float, float]], colour: str) -> None:
        """Draw a polygon."""
        self._pen.polygon(self._pixels(corners), fill=colour)

    def _pixels(self, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        width, height = self._size
        return [(x * width, y * height) for x, y in points]
