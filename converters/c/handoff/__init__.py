"""Files that an exported folder gets as they are."""
