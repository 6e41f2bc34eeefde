"""Operations and numbers moved by one inference of each model."""
