"""Dashboards as code: templates and a fleet become bodies that PutDashboard takes."""
