"""What the ledger means: sealed bodies opened behind the network and counted. It can always be made again."""
