"""A LoRA adapter: named, pulled, checked, cached, and handed to a vLLM server.

Standard library only, so that the image needs nothing beside vLLM's own; merging is the exception and needs peft.
"""
