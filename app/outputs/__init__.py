"""What is written beside the video: pose tables, their records, plots."""
