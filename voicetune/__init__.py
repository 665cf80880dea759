"""VoiceTune: teach a chat model your own voice, watch it learn, and judge the result."""

__version__ = "0.1.0"
