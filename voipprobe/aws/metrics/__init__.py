"""Measurements to CloudWatch and back: data, limits, requests, publishing, prices, policies."""
