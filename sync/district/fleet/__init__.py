"""The kiosks in the field: enrolment, key rotation, batches on sticks."""
