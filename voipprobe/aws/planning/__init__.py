"""What has to be done in an account, shown before it is done: for alarms and dashboards alike."""
