"""What CloudWatch's alarms would have done over given measurements. No I/O, no clock."""
