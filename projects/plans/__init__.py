"""Editions: three-year rolling plans and investment catalogues, proposed, reviewed, frozen and compared."""
