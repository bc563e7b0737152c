"""Speed, shown as ratios taken in one run: `python -m bench.relay`, `python -m bench.client`."""
