"""From a user's history to the best items, for bundles by their integers and for any model."""
