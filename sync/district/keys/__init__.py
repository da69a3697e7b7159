"""The district's private keys: as files, and as paper shares (Shamir)."""
