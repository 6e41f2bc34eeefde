"""Settings of models and training, validated."""
