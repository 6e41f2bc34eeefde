"""ONNX graphs of the recommenders, float and int8."""
