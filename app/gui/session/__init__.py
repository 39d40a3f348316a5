"""The session viewer: a video with its tables."""
