"""What is done with one frame: detection, tracking, pose, smoothing and drawing. No Qt, no files."""
