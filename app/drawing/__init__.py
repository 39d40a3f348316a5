"""What is drawn on a frame, and where. No Qt."""
