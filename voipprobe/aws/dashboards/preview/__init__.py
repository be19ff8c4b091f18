"""The same bodies that CloudWatch gets, worked out over measurements that lie here."""
