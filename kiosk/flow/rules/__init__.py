"""Rules of the journey: questions, complaints, recordings, time-outs. Pure."""
