"""Where things cluster, where care is missing, where to build next: questions, results, and what is shown."""
