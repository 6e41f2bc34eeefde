"""The line as a library: what `import ssr_neuro` offers and the commands are made of."""
