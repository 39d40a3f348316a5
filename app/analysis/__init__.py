"""The analysis of one frame: detection, tracking, pose and smoothing. No Qt, no files."""
