"""What can be wrong with an adapter or with the way to it. Messages are for operators and hold no secret."""


class AdapterError(Exception):
    """The adapter can't be served; the message says why and what to do."""


class DamagedAdapter(AdapterError):
    """The files are not what a LoRA adapter consists of: missing, cut short or inconsistent."""


class UnfitAdapter(AdapterError):
    """A sound adapter that this server can't serve: another base model, too high a rank, a feature vLLM lacks."""


class Refused(AdapterError):
    """The other end answered with an HTTP status that trying again would not change."""

    def __init__(self, status: int, url: str) -> None:
        super().__init__(f"HTTP {status} from {url}")
        self.status = status
