"""The rules of wording: each a pure function over a statement and its reading; structure first, words second."""
