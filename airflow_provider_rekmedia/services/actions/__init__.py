"""How actions run: one object, one batch, one undo."""
