"""Operations on a running coordinator, whoever asks for them: the clock, an address, a page or the first start."""
