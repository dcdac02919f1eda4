"""All files together: filing, joining, resubmission, contradictions, the consolidation and its figures."""
