"""Investment promotion: what is open to capital, sites side by side, visits and leads, the funnel."""
