"""The desktop application and the command line. What is known of heads comes from `hopenet` and `detectors`."""
