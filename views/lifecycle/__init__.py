"""The page of the monthly dispatch, and the life cycle on a project's card."""
