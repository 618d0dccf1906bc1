"""Business figures of an incident: recovery, objectives, revenue at risk. Pure."""
