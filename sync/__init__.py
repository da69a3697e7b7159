"""Both ends of the wire: the box's agent, the contract, and the district server."""
