"""How 32-bit ARM with NEON is compiled for in tests."""

ARM_FLAGS = ("-march=armv8.2-a+dotprod", "-mfpu=neon-fp-armv8", "-mfloat-abi=hard", "-static")
