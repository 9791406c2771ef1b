"""What Argo CD needs to understand the kinds of myapp, and the Applications that install it and use it."""
