"""One program on several simulators: compared, and the first difference located."""
