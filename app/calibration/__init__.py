"""The geometry of cameras: its files, and how it is measured with a checkerboard."""
