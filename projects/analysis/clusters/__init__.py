"""What clusters: densities, settlement, industries, rates, and over which areas they may be judged."""
