"""CloudWatch alarms as code: definitions, what a fleet makes of them, what they would have done."""
