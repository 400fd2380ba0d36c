"""``python3 -m unittest discover -s vllm -t vllm`` from the checkout's root. Everything listens on loopback only."""
