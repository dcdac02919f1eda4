"""Small helpers that many tests share: real rounds, real templates filled in, real programs run."""
