"""What people and scripts are shown of a queue that was played: tables, JSON and a page."""
