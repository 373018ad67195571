"""Levelled exercises: plan, outline (soprano and bass), inner voices, ornaments, sheets."""
