"""Dialogs for sources and for the settings of the detector."""
