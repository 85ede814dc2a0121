"""Sample images, drawn with Pillow."""
