"""Ways through what comes in pages, and what is kept between runs so that each thing is told once."""
