"""The emulated Rekognition: its state and its four operations."""
