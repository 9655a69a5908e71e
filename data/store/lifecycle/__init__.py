"""The life cycle asked of PostGIS: the rules of ``projects.lifecycle`` as SQL, over ``project_schedule``."""
