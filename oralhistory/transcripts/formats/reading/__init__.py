"""Transcripts that others made. Readers take text and give cues; they forgive what real files do, and say so."""
