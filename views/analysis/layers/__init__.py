"""The page *Layers*: what people load for analyses."""
