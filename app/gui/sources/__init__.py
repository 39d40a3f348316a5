"""Dialogs that choose a source, and the detector's settings."""
