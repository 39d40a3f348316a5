"""Renders labelled heads from MakeHuman's CC0 assets, with exact angles over the full circle."""
