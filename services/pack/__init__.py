"""What leaves the building: packs of maps, sheets, tables and slides made from one filter."""
