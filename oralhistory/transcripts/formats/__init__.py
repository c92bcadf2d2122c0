"""Transcripts as files. Writers take TimedSegments and give text; they know no database."""
