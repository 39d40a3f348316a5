"""All waiting between threads and processes."""
