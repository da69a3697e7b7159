"""The kiosk's end of the wire: outbox, policy, transport, and the same batches on a USB stick."""
