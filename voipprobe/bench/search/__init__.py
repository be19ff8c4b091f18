"""The search for the highest load that a system carries. Pure: the measurer comes from outside."""
