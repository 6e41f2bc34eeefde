"""What drives Lava: its environment, its process group, and lava-dl."""
