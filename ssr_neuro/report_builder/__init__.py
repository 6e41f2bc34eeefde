"""What `ssr report` reads: bundles, data sets, trained baselines, measurements, SANA-FE, gates."""
