"""Who is reached: services per people, ways and reach, village clinics."""
