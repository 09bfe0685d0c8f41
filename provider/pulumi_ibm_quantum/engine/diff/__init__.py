"""What differs between two sets of properties, and what that asks of a resource."""
