"""One search box over mandates of security-sector reform, in English and French."""
