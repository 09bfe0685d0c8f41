"""A stack: its project, settings and folder of state, and how a run is saved."""
