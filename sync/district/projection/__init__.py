"""The projection: sealed bodies opened away from the network and counted. It can always be rebuilt from the ledger."""
