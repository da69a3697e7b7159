"""Both ends of the wire: the kiosk's agent, the protocol, and the district server."""
