"""The studies of the SSR paper (Yu et al. 2025, sections 5.3 and 5.4): numbers and figures."""
