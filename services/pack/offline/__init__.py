"""One HTML file with map and list, for a USB stick."""
