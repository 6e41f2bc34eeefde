"""From a trained model or a graph to a proven integer program."""
