"""Tuning: studies that try hyperparameters at equal steps and judge them by validation alone."""
