"""Fakes and loaders that several tests share; no test lives here."""
