"""What is shipped for watching the operator, held against a running one."""
