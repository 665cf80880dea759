"""The Start page: voices, advice, how it works, glossary."""
