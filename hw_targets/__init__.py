"""Hardware targets: one TOML file of figures with sources per chip."""
