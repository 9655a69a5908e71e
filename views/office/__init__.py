"""What a unit has on its desk: records, claims, village clinics, addresses to look up."""
