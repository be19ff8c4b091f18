"""SIP over TCP, TLS and WebSocket: what tshark reads for us, and the two paths over one capture."""
