"""The window's state without its widgets."""
