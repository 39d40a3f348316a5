"""A video with its tables, looked at afterwards."""
