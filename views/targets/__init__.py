"""The targets board and the pages on which figures are reported and decided on."""
