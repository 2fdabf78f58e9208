"""Subtitles and chapters: read as people have them, kept as clean WebVTT, edited, written out again.

encodings, payload → cues (one subtitle, and WebVTT of ours) → reading (whatever comes), chapters, transcript
"""

from media.captions.cues import Cue, clock, cues_of, webvtt
from media.captions.reading import LONGEST_BYTES, Subtitles, read

LANGUAGES = {"fr": "Français", "en": "English", "pt": "Português", "ar": "العربية"}

__all__ = ["LANGUAGES", "LONGEST_BYTES", "Cue", "Subtitles", "clock", "cues_of", "read", "webvtt"]
