"""Words and rules of the district: anomalies, bodies, cases, rights, deadlines. Pure; everything else may import it."""
