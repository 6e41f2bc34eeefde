"""The Program: populations, synapses and time as integers."""
