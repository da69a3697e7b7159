"""Accept batches: identity, signature, chain and uniqueness. Nothing here can open what is sealed."""
