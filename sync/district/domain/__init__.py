"""Values and rules of the district: anomalies, bodies, cases, rights, deadlines. Pure; all else may import it."""
