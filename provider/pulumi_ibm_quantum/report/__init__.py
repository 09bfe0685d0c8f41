"""What people and scripts are shown: one ``Report`` of a decision, and beside it what renders it.

Text, Markdown, JSON, CSV and a web page are functions of a report; so are, of their own values, the standing of
instances, the doctor's diagnosis, the waits of a forecast, and a queue that was played.
"""
