"""The state: resources, their property values and secrets, and how each finished step is kept."""
