"""The images, built for real and run as a cluster would: read-only, as an ordinary user, without a shell."""
