# The demo blog.
