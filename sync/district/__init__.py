"""The district server: accepts what boxes send, opens it behind the network, counts it and shows it to people."""
