"""Reading what an analysis needs: placed records, areas with census figures, loaded layers."""
