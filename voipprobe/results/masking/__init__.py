"""How people are masked in what SIP says: one file per kind of text."""
