"""The map as a picture on paper: drawn by Matplotlib from the same scene."""
