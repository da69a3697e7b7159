"""What an event leads to: questions, a complaint, a recording, time-outs. Pure."""
