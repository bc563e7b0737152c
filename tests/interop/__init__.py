"""Programs of others over what we write."""
