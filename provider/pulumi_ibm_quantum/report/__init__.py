"""What people and scripts are shown of a decision: text, JSON, CSV."""
