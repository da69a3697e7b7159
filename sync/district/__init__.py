"""The district server: accepts sealed batches, opens them away from the network, counts, and shows the result."""
