"""The contract of both ends: batches, the hash chain, seals, snapshots, enrolment, sticks. See PROTOCOL.md."""
