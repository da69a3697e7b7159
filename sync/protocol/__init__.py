"""The contract of both ends: batches, hash chain, seals, snapshots, enrolment, sticks. See PROTOCOL.md."""
