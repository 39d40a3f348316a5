"""The desktop application and the command line. What is known of heads comes from `hopenet` and `detectors`."""

import os

# ONNX Runtime reports its use unless this is set before it is imported. Commands import nothing that they do not need,
# so it is set here as well as in `hopenet` and `detectors`.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
